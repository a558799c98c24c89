/** Those who wait for something of the library's that is shared, such as an item of a queue, in the order in which they came. */
import { onStop } from "./interrupt";
import * as timers from "./timers";

export interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

/** How somebody waits. */
export interface Wait<T = unknown> {
  readonly timeout?: number | undefined;
  /** Ends the wait with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** The one who waits is a worker or child process: Stop ends it there, and the timer is the library's own. */
  readonly isRemote?: boolean;
  /** Gets what the wait has come to at once, before the promise: Stop ends the promises' callbacks that wait behind code that it ends, and what they were given would be lost. */
  readonly given?: ((value: T) => void) | undefined;
}

/**
 * Waits in `line` until somebody resolves or rejects, time is up, the signal aborts or Stop is pressed. Who has left the line gets nothing any more.
 *
 * @param more what the line is to know of this one
 * @param late what becomes of the wait when time is up: an Error is thrown, anything else is the result
 * @param left is called at once when this one gives up, for whatever reason
 */
export function waitIn<T, More extends object>(
  line: Set<Waiter<T> & More>,
  more: More,
  { timeout, signal, isRemote, given }: Wait<T>,
  late: () => T | Error,
  left?: (why: unknown) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => {
      line.delete(waiter);
      clock.clearTimeout(timer);
      forgetStop?.();
      signal?.removeEventListener("abort", abort);
    };
    const waiter: Waiter<T> & More = {
      ...more,
      resolve: (value) => {
        leave();
        given?.(value);
        resolve(value);
      },
      reject: (error) => {
        leave();
        reject(error);
      },
    };
    const giveUp = (why: unknown): void => {
      waiter.reject(why);
      left?.(why);
    };
    const abort = (): void => giveUp(signal?.reason);
    const forgetStop = isRemote === true ? undefined : onStop(giveUp);
    const clock = isRemote === true ? timers : globalThis;
    const timer =
      timeout === undefined
        ? undefined
        : clock.setTimeout(() => {
            const outcome = late();
            if (outcome instanceof Error) giveUp(outcome);
            else waiter.resolve(outcome);
          }, timeout);
    signal?.addEventListener("abort", abort);
    line.add(waiter);
  });
}
