/** Event: a flag that many can wait for. */
import { inspect } from "node:util";
import { readTimeout, readWait } from "../base/timeout";
import type { TimeoutOptions, WaitOptions } from "../base/timeout";
import { entryOf, makeEntry, registerKind } from "./entries";
import { wordOf } from "./home";
import type { Home } from "./home";
import { EventHome, FLAG, isOdd, setFlag, unsetFlag } from "./signalHomes";

/**
 * A flag that many can wait for, in this program, in tasks of its pools and in its Processes that are handed it. As Python's `multiprocessing.Event`.
 *
 * @example
 * const stop = new mp.Event();
 * const result = pool.apply(() => { let n = 0; while (!stop.isSet()) n++; return n; });
 * stop.set();
 * await result; // as far as it came
 */
export class Event {
  /** Makes an event that is not set. */
  constructor() {
    makeEntry(this, "Event", new EventHome());
  }

  /** Is it set? A task sees that at once, also within a loop that never awaits; a Process asks the program that made it. */
  isSet(): boolean {
    return isOdd(wordOf(homeOf(this), FLAG));
  }

  /** Sets it: all who wait go on, and who waits later goes on at once. */
  set(): void {
    const home = homeOf(this);
    if (!(home.words instanceof Int32Array)) home.act("set");
    // While it is set nobody waits.
    else if (setFlag(home.words)) home.act("wake");
  }

  /** Unsets it: who waits from now on waits until it is set again. */
  clear(): void {
    const home = homeOf(this);
    if (home.words instanceof Int32Array) unsetFlag(home.words);
    else home.act("clear");
  }

  /**
   * Waits until it is set.
   *
   * @param options.timeout wait at most so many milliseconds
   * @param options.signal ends the wait
   * @returns true; false when `timeout` passed first
   * @throws the signal's reason when it aborts
   */
  async wait(options?: WaitOptions): Promise<boolean> {
    const how = readWait("wait", options);
    const home = homeOf(this);
    return isSetHere(home) || (await home.wait(how)) === 1;
  }

  /**
   * The same, blocking this thread: for workers and processes. Where the event was made (in the main thread, mostly) it throws when it would have to wait.
   *
   * @param options.timeout wait at most so many milliseconds
   * @returns true; false when `timeout` passed first
   */
  waitSync(options?: TimeoutOptions): boolean {
    const timeout = readTimeout("waitSync", options);
    const home = homeOf(this);
    return isSetHere(home) || home.waitSync(timeout) === 1;
  }

  /** @internal */
  [inspect.custom](): string {
    return `Event { isSet: ${this.isSet()} }`;
  }
}
registerKind("Event", Event.prototype);

const homeOf = (event: Event): Home => entryOf(event, "Event").home;

const isSetHere = (home: Home): boolean => home.words instanceof Int32Array && isOdd(wordOf(home, FLAG));
