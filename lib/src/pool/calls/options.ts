/** What the methods of a pool may be told, and the checks of what they are given. */
import { checkChunkSize } from "../../base/chunkSize";
import { describe } from "../../base/errors";
import { isAsyncIterable, isIterable, listOf } from "../../base/items";
import type { ArgumentList } from "../../base/items";
import type { Check, Checks } from "../../base/options";
import { LONGEST, checkSignal } from "../../base/timeout";

/** What comes after the function of a call: its arguments, which may be left out only where it can be called without any, and options. */
export type RestOfCall<Args extends readonly unknown[], Options> = [] extends Args
  ? [args?: ArgumentList<Args>, options?: Options]
  : [args: ArgumentList<Args>, options?: Options];

/** What map and its relatives may be told. */
export interface MapOptions {
  /** Items per task, a positive integer (else RangeError). Default as Python: ceil(items / (4 * workers)) for map and starmap, 1 for imap. */
  chunkSize?: number | undefined;
  /** Aborting rejects with the signal's reason, starts no further chunk, and frees the workers that it held. */
  signal?: AbortSignal | undefined;
  /** Shows a live bar that counts the items whose task has ended (map, starmap, imap, and their relatives). */
  progress?: boolean | undefined;
}
/** What a single call may be told: apply and applyAsync. */
export interface CallOptions {
  /** Aborting rejects with the signal's reason, and frees the worker that it held. */
  signal?: AbortSignal | undefined;
  /** Milliseconds that the task may run; then its worker is ended and the call rejects with TimeoutError. */
  timeout?: number | undefined;
}
/** Who is to be told of the end of a call that goes on: applyAsync, mapAsync and starmapAsync. */
export interface Callbacks<R> {
  /** Called with the result when the call ends well. */
  callback?: ((result: R) => void) | undefined;
  /** Called with the error when it does not. */
  errorCallback?: ((error: unknown) => void) | undefined;
}

const checkProgress: Check<boolean> = (progress, method) => {
  if (typeof progress === "boolean") return progress;
  throw new TypeError(`${method}: progress must be true or false; got ${describe(progress)}.`);
};

/** No limit is one that no timer waits for. */
const checkLimit: Check<number | undefined> = (timeout, method) => {
  if (typeof timeout === "number" && timeout > 0) return timeout > LONGEST ? undefined : timeout;
  throw new RangeError(`${method}: timeout must be a number of milliseconds, more than 0; got ${describe(timeout)}.`);
};

export const aFunction =
  (name: string): Check<() => void> =>
  (fn, method) => {
    if (typeof fn === "function") return fn as () => void;
    throw new TypeError(`${method}: ${name} must be a function; got ${describe(fn)}.`);
  };

export const MAP: Checks<MapOptions> = { chunkSize: checkChunkSize, signal: checkSignal, progress: checkProgress };
export const CALL: Checks<CallOptions> = { signal: checkSignal, timeout: checkLimit };
const CALLBACKS: Checks<Callbacks<never>> = {
  callback: aFunction("callback"),
  errorCallback: aFunction("errorCallback"),
};
export const MAP_ASYNC: Checks<MapOptions> = { ...MAP, ...CALLBACKS };
export const CALL_ASYNC: Checks<CallOptions> = { ...CALL, ...CALLBACKS };

/** The arguments of a single call. A string, which could be gone through, is one argument of somebody who forgot the brackets. */
export function argumentsOf(args: unknown): readonly unknown[] {
  if (args === undefined) return [];
  if (isIterable(args) && typeof args !== "string") return listOf(args);
  throw new TypeError(`The arguments must come as a list, such as [3] for one argument; got ${describe(args)}.`);
}

export function argumentList(item: unknown, index: number): readonly unknown[] {
  if (isIterable(item)) return listOf(item);
  throw new TypeError(
    `starmap: item ${index} must be a list of arguments, such as [2, 3]; got ${describe(item)}. For one argument an item use map.`,
  );
}

export function checkItems(method: string, items: unknown): void {
  if (!isIterable(items) && !isAsyncIterable(items))
    throw new TypeError(`${method}: expected items that can be iterated, such as an array; got ${describe(items)}.`);
}
