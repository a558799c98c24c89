/** Waiting no longer than so many milliseconds. */
import { describe } from "./errors";
import { readOptions } from "./options";
import * as timers from "./timers";

/** How long to wait: of `get`, `wait`, `put` and `join`. */
export interface TimeoutOptions {
  /** Wait at most so many milliseconds, 0 or more; without end when left out. What is waited for goes on. */
  timeout?: number | undefined;
}

/** The `timeout` of such options; undefined for one that is longer than any timer waits. */
export function readTimeout(method: string, options: TimeoutOptions | undefined): number | undefined {
  const { timeout } = readOptions<TimeoutOptions>(method, options, { timeout: checkTimeout });
  return timeout === undefined || timeout > LONGEST ? undefined : timeout;
}

function checkTimeout(timeout: unknown, method: string): number {
  if (typeof timeout === "number" && timeout >= 0) return timeout;
  throw new RangeError(`${method}: timeout must be a number of milliseconds, 0 or more; got ${describe(timeout)}.`);
}

/** The longest time that a timer of Node waits, in milliseconds. */
export const LONGEST = 2 ** 31 - 1;

/** Resolves when `promise` has settled, or after `timeout` milliseconds. Stop does not end it. */
export function settledWithin(timeout: number, promise: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = timers.setTimeout(resolve, timeout);
    const settle = (): void => {
      timers.clearTimeout(timer);
      resolve();
    };
    promise.then(settle, settle);
  });
}

/** `promise`, or what `late` returns after `timeout` milliseconds: an Error is thrown, anything else is the result. A wait that the user asks for. */
export function within<T>(timeout: number | undefined, promise: Promise<T>, late: () => T | Error): Promise<T> {
  if (timeout === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const outcome = late();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    }, timeout);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
