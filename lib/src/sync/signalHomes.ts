/** Where an Event or a Barrier was made. */
import { BrokenBarrierError, TimeoutError } from "../base/errors";
import { waitIn } from "../base/waiters";
import type { Wait, Waiter } from "../base/waiters";
import { mustWait, sharedWords } from "./home";
import type { Home } from "./home";
import type { Action } from "./messages";

/** The word of an event. */
export const FLAG = 0;
/** The words of a barrier. */
export const WAITING = 0;
export const BROKEN = 1;

export class EventHome implements Home {
  readonly words = sharedWords(0);
  readonly givesUnits = false;
  private readonly line = new Set<Waiter<number>>();

  wait(how: Wait): Promise<number> {
    return Atomics.load(this.words, FLAG) === 1
      ? Promise.resolve(1)
      : waitIn<number, object>(this.line, {}, how, () => 0);
  }

  waitSync(timeout: number | undefined): number {
    if (Atomics.load(this.words, FLAG) === 1) return 1;
    if (timeout === 0) return 0;
    throw mustWait("waitSync", "event.wait()");
  }

  act(action: Action): void {
    if (action !== "wake") Atomics.store(this.words, FLAG, action === "set" ? 1 : 0);
    if (action !== "clear") for (const waiter of this.line) waiter.resolve(1);
  }

  threadEnded(): void {
    if (Atomics.load(this.words, FLAG) === 1) this.act("wake");
  }
}

export class BarrierHome implements Home {
  readonly words = sharedWords(0, 0);
  readonly givesUnits = false;
  private readonly line = new Set<Waiter<number>>();

  constructor(private readonly parties: number) {}

  wait(how: Wait): Promise<number> {
    if (Atomics.load(this.words, BROKEN) === 1)
      return Promise.reject(
        new BrokenBarrierError("wait: the barrier is broken. Call reset() before it is used again."),
      );
    const index = this.line.size;
    if (index + 1 === this.parties) {
      [...this.line].forEach((waiter, at) => waiter.resolve(at));
      this.count();
      return Promise.resolve(index);
    }
    const late = (): Error =>
      new BrokenBarrierError(
        `wait: ${this.line.size} of ${this.parties} parties had come after ${how.timeout} ms, so the barrier is broken. Call reset() before it is used again.`,
        { cause: new TimeoutError(`${how.timeout} ms have passed.`) },
      );
    const passed = waitIn<number, object>(this.line, {}, how, late, () =>
      this.endAll("another one who waited gave up or died, so the barrier is broken", 1),
    );
    this.count();
    return passed;
  }

  waitSync(): number {
    throw mustWait("waitSync", "barrier.wait()");
  }

  act(action: Action): void {
    if (action === "abort") this.endAll("the barrier was aborted", 1);
    else this.endAll("the barrier was reset while this one waited", 0);
  }

  threadEnded(): void {
    if (Atomics.load(this.words, BROKEN) === 1) this.act("abort");
  }

  private endAll(why: string, broken: 0 | 1): void {
    Atomics.store(this.words, BROKEN, broken);
    const remedy = broken === 1 ? "Call reset() before it is used again." : "Call wait() again.";
    for (const waiter of this.line) waiter.reject(new BrokenBarrierError(`wait: ${why}. ${remedy}`));
    this.count();
  }

  private count(): void {
    Atomics.store(this.words, WAITING, this.line.size);
  }
}
