/** The results of calls that go on, in the order in which the calls end. */
import { counted } from "../base/counted";
import { describe, TimeoutError } from "../base/errors";
import { isIterable } from "../base/items";
import { readTimeout, type TimeoutOptions } from "../base/timeout";
import { AsyncResult } from "./asyncResult";

/**
 * What `asCompleted` gives: an AsyncIterableIterator of AsyncResults. By that name, `for await` would have TypeScript take each for what it is a promise of.
 */
export interface CompletedResults<T> {
  next(): Promise<IteratorResult<AsyncResult<T>, undefined>>;
  return(): Promise<IteratorResult<AsyncResult<T>, undefined>>;
  [Symbol.asyncIterator](): CompletedResults<T>;
}

/**
 * The given results, each as soon as its call has ended, well or badly: what has failed or was cancelled is among them, and throws when it is awaited.
 * One that is given twice comes once. Those that have ended already come first, in the order in which they ended. As Python's `concurrent.futures.as_completed`.
 *
 * @param results of applyAsync, mapAsync or starmapAsync, of one pool or of several
 * @param options.timeout reject with TimeoutError when not all have ended so many milliseconds after this call; the calls go on
 * @example
 * const results = urls.map((url) => pool.applyAsync(download, [url]));
 * for await (const result of mp.asCompleted(results)) console.log(await result);
 */
export function asCompleted<T>(results: Iterable<AsyncResult<T>>, options?: TimeoutOptions): CompletedResults<T> {
  try {
    const timeout = readTimeout("asCompleted", options);
    return new Completion(checkResults(results), timeout);
  } catch (error) {
    return new Completion(new Set<AsyncResult<T>>(), undefined, error as Error);
  }
}

function checkResults<T>(results: Iterable<AsyncResult<T>>): Set<AsyncResult<T>> {
  if (!isIterable(results))
    throw new TypeError(
      `asCompleted: expected a list of AsyncResults, such as what applyAsync gives; got ${describe(results)}.`,
    );
  const set = new Set(results);
  for (const result of set) {
    if (!(result instanceof AsyncResult))
      throw new TypeError(
        `asCompleted: expected AsyncResults, which applyAsync, mapAsync and starmapAsync give; among what came is ${describe(result)}.`,
      );
  }
  return set;
}

interface Waiting<T> {
  resolve(step: IteratorResult<AsyncResult<T>, undefined>): void;
  reject(error: Error): void;
}

/**
 * Those that have ended and were not handed over, and those that have not. It refers to nothing that was handed over. It is no generator, as one would await
 * each result that it yields.
 */
class Completion<T> implements CompletedResults<T> {
  private readonly ended: (AsyncResult<T> | undefined)[];
  /** How many of them were handed over: to take the first one out of a long array takes time. */
  private given = 0;
  /** How to hear no more of each that has not ended. */
  private readonly pending = new Map<AsyncResult<T>, () => void>();
  private readonly asked: Waiting<T>[] = [];
  private readonly timer: NodeJS.Timeout | undefined;
  private readonly total: number;

  /** @param failure what the next call of `next` rejects with */
  constructor(
    results: ReadonlySet<AsyncResult<T>>,
    timeout: number | undefined,
    private failure?: Error,
  ) {
    this.total = results.size;
    this.ended = [...results].filter((result) => result.ready()).sort((one, two) => one.order - two.order);
    for (const result of results) {
      if (!result.ready())
        this.pending.set(
          result,
          result.onEnd(() => this.add(result)),
        );
    }
    if (timeout === undefined || this.pending.size === 0) return;
    // The program's own, as of each wait that the user asks for: Stop ends it.
    this.timer = setTimeout(() => this.expire(timeout), timeout);
  }

  next(): Promise<IteratorResult<AsyncResult<T>, undefined>> {
    return new Promise((resolve, reject) => {
      this.asked.push({ resolve, reject });
      this.answer();
    });
  }

  return(): Promise<IteratorResult<AsyncResult<T>, undefined>> {
    this.leave();
    return this.next();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private add(result: AsyncResult<T>): void {
    this.pending.delete(result);
    this.ended.push(result);
    if (this.pending.size === 0) {
      clearTimeout(this.timer);
      this.failure = undefined;
    }
    this.answer();
  }

  private expire(timeout: number): void {
    this.failure = new TimeoutError(
      `asCompleted: ${this.pending.size} of ${counted(this.total, "call")} had not ended after ${timeout} ms. They go on.`,
    );
    this.answer();
  }

  /** Answers those who have asked, as far as that is possible now. */
  private answer(): void {
    while (this.asked.length > 0) {
      const value = this.ended[this.given];
      const { failure } = this;
      if (value === undefined && failure === undefined && this.pending.size > 0) return;
      const asked = this.asked.shift() as Waiting<T>;
      if (value !== undefined) {
        this.ended[this.given++] = undefined;
        asked.resolve({ value, done: false });
      } else if (failure === undefined) asked.resolve({ value, done: true });
      else {
        this.leave();
        asked.reject(failure);
      }
    }
  }

  /** Nobody wants more. */
  private leave(): void {
    clearTimeout(this.timer);
    for (const forget of this.pending.values()) forget();
    this.pending.clear();
    this.ended.length = 0;
    this.failure = undefined;
    this.answer();
  }
}
