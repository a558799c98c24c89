/**
 * imap and imapUnordered: results as they come. What the consumer sees stands here; `feed` reads the source and runs its chunks.
 */
import type { Items } from "../../base/items";
import type { Scheduler } from "../scheduler/scheduler";
import { reportUnclosed } from "./asyncItems";
import { Feed } from "./imapSource";
import type { FeedOptions } from "./imapSource";
import type { CallBar } from "./callProgress";
import type { Shipment } from "./sentFunction";

/** Iterators that nobody refers to any more will not be continued. */
const forgotten = new FinalizationRegistry<() => void>((leave) => leave());

/** @param openBar opens the bar of the iteration, when it begins */
export function runLazily(
  scheduler: Scheduler,
  shipment: Shipment,
  items: Items<unknown>,
  options: FeedOptions,
  openBar?: () => CallBar,
): AsyncIterableIterator<unknown> {
  const feed = new Feed(scheduler, shipment, items, options);
  const seen: { bar?: CallBar } = {};
  const results = resultsOf(feed, () => (seen.bar = openBar?.()));
  const leaveFeed = leaving(feed, seen);
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
function leaving(feed: Feed, seen: { readonly bar?: CallBar }): () => void {
  return () => {
    feed.leave();
    seen.bar?.end("stopped");
  };
}

async function* resultsOf(feed: Feed, openBar: () => CallBar | undefined): AsyncGenerator<unknown, void, undefined> {
  const bar = openBar();
  let failed = false;
  try {
    for (let results = await feed.next(); results !== undefined; results = await feed.next()) {
      for (let at = 0; at < results.length; at++) yield results[at];
    }
    bar?.end("finished");
  } catch (error) {
    failed = true;
    bar?.fail(error);
    throw error;
  } finally {
    feed.leave();
    bar?.end("stopped");
    // As in any loop, the first error counts: one of the source's that comes while it is closed must not hide it.
    await feed.closed().catch((error: unknown) => {
      if (!failed) throw error;
      reportUnclosed(error);
    });
  }
}
