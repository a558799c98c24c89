/**
 * Shared memory that is used again. V8's garbage collector does not know how large a SharedArrayBuffer is, so those that nobody needs any
 * more would pile up; and new memory is slower than memory that was used before.
 */

/** How many are kept at the most, and for how long at the least, in milliseconds. */
const MOST = 16;
const KEPT = 1000;
/** One that is larger than needed by more than this factor is left for others. */
const TOO_LARGE = 4;

let shelf: SharedArrayBuffer[] = [];
let sweeper: NodeJS.Timeout | undefined;

/** Shared memory of at least so many bytes, with anything in it. */
export function borrow(bytes: number): SharedArrayBuffer {
  const at = shelf.findIndex(({ byteLength }) => byteLength >= bytes && byteLength <= TOO_LARGE * bytes);
  return at < 0 ? new SharedArrayBuffer(bytes) : shelf.splice(at, 1)[0];
}

/** It may be used again: nobody reads or writes it any more, in any thread. */
export function giveBack(memory: SharedArrayBuffer): void {
  shelf.push(memory);
  if (shelf.length > MOST) shelf.shift();
  if (sweeper === undefined)
    sweeper = setTimeout(() => {
      shelf = [];
    }, KEPT).unref();
  else sweeper.refresh();
}
