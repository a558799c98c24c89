/** Barrier: a place where all wait for the last one. */
import { inspect } from "node:util";
import { describe } from "../base/errors";
import { readTimeout, readWait } from "../base/timeout";
import type { TimeoutOptions, WaitOptions } from "../base/timeout";
import { entryOf, makeEntry, registerKind } from "./entries";
import type { Entry } from "./entries";
import { wordOf } from "./home";
import { BROKEN, BarrierHome, WAITING, resetWords } from "./signalHomes";

/**
 * A place where so many parties wait until the last one has come; then all go on, and it can be used again. As Python's `multiprocessing.Barrier`. When one who waits gives up or dies, it is
 * broken: all who wait there, and all who come later, get a BrokenBarrierError until `reset()`.
 *
 * @example
 * const barrier = new mp.Barrier(2);
 * await pool.map(async () => { prepare(); await barrier.wait(); measure(); }, [1, 2], { chunkSize: 1 });
 */
export class Barrier {
  /**
   * Makes a barrier.
   *
   * @param parties how many there are
   * @param options.timeout of each wait that has none of its own, in milliseconds
   * @throws RangeError when parties is no positive integer
   */
  constructor(parties: number, options?: TimeoutOptions) {
    if (!Number.isSafeInteger(parties) || parties < 1)
      throw new RangeError(`Barrier: parties must be a positive integer; got ${describe(parties)}.`);
    makeEntry(this, "Barrier", new BarrierHome(parties), parties, readTimeout("Barrier", options));
  }

  /** How many must come. */
  get parties(): number {
    return barrierOf(this).settings[0] as number;
  }

  /** How many wait there now; in a worker, how many did a moment ago. */
  get waiting(): number {
    return wordOf(barrierOf(this).home, WAITING);
  }

  /** Is it broken? */
  get broken(): boolean {
    return wordOf(barrierOf(this).home, BROKEN) === 1;
  }

  /**
   * Waits until all have come.
   *
   * @param options.timeout wait at most so many milliseconds; then the barrier is broken
   * @param options.signal ends the wait; then the barrier is broken
   * @returns a number from 0 to parties - 1, another one for each
   * @throws BrokenBarrierError when it is broken, or was reset meanwhile, or time is up; the signal's reason when it aborts
   */
  async wait(options?: WaitOptions): Promise<number> {
    const how = readWait("wait", options);
    const { home, settings } = barrierOf(this);
    return home.wait({ ...how, timeout: how.timeout ?? settings[1] });
  }

  /**
   * The same, blocking this thread: for workers and processes. Where the barrier was made (in the main thread, mostly) only the last one to come does not have to wait; others throw.
   *
   * @param options.timeout wait at most so many milliseconds; then the barrier is broken
   */
  waitSync(options?: TimeoutOptions): number {
    const { home, settings } = barrierOf(this);
    return home.waitSync(readTimeout("waitSync", options) ?? settings[1]);
  }

  /** Makes it as new. Who waits there gets a BrokenBarrierError. */
  reset(): void {
    const { home } = barrierOf(this);
    if (!(home.words instanceof Int32Array)) return home.act("reset");
    resetWords(home.words);
    home.act("wake");
  }

  /** Breaks it: who waits there, and who comes later, gets a BrokenBarrierError, until `reset()`. */
  abort(): void {
    const { home } = barrierOf(this);
    if (!(home.words instanceof Int32Array)) return home.act("abort");
    Atomics.store(home.words, BROKEN, 1);
    home.act("wake");
  }

  /** @internal */
  [inspect.custom](): string {
    return `Barrier { parties: ${this.parties}, waiting: ${this.waiting}, broken: ${this.broken} }`;
  }
}
registerKind("Barrier", Barrier.prototype);

const barrierOf = (barrier: Barrier): Entry => entryOf(barrier, "Barrier");
