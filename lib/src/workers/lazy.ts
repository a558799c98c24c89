/**
 * imap and imapUnordered: results as they come. What the consumer sees stands here; `feed` reads the source and runs its chunks.
 */
import type { Crew } from "./crew";
import { reportUnclosed } from "./collect";
import { Feed } from "./feed";
import type { FeedOptions, Items } from "./feed";
import type { Shipment } from "./shipment";

/** Iterators that nobody refers to any more will not be continued. */
const forgotten = new FinalizationRegistry<Feed>((feed) => feed.leave());

export function runLazily(crew: Crew, shipment: Shipment, items: Items, options: FeedOptions): AsyncIterableIterator<unknown> {
  const feed = new Feed(crew, shipment, items, options);
  const results = resultsOf(feed);
  const leave = results.return.bind(results);
  // A generator would first wait for the result that it waits for now, which may never come.
  results.return = (value) => {
    feed.leave();
    return leave(value);
  };
  forgotten.register(results, feed);
  return results;
}

async function* resultsOf(feed: Feed): AsyncGenerator<unknown, void, undefined> {
  let failed = false;
  try {
    for (let results = await feed.next(); results !== undefined; results = await feed.next()) {
      for (let at = 0; at < results.length; at++) yield results[at];
    }
  } catch (error) {
    failed = true;
    throw error;
  } finally {
    feed.leave();
    // As in any loop, the first error counts: one of the source's that comes while it is closed must not hide it.
    await feed.closed().catch((error: unknown) => {
      if (!failed) throw error;
      reportUnclosed(error);
    });
  }
}
