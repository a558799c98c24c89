/** A part of a file put through a kernel, chunk by chunk, so that no word is cut and memory does not grow. */
import { readFully } from "../readInChunks";
import { isSeparator } from "../latin1Words";
import type { Kernel } from "./kernel";

const SPACE = 0x20;

/**
 * Counts in the bytes from `start` up to but without `end`, or to the end of the file when `end` is Infinity, and returns how
 * many bytes there were. What stands behind the last separator of a chunk is carried over to the next one; of a word that is
 * longer than all wanted ones, only as much as shows that.
 *
 * @param longest the length of the longest wanted word
 * @param chunkSize bytes read at once, at most CHUNK; what suits the kernel best, unless given
 */
export function countFile(
  file: number,
  start: number,
  end: number,
  kernel: Kernel,
  longest: number,
  chunkSize: number = kernel.chunk,
): number {
  const { memory, base } = kernel;
  let position = start;
  let carried = 0;
  for (;;) {
    const wanted = Math.min(chunkSize, end - position);
    // Without a position, pipes and other files that cannot be searched are read as well.
    const got =
      wanted === 0 ? 0 : readFully(file, memory.subarray(base, base + wanted), end === Infinity ? null : position);
    position += got;
    const from = base - carried;
    const filled = base + got;
    let to = filled;
    if (got < wanted || position === end) memory[to++] = SPACE;
    else while (to > from && isSeparator[memory[to - 1]] === 0) to--;
    memory[from - 1] = SPACE;
    if (to > from) kernel.count(from, to);
    if (to > filled) return position - start;
    carried = Math.min(filled - to, longest + 1);
    memory.copyWithin(base - carried, to, to + carried);
  }
}
