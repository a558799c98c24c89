/** Lock: one at a time. */
import { inspect } from "node:util";
import { uninterrupted } from "../base/interrupt";
import { readTimeout, readWait } from "../base/timeout";
import type { TimeoutOptions, WaitOptions } from "../base/timeout";
import { acquired, runWith } from "./acquired";
import type { Acquired } from "./acquired";
import { RemoteHome } from "./client";
import { entryOf, makeEntry, registerKind } from "./entries";
import type { Entry } from "./entries";
import { wordOf } from "./home";
import { HOLDER, UnitsHome, putBack, take, takeDeath } from "./lockHome";

/** What this thread has acquired and not released. */
const held = new WeakMap<Lock, Acquired>();
/** Those of them that were made elsewhere: a later task of this worker may be sent the lock again, and must find that one. */
const kept = new Set<Lock>();

/**
 * One at a time: whoever has acquired the lock keeps all others out until it is released, in this program, in tasks of its pools and in its Processes that are handed it.
 * As Python's `multiprocessing.Lock`; it is held by the thread or process that has acquired it, and two calls in one thread keep each other out, too. First come, first served. A holder that
 * ends, however it ends, releases it, and the next one is told (`abandoned`). A task that returns without releasing it keeps it, for its worker lives on.
 *
 * @example
 * const lock = new mp.Lock();
 * const counter = mp.sharedArray(Int32Array, 1);
 * await pool.map(() => lock.with(() => counter[0]++), mp.range(100));
 * counter[0]; // 100
 */
export class Lock {
  /** Makes a lock that is free. */
  constructor() {
    makeEntry(this, "Lock", UnitsHome.ofLock());
  }

  /**
   * Waits until the lock is free, and takes it; `using _ = await lock.acquire()` releases it at the end of the block. Not by one who has it already: that one waits for itself.
   *
   * @param options.timeout wait at most so many milliseconds
   * @param options.signal ends the wait
   * @throws TimeoutError when `timeout` passes first; the signal's reason when it aborts
   */
  acquire(options?: WaitOptions): Promise<Acquired> {
    return acquire(this, options);
  }

  /**
   * The same, blocking this thread: for workers and processes. Where the lock was made (in the main thread, mostly) it takes a lock that is free, and throws when it would have to wait.
   *
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first; Error when nobody could ever release it
   */
  acquireSync(options?: TimeoutOptions): Acquired {
    const timeout = readTimeout("acquireSync", options);
    const entry = lockOf(this);
    const { home } = entry;
    const died = takeHere(entry);
    if (died !== undefined) return hold(this, died);
    const isHere = held.has(this) || (home instanceof RemoteHome && home.unitsHere > 0);
    if (isHere && timeout === undefined && home instanceof RemoteHome)
      throw new Error(
        "acquireSync: expected a lock that another thread or process holds, but this one holds it itself, and would wait for itself for ever. Release it first, or use await lock.acquire().",
      );
    return hold(this, home.waitSync(timeout));
  }

  /**
   * Releases the lock; whoever waits first gets it.
   *
   * @throws Error when this thread or process does not hold it
   */
  release(): void {
    const { home } = lockOf(this);
    if (held.has(this)) return releaseHere(this);
    const state = wordOf(home, HOLDER) === 0 ? "it is free" : "another one holds it";
    throw new Error(
      `release: expected a lock that this thread or process holds, but ${state}. Call acquire() before, and release() once for each.`,
    );
  }

  /** Does anybody hold it? */
  locked(): boolean {
    return wordOf(lockOf(this).home, HOLDER) !== 0;
  }

  /**
   * Acquires, runs `body`, waits for the promise that it may return, and releases, also when it throws.
   *
   * @param body what to do meanwhile
   * @param options as of acquire
   * @example
   * const total = await lock.with(() => (counter[0] += 1));
   */
  with<R>(body: () => R, options?: WaitOptions): Promise<Awaited<R>> {
    return runWith((given) => acquire(this, options, given), body);
  }

  /** @internal */
  [inspect.custom](): string {
    return `Lock { locked: ${this.locked()} }`;
  }
}
registerKind("Lock", Lock.prototype);

const lockOf = (lock: Lock): Entry => entryOf(lock, "Lock");

async function acquire(
  lock: Lock,
  options: WaitOptions | undefined,
  given?: (held: Acquired) => void,
): Promise<Acquired> {
  const how = readWait("acquire", options);
  const entry = lockOf(lock);
  let self: Acquired | undefined;
  const wasGiven = (died: number): void => given?.((self = hold(lock, died)));
  const died = takeHere(entry) ?? (await entry.home.wait({ ...how, given: wasGiven }));
  return self ?? hold(lock, died);
}

/** Takes a free lock without a message, where this thread may; whether the one before died with it. */
function takeHere({ home: { words }, thread }: Entry): number | undefined {
  return thread !== undefined && words instanceof Int32Array && take(words, thread) ? takeDeath(words) : undefined;
}

function hold(lock: Lock, died: number): Acquired {
  const self = acquired(died, (_, isDead) => {
    // It may have been released by hand, and be held by another call by now.
    if (held.get(lock) === self) releaseHere(lock, isDead);
  });
  held.set(lock, self);
  if (lockOf(lock).home instanceof RemoteHome) kept.add(lock);
  return self;
}

function releaseHere(lock: Lock, isDead = false): void {
  const { home, thread } = lockOf(lock);
  uninterrupted(() => {
    held.delete(lock);
    kept.delete(lock);
    const isDone = thread !== undefined && home.words instanceof Int32Array && putBack(home.words, thread);
    if (!isDone) home.act("release", isDead);
  });
}
