/** A file put through a counter, chunk by chunk: a word at the edge of a chunk is carried over to the next one. */
import type { WordCounter } from "./counters/wordCounter";
import { isSeparator } from "./latin1Words";
import { readFully } from "./readInChunks";

const SPACE = 0x20;

/**
 * Counts in the bytes from `start` up to but without `end`, or to the end of the file when `end` is Infinity, and returns how
 * many bytes there were. What stands behind the last separator of a chunk is carried over to the next one, so no word is cut; of
 * a word that is longer than all wanted ones, only as much as shows that.
 *
 * @param longestWord the length of the longest wanted word
 * @param chunkSize bytes read at once, at most CHUNK; what suits the counter best, unless given
 */
export function countAcrossChunks(
  file: number,
  start: number,
  end: number,
  counter: WordCounter,
  longestWord: number,
  chunkSize: number = counter.chunk,
): number {
  const { memory, base } = counter;
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
    else while (to > from && isSeparator[memory[to - 1] as number] === 0) to--;
    memory[from - 1] = SPACE;
    if (to > from) counter.count(from, to);
    if (to > filled) return position - start;
    carried = Math.min(filled - to, longestWord + 1);
    memory.copyWithin(base - carried, to, to + carried);
  }
}
