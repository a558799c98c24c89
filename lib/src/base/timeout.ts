/** Waiting no longer than so many milliseconds. */
import { setMaxListeners } from "node:events";
import { describe } from "./errors";
import { readOptions } from "./options";
import type { Check } from "./options";
import * as timers from "./timers";

/** How long to wait: of `get`, `wait`, `put` and `join`. */
export interface TimeoutOptions {
  /** Wait at most so many milliseconds, 0 or more; without end when left out. What is waited for goes on. */
  timeout?: number | undefined;
}

/** How long to wait at a lock and the like, and what ends the wait. */
export interface WaitOptions extends TimeoutOptions {
  /** Aborting ends the wait, which rejects with the signal's reason. */
  signal?: AbortSignal | undefined;
}

/** The `timeout` and `signal` of such options. Throws the reason of a signal that has aborted already. */
export function readWait(method: string, options: WaitOptions | undefined): WaitOptions {
  const { timeout, signal } = readOptions<WaitOptions>(method, options, { timeout: checkTimeout, signal: checkSignal });
  signal?.throwIfAborted();
  return { timeout: limited(timeout), signal };
}

/** The `timeout` of such options; undefined for one that is longer than any timer waits. */
export function readTimeout(method: string, options: TimeoutOptions | undefined): number | undefined {
  const { timeout } = readOptions<TimeoutOptions>(method, options, { timeout: checkTimeout });
  return limited(timeout);
}

function limited(timeout: number | undefined): number | undefined {
  return timeout === undefined || timeout > LONGEST ? undefined : timeout;
}

export const checkSignal: Check<AbortSignal> = (signal, method) => {
  if (!(signal instanceof AbortSignal))
    throw new TypeError(
      `${method}: signal must be an AbortSignal, the \`signal\` of a new AbortController(); got ${describe(signal)}.`,
    );
  // Many calls may share one, which Node 20 would take for a leak.
  setMaxListeners(0, signal);
  return signal;
};

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
