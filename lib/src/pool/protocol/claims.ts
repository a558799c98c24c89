/**
 * What becomes of the tasks that a worker was sent, in shared memory: it outlives the worker. A task is begun by the worker, or taken back by
 * the main thread, never both; so it is always known which tasks a dead worker has begun, and no task runs twice.
 */
import { clock } from "../../base/clock";

/** How many tasks a worker may have at a time, the one that runs included. */
export const MOST_AT_ONCE = 8;

/** The words: the item that is worked on, three signs of the worker's end, how often the main thread has rung, when the last task began, and a word for each task. */
const ITEM = 0;
const EXIT_HANDLERS = 1;
const ENDED = 2;
const OUT_OF_MEMORY = 3;
const RINGS = 4;
const BEGUN = 5;
const TASKS = 6;

/** What `item` says when the worker has begun no item of its task, and when it runs the initializer. */
export const NO_ITEM = -1;
export const IN_INITIALIZER = -2;

export class Claims {
  /** @param words those of the worker, when another thread has made them */
  constructor(
    readonly words: Int32Array = new Int32Array(
      new SharedArrayBuffer((TASKS + MOST_AT_ONCE) * Int32Array.BYTES_PER_ELEMENT),
    ),
  ) {}

  /** The main thread sends a task. Its id is new for this worker, greater than 0, and shares its word with no other task that the worker has. */
  offer(id: number): void {
    Atomics.store(this.words, indexOf(id), id);
  }

  /** The worker begins a task; false when the main thread has taken it back. */
  begin(id: number): boolean {
    this.words[BEGUN] = clock();
    return Atomics.compareExchange(this.words, indexOf(id), id, -id) === id;
  }

  /** For how many milliseconds the worker has done that task; undefined when it has not begun it. */
  ranFor(id: number): number | undefined {
    if (Atomics.load(this.words, indexOf(id)) !== -id) return undefined;
    return (clock() - Atomics.load(this.words, BEGUN)) | 0;
  }

  /** The main thread takes a task back; false when the worker has begun it. */
  takeBack(id: number): boolean {
    return Atomics.compareExchange(this.words, indexOf(id), id, 0) === id;
  }

  get item(): number {
    return Atomics.load(this.words, ITEM);
  }

  set item(index: number) {
    this.words[ITEM] = index;
  }

  /** Has a task or an initializer registered something for the worker's end? */
  get hasExitHandlers(): boolean {
    return Atomics.load(this.words, EXIT_HANDLERS) === 1;
  }

  set hasExitHandlers(has: boolean) {
    this.words[EXIT_HANDLERS] = has ? 1 : 0;
  }

  /** Has the worker ended since its memory was full? */
  get isOutOfMemory(): boolean {
    return Atomics.load(this.words, OUT_OF_MEMORY) === 1;
  }

  set isOutOfMemory(is: boolean) {
    this.words[OUT_OF_MEMORY] = is ? 1 : 0;
  }

  /** The worker has run all of its exit handlers. */
  end(): void {
    Atomics.store(this.words, ENDED, 1);
    Atomics.notify(this.words, ENDED);
  }

  /** The main thread has sent something for which the worker may block. */
  ring(): void {
    Atomics.add(this.words, RINGS, 1);
    Atomics.notify(this.words, RINGS);
  }

  get rings(): number {
    return Atomics.load(this.words, RINGS);
  }

  /** Blocks the worker until the main thread has rung more often than so many times. */
  waitForRing(rings: number): void {
    Atomics.wait(this.words, RINGS, rings);
  }

  /** Blocks the main thread until the worker has ended, or for that many milliseconds. */
  waitForEnd(milliseconds: number): void {
    Atomics.wait(this.words, ENDED, 0, milliseconds);
  }
}

/** Have two tasks the same word? */
export function shareWord(one: number, other: number): boolean {
  return indexOf(one) === indexOf(other);
}

function indexOf(id: number): number {
  return TASKS + (id % MOST_AT_ONCE);
}
