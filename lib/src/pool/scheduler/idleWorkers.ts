/** Ends workers that have had nothing to do for some time, where a pool was told to, and starts them again when there is something. */
import { clearTimeout, setTimeout } from "../../base/timers";
import type { Recorder } from "../record/recorder";
import type { Threads } from "../threads/threads";
import type { Readiness } from "./readiness";
import type { WorkerSlot } from "./workerSlot";

export class IdleWorkers {
  /** Those that end, or have ended. */
  private readonly asleep = new Set<WorkerSlot>();
  private readonly timers = new Map<WorkerSlot, NodeJS.Timeout>();

  /** @param timeout in milliseconds; undefined: workers never end */
  constructor(
    private readonly slots: readonly WorkerSlot[],
    private readonly threads: Threads,
    private readonly readiness: Readiness,
    private readonly recorder: Recorder,
    private readonly timeout: number | undefined,
  ) {}

  has(slot: WorkerSlot): boolean {
    return this.asleep.has(slot);
  }

  /** The place for a worker that has been started. */
  freeSlot(): WorkerSlot {
    return this.slots.find((slot) => slot.thread === undefined && !this.asleep.has(slot)) as WorkerSlot;
  }

  /**
   * Something has changed: the time of workers that have nothing to do begins, and others are started.
   *
   * @param waiting how many tasks have to wait for a worker
   */
  look(waiting: number): void {
    if (this.timeout === undefined) return;
    for (const slot of this.slots) {
      if (!slot.isIdle) this.forget(slot);
      else if (!this.timers.has(slot)) this.timers.set(slot, setTimeout(() => this.expire(slot), this.timeout).unref());
    }
    // These will have room, once they are there and have run their initializer.
    const coming = this.slots.filter((slot) => slot.count === 0 && !slot.isIdle && !this.asleep.has(slot)).length;
    this.wake(this.readiness.isWaitedFor ? this.slots.length : waiting - coming);
  }

  /** These were started, and did not come. */
  notStarted(count: number): void {
    for (const slot of this.slots.filter((each) => each.thread === undefined && !this.asleep.has(each)).slice(0, count))
      this.sleep(slot);
  }

  private wake(most: number): void {
    // The place of a worker that has not ended yet, as its finalizer runs, is not free.
    const slots = [...this.asleep].filter(({ thread }) => thread === undefined).slice(0, Math.max(0, most));
    for (const slot of slots) {
      this.asleep.delete(slot);
      this.readiness.wakes(slot);
      this.recorder.workerAsked(slot.number);
    }
    if (slots.length === 0) return;
    this.recorder.statistics.addWorkers(slots.length);
    this.threads.start(slots.length);
  }

  private expire(slot: WorkerSlot): void {
    this.timers.delete(slot);
    const { thread } = slot;
    // Whoever waits for all workers must find all of them.
    if (!slot.isIdle || thread === undefined || this.readiness.isWaitedFor) return this.look(0);
    slot.isEnding = true;
    this.sleep(slot);
    this.threads.retire(thread);
  }

  private sleep(slot: WorkerSlot): void {
    this.asleep.add(slot);
    this.recorder.statistics.addWorkers(-1);
    this.readiness.sleeps(slot);
  }

  private forget(slot: WorkerSlot): void {
    clearTimeout(this.timers.get(slot));
    this.timers.delete(slot);
  }

  /** The pool is over. */
  end(): void {
    for (const slot of this.slots) this.forget(slot);
  }
}
