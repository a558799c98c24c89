/** Whether a pool has something to do: the program stays alive for that, and those who watch memory and processors know of it. */
import type { Worker } from "node:worker_threads";
import { beginWork, endWork } from "../../base/busyWorkers";
import { clearInterval, setInterval } from "../../base/timers";
import { guardMemory, stopGuardingMemory } from "../threads/memoryGuard";

export class Activity {
  private isWorking = false;
  /** Keeps the program alive while there is something to wait for: threads alone do not. */
  private readonly keepAlive = setInterval(() => undefined, 2 ** 30).unref();

  /** @param isWaitedFor does somebody wait for something else than tasks? */
  constructor(
    private readonly size: number,
    private readonly workers: () => readonly Worker[],
    private readonly isWaitedFor: () => boolean,
  ) {}

  set(isWorking: boolean): void {
    if (this.isWorking === isWorking) return;
    this.isWorking = isWorking;
    (isWorking ? beginWork : endWork)(this.size);
    (isWorking ? guardMemory : stopGuardingMemory)(this.workers);
    this.stayAlive();
  }

  stayAlive(): void {
    if (this.isWorking || this.isWaitedFor()) this.keepAlive.ref();
    else this.keepAlive.unref();
  }

  /** There will be nothing to do any more. */
  end(): void {
    clearInterval(this.keepAlive);
    this.set(false);
  }
}
