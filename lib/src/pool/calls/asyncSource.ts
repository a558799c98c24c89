/** Sources of items that come one by one. */
import { describe } from "../../base/errors";
import { onStop } from "../../base/interrupt";

/** After so many items the event loop has a turn: a source that has all its items ready would never let it have one. */
const ITEMS_PER_TURN = 1000;

/** All items of an asynchronous source, as a list; reading ends at once, and the source is closed, when a signal aborts or Stop is pressed: its next item may never come. */
export function readAll(
  items: AsyncIterable<unknown>,
  signals: readonly (AbortSignal | undefined)[],
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const source = items[Symbol.asyncIterator]();
    let hasLeft = false;
    const leave = (): void => {
      hasLeft = true;
      forgetStop();
      for (const signal of signals) signal?.removeEventListener("abort", onAbort);
    };
    const onAbort = (event: Event): void => stop((event.target as AbortSignal).reason);
    const stop = (reason: unknown): void => {
      leave();
      reject(reason);
      closeSource(source);
    };
    const read = async (): Promise<void> => {
      const list: unknown[] = [];
      for (
        let step = checkStep(await source.next());
        step.done !== true && !hasLeft;
        step = checkStep(await source.next())
      ) {
        list.push(step.value);
        if (list.length % ITEMS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      }
      resolve(list);
    };
    const forgetStop = onStop(stop);
    for (const signal of signals) signal?.addEventListener("abort", onAbort);
    const aborted = signals.find((signal) => signal?.aborted);
    if (aborted !== undefined) stop(aborted.reason);
    else void read().catch(reject).finally(leave);
  });
}

/** What an iterator's next() gives, as a loop would check it: of a mistaken iterator there would be no end. */
export function checkStep(step: IteratorResult<unknown>): IteratorResult<unknown> {
  if (isObject(step)) return step;
  throw new TypeError(
    `The items' next() must return { value, done }, or a promise of it for asynchronous items; got ${describe(step)}.`,
  );
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

/** Closes a source that may be in the middle of an item: a generator closes when that is there, which nobody waits for. */
export function closeSource(source: AsyncIterator<unknown> | Iterator<unknown>): void {
  void (async () => source.return?.())().catch(reportUnclosed);
}

export function reportUnclosed(error: unknown): void {
  console.error("A source of items threw when it was closed:", error);
}
