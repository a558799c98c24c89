/**
 * What the main thread and the workers of a pool both see at any moment, in shared memory: what it says outlives a worker. How many
 * seats are busy; and for each seat, which item of its task is being worked on, and how far its batch has got.
 */

/** Words a seat: the item, and the batch. The first two are for all. */
const WORDS = 2;
const BUSY = 0;
const CPUS = 1;
/** The word of a batch, from the low bits up: the number of the next task, where the batch ends, the number of the batch. */
const BITS = 12;
const MASK = (1 << BITS) - 1;
const BATCHES = 1 << (31 - 2 * BITS);
/** How many tasks a batch can have. */
export const MOST_IN_BATCH = MASK;

function itemOf(seat: number): number {
  return (seat + 1) * WORDS;
}
function batchOf(seat: number): number {
  return (seat + 1) * WORDS + 1;
}

export class Board {
  constructor(readonly words: Int32Array) {}

  static for(seats: number, cpus: number): Board {
    const words = new Int32Array(new SharedArrayBuffer((seats + 1) * WORDS * Int32Array.BYTES_PER_ELEMENT));
    words[CPUS] = cpus;
    return new Board(words);
  }

  /** Puts out a batch of `tasks` tasks; the number of the batch. */
  offer(seat: number, tasks: number): number {
    const batch = ((Atomics.load(this.words, batchOf(seat)) >> 2 * BITS) + 1) % BATCHES;
    this.words[itemOf(seat)] = -1;
    Atomics.store(this.words, batchOf(seat), (batch << 2 * BITS) | (tasks << BITS));
    return batch;
  }

  /** The worker takes the next task of that batch: its number, or -1 when none is left. */
  claim(seat: number, batch: number): number {
    for (;;) {
      const word = Atomics.load(this.words, batchOf(seat));
      const next = word & MASK;
      // The next batch may be out already.
      if (word >> 2 * BITS !== batch || next >= ((word >> BITS) & MASK)) return -1;
      if (Atomics.compareExchange(this.words, batchOf(seat), word, word + 1) === word) {
        this.words[itemOf(seat)] = -1;
        return next;
      }
    }
  }

  /** Takes back what the worker has not claimed of its batch, all but the first `keep` tasks: the number of the first that it will never see. */
  withdraw(seat: number, keep: number): number {
    for (;;) {
      const word = Atomics.load(this.words, batchOf(seat));
      const end = Math.max(word & MASK, Math.min(keep, (word >> BITS) & MASK));
      const cut = (word & ~(MASK << BITS)) | (end << BITS);
      if (Atomics.compareExchange(this.words, batchOf(seat), word, cut) === word) return end;
    }
  }

  /** The number of the batch that is out. */
  current(seat: number): number {
    return Atomics.load(this.words, batchOf(seat)) >> 2 * BITS;
  }

  /** Is there a processor beside those of the busy workers? */
  get hasRoom(): boolean {
    return Atomics.load(this.words, BUSY) < this.words[CPUS];
  }

  addBusy(seats: 1 | -1): void {
    Atomics.add(this.words, BUSY, seats);
  }

  /** How many items of its task the worker has begun, less one. */
  itemOf(seat: number): number {
    return this.words[itemOf(seat)];
  }

  beginItem(seat: number, item: number): void {
    this.words[itemOf(seat)] = item;
  }
}
