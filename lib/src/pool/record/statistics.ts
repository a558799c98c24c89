/** Sums over everything that a pool did, in constant memory, for those who watch a pool that lives long. */
import { clock } from "../../base/clock";

/** How long something took, in milliseconds. */
export interface Durations {
  readonly mean: number;
  /** Half of them took no longer. To within 3 %, and 1 µs. */
  readonly p50: number;
  /** 99 in 100 took no longer. To within 3 %, and 1 µs. */
  readonly p99: number;
  readonly max: number;
}

/** What `pool.stats()` gives. Times are in milliseconds; a task is a single call, or a chunk of the items of a call with many. */
export interface PoolStats {
  /** How many there are, or are being started: fewer than the pool's size where `idleTimeout` has ended some, none when the pool is over. */
  readonly workers: number;
  /** How many of them have a task. */
  readonly busy: number;
  /** Tasks that wait for a worker; at most `maxQueue`, where that is given. */
  readonly queued: number;
  /** Tasks that wait outside the task queue, as it is full. */
  readonly outside: number;
  /** Tasks that have ended well. */
  readonly completed: number;
  /** Tasks that were begun and have ended otherwise: with an error, with their worker, by a signal, a timeout or Stop. */
  readonly failed: number;
  /** Workers that have ended by themselves, as by process.exit or for lack of memory, and were replaced. */
  readonly died: number;
  /** The share of the workers' time that they have spent in tasks, 0 to 1, since the pool was made, those that run now included. */
  readonly utilization: number;
  /** How long functions ran: from the first call of a task to the end of its last one. Of tasks that have ended with a result or an error. */
  readonly run: Durations;
  /** How long these tasks had waited before that: from the call on. */
  readonly wait: Durations;
}

/** Of each doubling, from 1 µs on: so each range is 4 % wide. */
const RANGES = 16;
const SMALLEST = 0.001;
/** Up to two years. */
const DOUBLINGS = 46;

class Histogram {
  private readonly counts = new Float64Array(RANGES * DOUBLINGS);
  private count = 0;
  private max = 0;
  sum = 0;

  add(time: number): void {
    const range = time > SMALLEST ? Math.floor(Math.log2(time / SMALLEST) * RANGES) : 0;
    const index = Math.min(range, this.counts.length - 1);
    this.counts[index] = (this.counts[index] as number) + 1;
    this.count++;
    this.sum += time;
    if (time > this.max) this.max = time;
  }

  read(): Durations {
    return {
      mean: this.count === 0 ? 0 : this.sum / this.count,
      p50: this.percentile(0.5),
      p99: this.percentile(0.99),
      max: this.max,
    };
  }

  /** The middle of the range in which it is. */
  private percentile(share: number): number {
    let left = share * this.count;
    const range = this.counts.findIndex((count) => (left -= count) <= 0);
    return Math.min(this.max, SMALLEST * 2 ** ((range + 0.5) / RANGES));
  }
}

export class Statistics {
  private readonly run = new Histogram();
  private readonly wait = new Histogram();
  private completed = 0;
  private failed = 0;
  /** Time spent in tasks that came to no reply. */
  private lost = 0;
  /** The time of all workers until `since`. */
  private time = 0;
  private since = clock();
  private died = 0;
  private isOver = false;

  constructor(private workers: number) {}

  /** There are so many more workers from now on. */
  addWorkers(count: number): void {
    if (this.isOver) return;
    this.time = this.timeUntil(clock());
    this.since = clock();
    this.workers += count;
  }

  /** There are no workers any more. */
  end(): void {
    this.addWorkers(-this.workers);
    this.isOver = true;
  }

  /** They have ended by themselves: the pool is not over. */
  workersDied(count: number): void {
    if (!this.isOver) this.died += count;
  }

  taskDone(wait: number, run: number, failed: boolean): void {
    this.wait.add(Math.max(0, wait));
    this.run.add(Math.max(0, run));
    if (failed) this.failed++;
    else this.completed++;
  }

  /** @param after how long it had been with its worker */
  taskLost(after: number): void {
    this.failed++;
    this.lost += after;
  }

  /** @param begun when the tasks that run now have begun */
  read(begun: readonly number[], queued: number, outside: number): PoolStats {
    const now = clock();
    const spent = begun.reduce((sum, time) => sum + now - time, this.run.sum + this.lost);
    const time = this.timeUntil(now);
    return {
      workers: this.workers,
      busy: begun.length,
      queued,
      outside,
      completed: this.completed,
      failed: this.failed,
      died: this.died,
      utilization: time === 0 ? 0 : Math.min(1, spent / time),
      run: this.run.read(),
      wait: this.wait.read(),
    };
  }

  private timeUntil(now: number): number {
    return this.time + this.workers * (now - this.since);
  }
}
