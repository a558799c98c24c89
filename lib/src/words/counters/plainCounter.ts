/** Counting with a look at every piece of the text, in plain JavaScript: for hundreds of words, and for words of any length. */
import { isSeparator } from "../latin1Words";
import { CHUNK, longest, OVERSHOOT, type WordCounter } from "./wordCounter";

const SLOTS = 4096;

/** Each piece of text between separators is looked up in a hash table, which takes the same time for any number of words. */
export class PlainCounter implements WordCounter {
  readonly memory: Uint8Array;
  readonly base: number;
  readonly chunk = CHUNK;
  readonly counts: number[];
  /** The indexes of the words whose hash ends in the same bits. */
  private readonly slots: number[][] = Array.from({ length: SLOTS }, () => []);

  constructor(private readonly words: readonly Uint8Array[]) {
    this.base = longest(words) + 2;
    this.memory = new Uint8Array(this.base + CHUNK + OVERSHOOT);
    this.counts = words.map(() => 0);
    for (const [index, word] of words.entries()) this.slots[slotOf(word.reduce(mix, 0))]?.push(index);
  }

  count(from: number, to: number): void {
    const { memory, slots } = this;
    const separates = isSeparator;
    let start = from;
    let hash = 0;
    for (let at = from; at < to; at++) {
      const byte = memory[at] as number;
      if (separates[byte] === 0) hash = mix(hash, byte);
      else {
        const indexes = slots[slotOf(hash)] as number[];
        if (indexes.length > 0) this.countPiece(indexes, start, at);
        start = at + 1;
        hash = 0;
      }
    }
  }

  private countPiece(indexes: readonly number[], start: number, end: number): void {
    for (const index of indexes) {
      if (isSame(this.words[index] as Uint8Array, this.memory, start, end)) (this.counts[index] as number)++;
    }
  }
}

/** One step of the hash: that of Java's String.hashCode, for its few instructions. */
function mix(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 12)) & (SLOTS - 1);
}

function isSame(word: Uint8Array, text: Uint8Array, start: number, end: number): boolean {
  if (word.length !== end - start) return false;
  for (let index = 0; index < word.length; index++) {
    if (word[index] !== text[start + index]) return false;
  }
  return true;
}
