/**
 * Where a Lock or a Semaphore was made. A lock that is free is taken, and one for which nobody waits is released, by whoever shares its memory, without
 * a message: its word says who has it, so that a dead thread can be told from a living one. Who has to wait, waits here. A lock for which
 * somebody waits is handed on and is never free in between: so nobody comes before those who wait.
 */
import { TimeoutError } from "../base/errors";
import { uninterrupted } from "../base/interrupt";
import { waitIn } from "../base/waiters";
import type { Wait, Waiter } from "../base/waiters";
import { mustWait, sharedWords } from "./home";
import type { Home } from "./home";
import type { Action } from "./messages";

/** The words: who has the lock, or the free units of the semaphore; and whether the last one who had it died with it. */
export const HOLDER = 0;
const DIED = 1;

/** What the word of a lock says: nobody has it; somebody to whom this thread has given it; else the number of the thread that took it. */
const FREE = 0;
const GIVEN = -1;
/** The same thread has it, and others wait: it must not release the lock itself. */
const AWAITED = 2 ** 30;

/** Takes a free lock. */
export function take(words: Int32Array, thread: number): boolean {
  return Atomics.compareExchange(words, HOLDER, FREE, thread) === FREE;
}

/** Releases a lock that this thread took; false when others wait for it. */
export function putBack(words: Int32Array, thread: number): boolean {
  return Atomics.compareExchange(words, HOLDER, thread, FREE) === thread;
}

/** Did the one who had it before die with it? Only the next one is told. */
export function takeDeath(words: Int32Array): number {
  return Atomics.exchange(words, DIED, 0);
}

/** What a lock and a semaphore do differently. */
interface Units {
  /** What was so when time was up. */
  readonly what: string;
  /** Takes a unit if there is one; if not, whoever has one tells this thread of its release. */
  takeOrAsk(words: Int32Array): boolean;
  /** It was released, and nobody waits. */
  setFree(words: Int32Array): void;
  /** It was released, and the first one who waits has it now. */
  setGiven(words: Int32Array): void;
  /** Has a thread taken it without a message? */
  isTakenBy(thread: number, words: Int32Array): boolean;
}

const LOCK: Units = {
  what: "the lock was held",
  takeOrAsk(words) {
    for (;;) {
      const holder = Atomics.compareExchange(words, HOLDER, FREE, GIVEN);
      if (holder === FREE) return true;
      if (holder === GIVEN || (holder & AWAITED) !== 0) return false;
      // It may be released in just this moment.
      if (Atomics.compareExchange(words, HOLDER, holder, holder | AWAITED) === holder) return false;
    }
  },
  setFree: (words) => void Atomics.store(words, HOLDER, FREE),
  setGiven: (words) => void Atomics.store(words, HOLDER, GIVEN),
  isTakenBy: (thread, words) => {
    const holder = Atomics.load(words, HOLDER);
    return holder !== GIVEN && (holder & ~AWAITED) === thread;
  },
};

const SEMAPHORE: Units = {
  what: "all units of the semaphore were taken",
  takeOrAsk(words) {
    if (Atomics.load(words, HOLDER) === 0) return false;
    Atomics.sub(words, HOLDER, 1);
    return true;
  },
  setFree: (words) => void Atomics.add(words, HOLDER, 1),
  // The unit goes from one to the next.
  setGiven: () => undefined,
  isTakenBy: () => false,
};

export class UnitsHome implements Home {
  readonly givesUnits = true;
  private readonly line = new Set<Waiter<number>>();

  private constructor(
    readonly words: Int32Array,
    private readonly units: Units,
  ) {}

  static ofLock(): UnitsHome {
    return new UnitsHome(sharedWords(FREE, 0), LOCK);
  }

  static ofSemaphore(value: number): UnitsHome {
    return new UnitsHome(sharedWords(value, 0), SEMAPHORE);
  }

  async wait(how: Wait<number>): Promise<number> {
    const died = uninterrupted(() => {
      if (!this.units.takeOrAsk(this.words)) return undefined;
      const value = takeDeath(this.words);
      how.given?.(value);
      return value;
    });
    if (died !== undefined) return died;
    const late = `acquire: ${this.units.what} for ${how.timeout} ms. Release it sooner, or wait longer.`;
    return waitIn<number, object>(this.line, {}, how, () => new TimeoutError(late));
  }

  waitSync(timeout: number | undefined): number {
    if (this.units.takeOrAsk(this.words)) return takeDeath(this.words);
    if (timeout === 0) throw new TimeoutError(`acquireSync: ${this.units.what}. Release it first, or wait.`);
    throw mustWait("acquireSync", "acquire()");
  }

  act(_release: Action, died = false): void {
    uninterrupted(() => {
      if (died) Atomics.store(this.words, DIED, 1);
      const [first] = this.line;
      if (first === undefined) return this.units.setFree(this.words);
      this.units.setGiven(this.words);
      first.resolve(takeDeath(this.words));
    });
  }

  threadEnded(thread: number): void {
    if (this.units.isTakenBy(thread, this.words)) this.act("release", true);
  }
}
