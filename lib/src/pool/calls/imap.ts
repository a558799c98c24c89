/**
 * imap and imapUnordered: results as they come. What the consumer sees stands here; `source` reads the source and runs its chunks.
 */
import type { Items } from "../../base/items";
import type { Scheduler } from "../scheduler/scheduler";
import { reportUnclosed } from "./asyncSource";
import { ImapSource } from "./imapSource";
import type { ImapOptions } from "./imapSource";
import type { CallBar } from "./progressBar";
import type { Shipment } from "./sentFunction";

/** Iterators that nobody refers to any more will not be continued. */
const forgotten = new FinalizationRegistry<() => void>((leave) => leave());

/** @param openBar opens the bar of the iteration, when it begins */
export function runImap(
  scheduler: Scheduler,
  shipment: Shipment,
  items: Items<unknown>,
  options: ImapOptions,
  openBar?: () => CallBar,
): AsyncIterableIterator<unknown> {
  const source = new ImapSource(scheduler, shipment, items, options);
  const seen: { bar?: CallBar } = {};
  const results = resultsOf(source, () => (seen.bar = openBar?.()));
  const leaveFeed = leaving(source, seen);
  const leave = results.return.bind(results);
  // A generator would first wait for the result that it waits for now, which may never come.
  results.return = (value) => {
    leaveFeed();
    return leave(value);
  };
  forgotten.register(results, leaveFeed);
  return results;
}

/** Made out here: made beside the iterator, it would hold it, as functions of one scope share what they use, and nothing would ever be forgotten. */
function leaving(source: ImapSource, seen: { readonly bar?: CallBar }): () => void {
  return () => {
    source.leave();
    seen.bar?.end("stopped");
  };
}

async function* resultsOf(
  source: ImapSource,
  openBar: () => CallBar | undefined,
): AsyncGenerator<unknown, void, undefined> {
  const bar = openBar();
  let failed = false;
  try {
    for (let results = await source.next(); results !== undefined; results = await source.next()) {
      for (let at = 0; at < results.length; at++) yield results[at];
    }
    bar?.end("finished");
  } catch (error) {
    failed = true;
    bar?.fail(error);
    throw error;
  } finally {
    source.leave();
    bar?.end("stopped");
    // As in any loop, the first error counts: one of the source's that comes while it is closed must not hide it.
    await source.closed().catch((error: unknown) => {
      if (!failed) throw error;
      reportUnclosed(error);
    });
  }
}
