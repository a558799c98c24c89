/**
 * How many items travel to a worker at once. Pure arithmetic: pool/calls/map.ts and pool/calls/imapSource.ts cut the lists.
 */
import { describe } from "./errors";

/**
 * The chunk size of `map` and `starmap` when none is given: ceil(items / (4 * workers)), 0 for no items.
 * Source: `Pool._map_async` in CPython's Lib/multiprocessing/pool.py.
 */
export function defaultChunkSize(items: number, workers: number): number {
  const shares = workers * 4;
  const extra = items % shares;
  return (items - extra) / shares + (extra === 0 ? 0 : 1);
}

/** The chunk size that a caller gave; throws RangeError when it is no positive integer. */
export function checkChunkSize(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(
    `chunkSize must be a positive integer, but is ${describe(value)}. Give 1 or more, or leave it out for the default.`,
  );
}
