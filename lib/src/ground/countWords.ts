/** Words counted in a file or a part of one, with flat memory. */
import { closeSync, fstatSync } from "node:fs";
import { describe } from "./errors";
import type { FileRange } from "./fileRanges";
import { DEFAULT_CHUNK_SIZE, openFile, readFully } from "./files";
import { WordCounter } from "./words";

/**
 * How often each word stands in a file, or in one range of it, as a whole whitespace-separated piece of its latin-1
 * text: Python's `text.split().count(word)`, exactly. A range that starts or ends within a word counts that part of it.
 *
 * @param source the path of a file, or a range of bytes from `fileRanges`
 * @param words upper and lower case differ; a word with a space in it is never found
 * @throws TypeError when the source or the words are of another kind; RangeError when the range is none, or goes beyond
 *   the end of the file; Error when the file cannot be read
 * @example
 * countWords("books.txt", ["dog", "cat"]); // { dog: 212, cat: 53 }
 */
export function countWords(source: string | FileRange, words: readonly string[]): Record<string, number> {
  const { path, start, end } = checkSource(source);
  const counter = new WordCounter(checkWords(words));
  const file = openFile(path);
  try {
    const buffer = new Uint8Array(DEFAULT_CHUNK_SIZE);
    let position = start;
    while (position < end) {
      const wanted = Math.min(buffer.length, end - position);
      // Without a position, pipes and other files that cannot be searched are read as well.
      const got = readFully(file, buffer.subarray(0, wanted), end === Infinity ? null : position);
      counter.add(buffer.subarray(0, got));
      position += got;
      if (got < wanted) break;
    }
    if (end !== Infinity && position < end) {
      throw new RangeError(`The range ends at byte ${end}, but the file ${JSON.stringify(path)} has only ${fstatSync(file).size}. If the file has changed, make the ranges again with fileRanges.`);
    }
  } finally {
    closeSync(file);
  }
  counter.end();
  // Unlike an assignment, fromEntries makes even "__proto__" an ordinary key.
  return Object.fromEntries(words.map((word) => [word, counter.count(word)]));
}

function checkSource(source: unknown): FileRange {
  if (typeof source === "string") return { path: source, start: 0, end: Infinity };
  const { path, start, end } = (source ?? {}) as FileRange;
  if (typeof path !== "string") {
    throw new TypeError(`The source must be the path of a file or a range of one ({ path, start, end }), but is ${describe(source)}.`);
  }
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end) {
    throw new RangeError(`A range needs integers with 0 <= start <= end, but start is ${describe(start)} and end is ${describe(end)}. Make ranges with fileRanges.`);
  }
  return { path, start, end };
}

function checkWords(words: unknown): readonly string[] {
  if (!Array.isArray(words)) throw new TypeError(`The words must be an array of strings, but are ${describe(words)}. Put brackets around a single one: ["dog"].`);
  const wrong = words.findIndex((word) => typeof word !== "string");
  if (wrong !== -1) throw new TypeError(`The words must be strings, but words[${wrong}] is ${describe(words[wrong])}.`);
  return words;
}
