/**
 * Where a worker puts what single calls come to when it is a number: in shared memory, so that many results need one message that tells
 * of them, and none while somebody looks. No result waits for another.
 */
import { MOST_IN_BATCH } from "./board";
import type { TaskTimes } from "./protocol";

/** How many results were put there since the beginning; and whether the reader knows that there are some. */
const WRITTEN = 0;
const TOLD = 1;
const WORDS = 2;
/** Numbers a result: its times, and itself. */
const PARTS = 5;
/** More than one batch is never there: whoever gives the next has taken all results of the one before. */
const PLACES = MOST_IN_BATCH + 1;

export class Tray {
  private readonly words: Int32Array;
  private readonly slots: Float64Array;
  private read = 0;

  constructor(readonly memory = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT + PLACES * PARTS * Float64Array.BYTES_PER_ELEMENT)) {
    this.words = new Int32Array(memory, 0, WORDS);
    this.slots = new Float64Array(memory, this.words.byteLength);
  }

  /** Puts a result there; must the reader be told? */
  put(times: TaskTimes, result: number): boolean {
    const written = Atomics.load(this.words, WRITTEN);
    const at = placeOf(written);
    for (let part = 0; part < times.length; part++) this.slots[at + part] = times[part];
    this.slots[at + times.length] = result;
    Atomics.store(this.words, WRITTEN, written + 1);
    return Atomics.exchange(this.words, TOLD, 1) === 0;
  }

  /** The reader looks by itself from now on, or wants to be told again. */
  look(byItself: boolean): void {
    Atomics.store(this.words, TOLD, byItself ? 1 : 0);
  }

  /** How many results there are. */
  get filled(): number {
    return (Atomics.load(this.words, WRITTEN) - this.read) | 0;
  }

  /** Takes the next. */
  take(): { times: TaskTimes; result: number } {
    const at = placeOf(this.read);
    this.read = (this.read + 1) | 0;
    const [received, started, ended, replied, result] = this.slots.subarray(at, at + PARTS);
    return { times: [received, started, ended, replied], result };
  }
}

function placeOf(count: number): number {
  return ((count >>> 0) % PLACES) * PARTS;
}
