/** Where an Event or a Barrier was made. */
import { BrokenBarrierError, TimeoutError } from "../base/errors";
import { Interrupted } from "../base/interrupt";
import { waitIn } from "../base/waiters";
import type { Wait, Waiter } from "../base/waiters";
import { mustWait, sharedWords } from "./home";
import type { Home } from "./home";
import type { Action } from "./messages";

/** The word of an event: how often it was set and unset, so odd while it is set. Who waits is told so from who came after it was unset again. */
export const FLAG = 0;
/** The words of a barrier. */
export const WAITING = 0;
export const BROKEN = 1;
const RESETS = 2;

/** Sets an event; false when it was set already. */
export function setFlag(words: Int32Array): boolean {
  return !isOdd(Atomics.or(words, FLAG, 1));
}

export function unsetFlag(words: Int32Array): void {
  const set = Atomics.load(words, FLAG) | 1;
  Atomics.compareExchange(words, FLAG, set, set + 1);
}

export const isOdd = (word: number): boolean => (word & 1) === 1;

export class EventHome implements Home {
  readonly words = sharedWords(0);
  readonly givesUnits = false;
  private readonly line = new Set<Waiter<number> & { readonly word: number }>();

  wait(how: Wait): Promise<number> {
    const { word } = this;
    if (isOdd(word)) return Promise.resolve(1);
    // Time may be up before the message is read that it was set.
    return waitIn<number, { word: number }>(this.line, { word }, how, () => Number(this.word !== word));
  }

  waitSync(timeout: number | undefined): number {
    if (isOdd(this.word)) return 1;
    if (timeout === 0) return 0;
    throw mustWait("waitSync", "event.wait()");
  }

  act(action: Action): void {
    if (action === "set") setFlag(this.words);
    else if (action === "clear") unsetFlag(this.words);
    const { word } = this;
    for (const waiter of this.line) if (waiter.word !== word) waiter.resolve(1);
  }

  threadEnded(): void {
    this.act("wake");
  }

  private get word(): number {
    return Atomics.load(this.words, FLAG);
  }
}

/** What a barrier knows of one who waits: how often it had been reset before. */
interface Party {
  readonly resets: number;
}

export class BarrierHome implements Home {
  readonly words = sharedWords(0, 0, 0);
  readonly givesUnits = false;
  private readonly line = new Set<Waiter<number> & Party>();

  constructor(private readonly parties: number) {}

  async wait(how: Wait): Promise<number> {
    const last = this.enter();
    if (last !== undefined) return last;
    const late = (): Error =>
      broken(`${this.line.size} of ${this.parties} parties had come after ${how.timeout} ms`, {
        cause: new TimeoutError(`${how.timeout} ms have passed.`),
      });
    const passed = waitIn<number, Party>(this.line, { resets: this.resets }, how, late, (why) => {
      Atomics.store(this.words, BROKEN, 1);
      // Stop ends all at once, and each is told so.
      this.rejectAll(why instanceof Interrupted ? why : broken("another one who waited gave up or died"));
    });
    this.count();
    return passed;
  }

  waitSync(): number {
    const last = this.enter();
    if (last === undefined) throw mustWait("waitSync", "barrier.wait()");
    return last;
  }

  act(action: Action): void {
    if (action === "reset") resetWords(this.words);
    else if (action === "abort") Atomics.store(this.words, BROKEN, 1);
    this.follow();
  }

  threadEnded(): void {
    this.follow();
  }

  /** Does what the words say: whoever shares them may have aborted or reset the barrier. */
  private follow(): void {
    if (Atomics.load(this.words, BROKEN) === 1) return this.rejectAll(broken("it was aborted"));
    const { resets } = this;
    const old = [...this.line].filter((waiter) => waiter.resets !== resets);
    for (const waiter of old)
      waiter.reject(new BrokenBarrierError("wait: the barrier was reset meanwhile. Call wait() again."));
    this.count();
  }

  /** One more has come. The last one lets all go on, and gets its number; the others have to wait. */
  private enter(): number | undefined {
    this.follow();
    if (Atomics.load(this.words, BROKEN) === 1) throw broken("somebody aborted it, gave up, or died");
    const index = this.line.size;
    if (index + 1 < this.parties) return undefined;
    [...this.line].forEach((waiter, at) => waiter.resolve(at));
    this.count();
    return index;
  }

  private get resets(): number {
    return Atomics.load(this.words, RESETS);
  }

  private rejectAll(error: Error): void {
    for (const waiter of this.line) waiter.reject(error);
    this.count();
  }

  private count(): void {
    Atomics.store(this.words, WAITING, this.line.size);
  }
}

export function resetWords(words: Int32Array): void {
  Atomics.add(words, RESETS, 1);
  Atomics.store(words, BROKEN, 0);
}

function broken(why: string, options?: ErrorOptions): BrokenBarrierError {
  return new BrokenBarrierError(`wait: the barrier is broken: ${why}. Call reset() before it is used again.`, options);
}
