/** Semaphore: so many at a time. */
import { inspect } from "node:util";
import { describe } from "../base/errors";
import { uninterrupted } from "../base/interrupt";
import { readTimeout, readWait } from "../base/timeout";
import type { TimeoutOptions, WaitOptions } from "../base/timeout";
import { acquired, runWith } from "./acquired";
import type { Acquired } from "./acquired";
import { entryOf, makeEntry, registerKind } from "./entries";
import { wordOf } from "./home";
import type { Home } from "./home";
import { HOLDER, UnitsHome } from "./lockHome";

/**
 * So many at a time: it has a number of units, which are acquired and released. As Python's `multiprocessing.Semaphore`: anybody may release, also beyond the number at the start. First come,
 * first served. A worker or process that ends releases what it has acquired more often than released, and the next one is told (`abandoned`).
 *
 * @example
 * const disk = new mp.Semaphore(2);
 * await pool.map((path) => disk.with(() => readFileSync(path).length), paths); // two at a time
 */
export class Semaphore {
  /**
   * Makes a semaphore.
   *
   * @param value how many units it has; 1 when left out
   * @throws RangeError when it is no integer of 0 or more
   */
  constructor(value: number = 1) {
    if (!Number.isInteger(value) || value < 0 || value > MOST)
      throw new RangeError(`Semaphore: value must be an integer from 0 to ${MOST}; got ${describe(value)}.`);
    makeEntry(this, "Semaphore", UnitsHome.ofSemaphore(value));
  }

  /**
   * Waits until there is a unit, and takes it; `using _ = await semaphore.acquire()` releases it at the end of the block.
   *
   * @param options.timeout wait at most so many milliseconds
   * @param options.signal ends the wait
   * @throws TimeoutError when `timeout` passes first; the signal's reason when it aborts
   */
  acquire(options?: WaitOptions): Promise<Acquired> {
    return acquire(this, options);
  }

  /**
   * The same, blocking this thread: for workers and processes. Where the semaphore was made (in the main thread, mostly) it takes a unit that is there, and throws when it would have to wait.
   *
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first; Error when nobody could ever release one
   */
  acquireSync(options?: TimeoutOptions): Acquired {
    const home = homeOf(this);
    return hold(home, home.waitSync(readTimeout("acquireSync", options)));
  }

  /** Releases a unit; whoever waits first gets it. What `acquire` gives releases its own unit: call the one or the other. */
  release(): void {
    homeOf(this).act("release");
  }

  /**
   * Acquires, runs `body`, waits for the promise that it may return, and releases, also when it throws.
   *
   * @param body what to do meanwhile
   * @param options as of acquire
   */
  with<R>(body: () => R, options?: WaitOptions): Promise<Awaited<R>> {
    return runWith((given) => acquire(this, options, given), body);
  }

  /** @internal */
  [inspect.custom](): string {
    return `Semaphore { value: ${wordOf(homeOf(this), HOLDER)} }`;
  }
}
registerKind("Semaphore", Semaphore.prototype);

const MOST = 2 ** 31 - 1;
const homeOf = (semaphore: Semaphore): Home => entryOf(semaphore, "Semaphore").home;

async function acquire(
  semaphore: Semaphore,
  options: WaitOptions | undefined,
  given?: (held: Acquired) => void,
): Promise<Acquired> {
  const how = readWait("acquire", options);
  const home = homeOf(semaphore);
  let self: Acquired | undefined;
  const wasGiven = (died: number): void => given?.((self = hold(home, died)));
  const died = await home.wait({ ...how, given: wasGiven });
  return self ?? hold(home, died);
}

function hold(home: Home, died: number): Acquired {
  let isReleased = false;
  return acquired(died, (_, isDead) => {
    uninterrupted(() => {
      if (!isReleased) home.act("release", isDead);
      isReleased = true;
    });
  });
}
