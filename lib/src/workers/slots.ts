/** As many places as a crew has workers, and the jobs that are under way in them. */
import { beginWork, endWork } from "../ground/activity";
import type { Job } from "./job";

export class Slots {
  /** How many items of its task the worker in each slot has begun, less one. Shared memory: what it says outlives a worker. */
  readonly progress: Int32Array;
  private free: number[];
  private readonly underWay = new Map<Job, number>();

  constructor(private readonly size: number) {
    this.progress = new Int32Array(new SharedArrayBuffer(size * Int32Array.BYTES_PER_ELEMENT));
    this.free = Array.from({ length: size }, (_, slot) => slot);
  }

  get anyFree(): boolean {
    return this.free.length > 0;
  }

  get allFree(): boolean {
    return this.free.length === this.size;
  }

  take(job: Job): number {
    if (this.allFree) beginWork(this.size);
    const slot = this.free.pop() as number;
    this.progress[slot] = -1;
    this.underWay.set(job, slot);
    return slot;
  }

  /** Is that job still under way, or was it given up? */
  has(job: Job): boolean {
    return this.underWay.has(job);
  }

  giveBack(job: Job): void {
    this.free.push(this.underWay.get(job) as number);
    this.underWay.delete(job);
    if (this.allFree) endWork(this.size);
  }

  /** Gives up all that is under way: the jobs that were. */
  clear(): Job[] {
    const jobs = [...this.underWay.keys()];
    for (const job of jobs) this.giveBack(job);
    return jobs;
  }
}
