/**
 * imap and imapUnordered: results as they come. What the consumer sees is here; `imapSource` reads the items and runs their tasks.
 */
import type { Items } from "../../base/items";
import type { Executor } from "../scheduler/executor";
import type { Call } from "../scheduler/task";
import { reportUnclosed } from "./asyncSource";
import type { CallBar } from "./callBar";
import { ImapSource } from "./imapSource";
import type { ImapOptions } from "./imapSource";

/** Iterators that nobody refers to any more will not be continued. */
const forgotten = new FinalizationRegistry<ImapSource>((source) => source.leave());

/** @param openBar opens the bar of the iteration, when it begins */
export function runImap(
  scheduler: Executor,
  call: Call,
  items: Items<unknown>,
  options: ImapOptions,
  openBar: () => CallBar | undefined,
): AsyncIterableIterator<unknown> {
  const source = new ImapSource(scheduler, call, items, options);
  const results = resultsOf(source, openBar);
  const leave = results.return.bind(results);
  // A generator would first wait for the result that it waits for now, which may never come.
  results.return = (value) => {
    source.leave();
    return leave(value);
  };
  forgotten.register(results, source);
  return results;
}

async function* resultsOf(
  source: ImapSource,
  openBar: () => CallBar | undefined,
): AsyncGenerator<unknown, void, undefined> {
  source.bar = openBar();
  let failed = false;
  try {
    for (let results = await source.next(); results !== undefined; results = await source.next()) {
      for (let at = 0; at < results.length; at++) yield results[at];
    }
    source.bar?.end("finished");
  } catch (error) {
    failed = true;
    source.bar?.fail(error);
    throw error;
  } finally {
    source.leave();
    // As in any loop, the first error counts: one of the source's that comes while it is closed must not hide it.
    await source.closed().catch((error: unknown) => {
      if (!failed) throw error;
      reportUnclosed(error);
    });
  }
}
