/**
 * Counts some words in text that is put into its memory chunk by chunk. It reads from disk nothing itself, and finds
 * whole words only.
 */
export interface WordCounter {
  readonly memory: Uint8Array;
  /** Where a chunk is to be put. Before it is room for the end of the chunk before, behind it for a separator. */
  readonly base: number;
  /** How many bytes are best put there at once, at most CHUNK. */
  readonly chunk: number;
  /** How often each word was found, in the order in which the words were given. */
  readonly counts: number[];
  /** Counts in the bytes from `from` up to but without `to`; separators stand at from - 1 and at to - 1. */
  count(from: number, to: number): void;
}

/** The most bytes in a chunk: with what is found in them they fit into a core's own cache. */
export const CHUNK = 256 * 1024;

/** How far beyond the text a counter may look, because it takes many bytes at a time. */
export const OVERSHOOT = 128;

/** Where a chunk is put in a memory of fixed size, and the longest word that has room before it. */
export const BASE = 64 * 1024;
export const LONGEST = BASE - 1024;

/** The length of the longest word. */
export function longest(words: readonly Uint8Array[]): number {
  return words.reduce((most, { length }) => Math.max(most, length), 0);
}
