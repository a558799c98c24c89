/** Waiting no longer than so many milliseconds. */
import { describe } from "../ground/errors";

/** Checks a `timeout` option. Throws RangeError for anything but a number of milliseconds, 0 or more. */
export function checkTimeout(method: string, timeout: unknown): number | undefined {
  if (timeout === undefined || (typeof timeout === "number" && timeout >= 0)) return timeout;
  throw new RangeError(`${method}: timeout must be a number of milliseconds, 0 or more; got ${describe(timeout)}.`);
}

/** The longest time that a timer of Node waits, in milliseconds. */
export const LONGEST = 2 ** 31 - 1;

/** `promise`, or what `late` returns after `timeout` milliseconds: an Error is thrown, anything else is the result. */
export function within<T>(timeout: number | undefined, promise: Promise<T>, late: () => T | Error): Promise<T> {
  if (timeout === undefined || timeout > LONGEST) return promise;
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => {
      const outcome = late();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    }, timeout);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
