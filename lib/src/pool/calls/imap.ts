/**
 * imap and imapUnordered: results as they come. What the consumer sees is here; `imapSource` reads the items and runs their chunks.
 */
import type { Items } from "../../base/items";
import type { Scheduler } from "../scheduler/scheduler";
import { reportUnclosed } from "./asyncSource";
import { ImapSource } from "./imapSource";
import type { ImapOptions } from "./imapSource";
import type { ProgressBar } from "./progressBar";
import type { Call } from "./sentFunction";

/** Iterators that nobody refers to any more will not be continued. */
const forgotten = new FinalizationRegistry<() => void>((leave) => leave());

/** @param openBar opens the bar of the iteration, when it begins */
export function runImap(
  scheduler: Scheduler,
  call: Call,
  items: Items<unknown>,
  options: ImapOptions,
  openBar?: () => ProgressBar,
): AsyncIterableIterator<unknown> {
  const source = new ImapSource(scheduler, call, items, options);
  const seen: { bar?: ProgressBar | undefined } = {};
  const results = resultsOf(source, () => (seen.bar = openBar?.()));
  const leaveSource = leaving(source, seen);
  const leave = results.return.bind(results);
  // A generator would first wait for the result that it waits for now, which may never come.
  results.return = (value) => {
    leaveSource();
    return leave(value);
  };
  forgotten.register(results, leaveSource);
  return results;
}

/** Not a function inside `runImap`: functions of one scope share what they use, so it would hold the iterator, which then could never be collected. */
function leaving(source: ImapSource, seen: { readonly bar?: ProgressBar | undefined }): () => void {
  return () => {
    source.leave();
    seen.bar?.end("stopped");
  };
}

async function* resultsOf(
  source: ImapSource,
  openBar: () => ProgressBar | undefined,
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
