/** Counting with a table over pairs of bytes, in plain JavaScript: the way for few words where SIMD is missing. */
import { endianness } from "node:os";
import { SEPARATORS, standsAt } from "../latin1Words";
import type { Candidate } from "./sieve";
import { BASE, CHUNK, OVERSHOOT, type WordCounter } from "./wordCounter";

/** So many bytes of the first text show which pairs are rare. */
const SAMPLE = 64 * 1024;
/** A rare pair is looked for among the first so many of a word. */
const CHOICE = 16;

/*
 * One set of arrays serves all counters of a thread, one at a time. As constants of the module they make the loop in
 * `find` twice as fast: V8 then knows where they lie and how long they are.
 */
const memory = new Uint8Array(BASE + CHUNK + OVERSHOOT);
const pairs = new Uint16Array(memory.buffer);
const found = new Int32Array(pairs.length);
/** 1 for a pair to look at, 0 for all others. */
const isWanted = new Uint8Array(65536);
/** Which list of candidates a wanted pair has. */
const listOf = new Uint16Array(65536);

/**
 * The text is read as pairs of bytes at even addresses, and a table tells at which pairs to look closer. Whether a word
 * starts at an even or an odd address, one of its pairs must be in the table: hence two pairs a word, those that are
 * rarest in this text. Only where such a pair stands is the word compared byte by byte. No word may be longer than LONGEST.
 */
export class PairCounter implements WordCounter {
  readonly memory: Uint8Array = memory;
  readonly base = BASE;
  /** The loop in `find` reads every pair: they have to be in the cache that is nearest to the core. */
  readonly chunk = 48 * 1024;
  readonly counts: number[];
  private candidates: Candidate[][] | undefined;

  constructor(private readonly words: readonly Uint8Array[]) {
    this.counts = words.map(() => 0);
  }

  count(from: number, to: number): void {
    const candidates = (this.candidates ??= choosePairs(this.words, from, Math.min(to, from + SAMPLE)));
    const { counts } = this;
    const end = find(from >> 1, (to + 1) >> 1);
    for (let index = 0; index < end; index++) {
      const at = found[index] as number;
      const list = candidates[listOf[pairs[at] as number] as number] as readonly Candidate[];
      for (let each = 0; each < list.length; each++) {
        const { index, word, offset } = list[each] as Candidate;
        const start = at * 2 - offset;
        if (start < to && standsAt(memory, start, word)) (counts[index] as number)++;
      }
    }
  }
}

/** Fills the tables for these words, and returns the lists of candidates. */
function choosePairs(words: readonly Uint8Array[], from: number, to: number): Candidate[][] {
  const frequency = new Uint32Array(65536);
  for (let at = from >> 1; at < to >> 1; at++) (frequency[pairs[at] as number] as number)++;
  const candidates: Candidate[][] = [];
  isWanted.fill(0);
  for (const [index, word] of words.entries()) {
    for (const first of [-1, 0]) {
      const offset = rarest(word, first, frequency);
      for (const pair of pairsAt(word, offset)) {
        if (isWanted[pair] === 0) listOf[pair] = candidates.push([]) - 1;
        isWanted[pair] = 1;
        candidates[listOf[pair] as number]?.push({ index, word, offset });
      }
    }
  }
  return candidates;
}

/**
 * Lists where wanted pairs stand, perhaps some behind `to` as well, and returns their number. There is no branch that a
 * processor could guess wrong: each index is written down, and the next one over it if it was not wanted.
 */
function find(from: number, to: number): number {
  let end = 0;
  for (let at = from; at < to; at += 8) {
    found[end] = at;
    end += isWanted[pairs[at] as number] as number;
    found[end] = at + 1;
    end += isWanted[pairs[at + 1] as number] as number;
    found[end] = at + 2;
    end += isWanted[pairs[at + 2] as number] as number;
    found[end] = at + 3;
    end += isWanted[pairs[at + 3] as number] as number;
    found[end] = at + 4;
    end += isWanted[pairs[at + 4] as number] as number;
    found[end] = at + 5;
    end += isWanted[pairs[at + 5] as number] as number;
    found[end] = at + 6;
    end += isWanted[pairs[at + 6] as number] as number;
    found[end] = at + 7;
    end += isWanted[pairs[at + 7] as number] as number;
  }
  return end;
}

/** Where in the word its rarest pair is: at `first` (-1 for the separator before the word) or an even number of bytes on. */
function rarest(word: Uint8Array, first: number, frequency: Uint32Array): number {
  let best = first;
  let least = Infinity;
  for (let offset = first; offset < Math.min(word.length, CHOICE); offset += 2) {
    const often = pairsAt(word, offset).reduce((sum, pair) => sum + (frequency[pair] ?? 0), 0);
    if (often < least) [best, least] = [offset, often];
  }
  return best;
}

/** The pairs that can stand there: more than one where the word begins or ends, because there are several separators. */
function pairsAt(word: Uint8Array, offset: number): number[] {
  const bytesAt = (index: number) => (index in word ? [word[index] as number] : SEPARATORS);
  // Two bytes as this machine reads them in one.
  const pairOf = (one: number, other: number) => (endianness() === "LE" ? one + 256 * other : 256 * one + other);
  return bytesAt(offset).flatMap((one) => bytesAt(offset + 1).map((other) => pairOf(one, other)));
}
