/** What the methods of a pool may be told, and the checks of what they are given. */
import { setMaxListeners } from "node:events";
import { describe } from "../ground/errors";

/** What a Pool may be told when it is made. */
export interface PoolOptions {
  /** Runs once in every worker before its first task, replacements of dead workers included. If it throws, calls reject with its error; a later call tries again. */
  initializer?: (...args: any[]) => unknown;
  /** The arguments of the initializer. */
  initargs?: unknown[];
  /** Replace a worker after this many tasks. A positive integer. */
  maxTasksPerChild?: number;
}
/** What map and its relatives may be told. */
export interface MapOptions {
  /** Items per task, a positive integer (else RangeError). Default as Python: ceil(items / (4 * workers)) for map and starmap, 1 for imap. */
  chunkSize?: number;
  /** Aborting rejects with the signal's reason, starts no further chunk, and frees the workers that it held. */
  signal?: AbortSignal;
  /** Shows a live bar that counts the items whose task has ended (map, starmap, imap, and their relatives). */
  progress?: boolean;
}
/** What the asynchronous forms may be told. */
export interface AsyncOptions<R> extends MapOptions {
  /** Called with the result when the call ends well. */
  callback?: (result: R) => void;
  /** Called with the error when it does not. */
  errorCallback?: (error: unknown) => void;
}
export type Items<T> = Iterable<T> | AsyncIterable<T>;

export function positiveInteger(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`Pool: ${name} must be a positive integer; got ${describe(value)}.`);
}

export function checkFunction(method: string, fn: unknown): asserts fn is Function {
  if (typeof fn !== "function") throw new TypeError(`${method}: expected a function first, got ${describe(fn)}.`);
}

export function checkSignal(method: string, signal: unknown): AbortSignal | undefined {
  if (signal instanceof AbortSignal) {
    // Many calls may share one, which Node 20 would take for a leak.
    setMaxListeners(0, signal);
    return signal;
  }
  if (signal === undefined) return undefined;
  throw new TypeError(`${method}: signal must be an AbortSignal, the \`signal\` of a new AbortController(); got ${describe(signal)}.`);
}

export function checkProgress(method: string, progress: unknown): boolean {
  if (progress === undefined || typeof progress === "boolean") return progress === true;
  throw new TypeError(`${method}: progress must be true or false; got ${describe(progress)}.`);
}

export function checkArgs(args: unknown): unknown[] {
  if (args === undefined) return [];
  if (Array.isArray(args)) return args;
  throw new TypeError(`The arguments must come as a list, such as [3] for one argument; got ${describe(args)}.`);
}

export function checkArgumentList(item: unknown, index: number): void {
  if (!Array.isArray(item)) throw new TypeError(`starmap: item ${index} must be a list of arguments, such as [2, 3]; got ${describe(item)}. For one argument an item use map.`);
}

export function checkIterable(method: string, items: unknown): void {
  const iterable = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (typeof iterable?.[Symbol.iterator] === "function" || typeof iterable?.[Symbol.asyncIterator] === "function") return;
  throw new TypeError(`${method}: expected items that can be iterated, such as an array; got ${describe(items)}.`);
}
