/** Counting with WebAssembly's SIMD instructions: a sieve, 16 bytes at a time, finds where to look closer. */
import { readFileSync } from "node:fs";
import { endianness } from "node:os";
import { SIEVE } from "../../base/ownFiles";
import { standsAt } from "../latin1Words";
import { makeSieves, type Candidate, type Sieve } from "./sieve";
import { BASE, CHUNK, OVERSHOOT, type WordCounter } from "./wordCounter";

/** Where the list of what the sieve let through begins. */
const FOUND = BASE + CHUNK + OVERSHOOT;
/** In the worst of texts every byte is found, and its address has 4 bytes. */
const PAGES = Math.ceil((FOUND + 4 * FOUND) / (64 * 1024));

/** So many bytes of the first text show what is rare in it. */
const SAMPLE = 64 * 1024;

/** The export of sieve.wat, with the memory that it works on. */
interface Sifter {
  readonly memory: ArrayBuffer;
  readonly sift: (at: number, end: number, found: number) => number;
}

/** The types of Node lack this global of Node. */
declare const WebAssembly: {
  validate(code: Uint8Array): boolean;
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (code: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: unknown };
};

/** One serves all calls of this thread: the memory of one that is dropped may stay for long. */
let sifter: Sifter | null | undefined;

/** null where WebAssembly has no SIMD or no memory, or this machine writes numbers the other way round. */
function makeSifter(): Sifter | null {
  const code = readFileSync(SIEVE);
  if (endianness() !== "LE" || !WebAssembly.validate(code)) return null;
  try {
    // All of it at once: a memory that grows leaves an ArrayBuffer without bytes behind, after which V8 checks at every access
    // to any typed array whether that has happened to it, and counting in plain JavaScript takes twice as long.
    const memory = new WebAssembly.Memory({ initial: PAGES, maximum: PAGES });
    const instance = new WebAssembly.Instance(new WebAssembly.Module(code), { caller: { memory } });
    return { memory: memory.buffer, sift: (instance.exports as Sifter).sift };
  } catch (error) {
    // V8 reserves gigabytes of addresses for a memory. Where they are limited (ulimit -v), there may be none.
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The counter of these words, or undefined where WebAssembly has no SIMD here. */
export function simdCounter(words: readonly Uint8Array[]): SimdCounter | undefined {
  if (sifter === undefined) sifter = makeSifter();
  return sifter === null ? undefined : new SimdCounter(words, sifter);
}

/**
 * Files are read straight into the sieve's memory, and what it lets through is compared with the words byte by byte. No word
 * may be longer than LONGEST.
 */
export class SimdCounter implements WordCounter {
  readonly memory: Uint8Array;
  readonly base = BASE;
  readonly chunk = CHUNK;
  readonly counts: number[];
  private readonly found: Uint32Array;
  private readonly sift: Sifter["sift"];
  private sieves: Sieve[] | undefined;

  constructor(
    private readonly words: readonly Uint8Array[],
    { memory, sift }: Sifter,
  ) {
    this.memory = new Uint8Array(memory);
    this.found = new Uint32Array(memory);
    this.sift = sift;
    this.counts = words.map(() => 0);
  }

  count(from: number, to: number): void {
    this.sieves ??= makeSieves(this.words, (tables) => this.findsOf(tables, from, Math.min(to, from + SAMPLE)));
    for (const { tables, candidates } of this.sieves)
      this.compare(candidates, this.findsOf(tables, from, to), from, to);
  }

  /** How many bytes the sieve lets through; their addresses are in `found`, ascending, some perhaps not in this part of the text. */
  private findsOf(tables: Uint8Array, from: number, to: number): number {
    this.memory.set(tables, 0);
    return (this.sift(from & ~15, to, FOUND) - FOUND) / 4;
  }

  private compare(candidates: Sieve["candidates"], finds: number, from: number, to: number): void {
    const { memory, found, counts } = this;
    for (let each = FOUND / 4; each < FOUND / 4 + finds; each++) {
      const at = found[each] as number;
      if (at < from || at >= to) continue;
      const list = candidates[(memory[at] as number) & 15] as readonly Candidate[];
      for (const { index, word, offset } of list) {
        if (at - offset < to && standsAt(memory, at - offset, word)) (counts[index] as number)++;
      }
    }
  }
}
