/** Words counted in a file or a part of one, with flat memory. */
import { fstatSync } from "node:fs";
import { describe } from "../base/errors";
import type { FileRange } from "./fileRanges";
import { PairCounter } from "./counters/pairCounter";
import { PlainCounter } from "./counters/plainCounter";
import { simdCounter } from "./counters/simdCounter";
import { longest, LONGEST, type WordCounter } from "./counters/wordCounter";
import { countAcrossChunks } from "./countAcrossChunks";
import { bytesOf } from "./latin1Words";
import { withFile } from "./readInChunks";

/** Up to here it pays to look for the words; with more of them, to look each piece of the text up. */
const FEW = 100;

/**
 * How often each word stands in a file, or in one range of it, as a whole whitespace-separated piece of its latin-1
 * text: Python's `text.split().count(word)`, exactly. A range that starts or ends within a word counts that part of it.
 * It reads some pages at a time into memory of its own, sifts them for places where a word may stand (with WebAssembly's SIMD
 * instructions, 16 bytes at once, or else with plain JavaScript), and compares the words there byte by byte.
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
  const all = checkWords(words).map((word) => [word, bytesOf(word)] as const);
  const sought = new Map(all.filter((entry): entry is [string, Uint8Array] => entry[1] !== undefined));
  return withFile(path, (file) => {
    const counter = chooseCounter([...sought.values()]);
    const length = countAcrossChunks(file, start, end, counter, longest([...sought.values()]));
    if (end !== Infinity && start + length < end) {
      throw new RangeError(
        `The range ends at byte ${end}, but the file ${JSON.stringify(path)} has only ${fstatSync(file).size}. If the file has changed, make the ranges again with fileRanges.`,
      );
    }
    const counts = new Map(Array.from(sought.keys(), (word, index) => [word, counter.counts[index]]));
    // Unlike an assignment, fromEntries makes even "__proto__" an ordinary key.
    return Object.fromEntries(words.map((word) => [word, counts.get(word) ?? 0]));
  });
}

function checkSource(source: unknown): FileRange {
  if (typeof source === "string") return { path: source, start: 0, end: Infinity };
  const { path, start, end } = (source ?? {}) as FileRange;
  if (typeof path !== "string") {
    throw new TypeError(
      `The source must be the path of a file or a range of one ({ path, start, end }), but is ${describe(source)}.`,
    );
  }
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end) {
    throw new RangeError(
      `A range needs integers with 0 <= start <= end, but start is ${describe(start)} and end is ${describe(end)}. Make ranges with fileRanges.`,
    );
  }
  return { path, start, end };
}

function checkWords(words: unknown): readonly string[] {
  if (!Array.isArray(words))
    throw new TypeError(
      `The words must be an array of strings, but are ${describe(words)}. Put brackets around a single one: ["dog"].`,
    );
  for (const [index, word] of words.entries()) {
    if (typeof word !== "string")
      throw new TypeError(`The words must be strings, but words[${index}] is ${describe(word)}.`);
  }
  return words as string[];
}

/**
 * The fastest counter of these words on this machine; all count the same. The environment variable PARALLEL_TYPESCRIPT_SIMD=off
 * keeps it to plain JavaScript.
 */
export function chooseCounter(words: readonly Uint8Array[]): WordCounter {
  if (words.length > FEW || longest(words) > LONGEST) return new PlainCounter(words);
  return (process.env.PARALLEL_TYPESCRIPT_SIMD === "off" ? undefined : simdCounter(words)) ?? new PairCounter(words);
}
