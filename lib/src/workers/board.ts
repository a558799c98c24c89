/**
 * What the main thread and the workers of a pool both see at any moment, in shared memory: what it says outlives a worker. For each
 * seat, which item of its task is being worked on, and how far its batch has got.
 */

/** Words a seat: the item, and the batch. */
const WORDS = 2;
/** The word of a batch, from the low bits up: the number of the next task, where the batch ends, the number of the batch. */
const BITS = 12;
const MASK = (1 << BITS) - 1;
const BATCHES = 1 << (31 - 2 * BITS);
/** How many tasks a batch can have. */
export const MOST_IN_BATCH = MASK;

export class Board {
  constructor(readonly words: Int32Array) {}

  static for(seats: number): Board {
    return new Board(new Int32Array(new SharedArrayBuffer(seats * WORDS * Int32Array.BYTES_PER_ELEMENT)));
  }

  /** Puts out a batch of `tasks` tasks; the number of the batch. */
  offer(seat: number, tasks: number): number {
    const batch = ((Atomics.load(this.words, seat * WORDS + 1) >> 2 * BITS) + 1) % BATCHES;
    this.words[seat * WORDS] = -1;
    Atomics.store(this.words, seat * WORDS + 1, (batch << 2 * BITS) | (tasks << BITS));
    return batch;
  }

  /** The worker takes the next task of that batch: its number, or -1 when none is left. */
  claim(seat: number, batch: number): number {
    for (;;) {
      const word = Atomics.load(this.words, seat * WORDS + 1);
      const next = word & MASK;
      // The next batch may be out already.
      if (word >> 2 * BITS !== batch || next >= ((word >> BITS) & MASK)) return -1;
      if (Atomics.compareExchange(this.words, seat * WORDS + 1, word, word + 1) === word) {
        this.words[seat * WORDS] = -1;
        return next;
      }
    }
  }

  /** Takes back what the worker has not claimed of its batch: the number of the first task that it will never see. */
  withdraw(seat: number): number {
    for (;;) {
      const word = Atomics.load(this.words, seat * WORDS + 1);
      const next = word & MASK;
      const cut = (word & ~(MASK << BITS)) | (next << BITS);
      if (Atomics.compareExchange(this.words, seat * WORDS + 1, word, cut) === word) return next;
    }
  }

  /** How many items of its task the worker has begun, less one. */
  itemOf(seat: number): number {
    return this.words[seat * WORDS];
  }

  beginItem(seat: number, item: number): void {
    this.words[seat * WORDS] = item;
  }
}
