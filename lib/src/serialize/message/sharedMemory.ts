/**
 * Shared memory that is used again. V8's garbage collector does not know how large a SharedArrayBuffer is, so those that nobody needs any
 * more would pile up; and new memory is slower than memory that was used before.
 */
import { setTimeout } from "../../base/timers";

/** How many are kept at the most, and for how long at the least, in milliseconds. */
const MOST = 16;
const KEPT_MS = 1000;
/** One that is larger than needed by more than this factor is left for others. */
const TOO_LARGE = 4;

let free: SharedArrayBuffer[] = [];
let sweeper: NodeJS.Timeout | undefined;

/** Shared memory of at least so many bytes, with anything in it. */
export function borrow(bytes: number): SharedArrayBuffer {
  const memory = free.find(({ byteLength }) => byteLength >= bytes && byteLength <= TOO_LARGE * bytes);
  if (memory === undefined) return new SharedArrayBuffer(bytes);
  free.splice(free.indexOf(memory), 1);
  return memory;
}

/** It may be used again: nobody reads or writes it any more, in any thread. */
export function giveBack(memory: SharedArrayBuffer): void {
  free.push(memory);
  if (free.length > MOST) free.shift();
  sweeper ??= setTimeout(() => {
    free = [];
  }, KEPT_MS).unref();
  sweeper.refresh();
}
