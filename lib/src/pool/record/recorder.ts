/**
 * What each pool did since it was last asked: its tasks with their times, the newest ones only, and sums over all of them. For whoever
 * wants to show it; pools know nothing of pictures.
 */
import { clock } from "../../base/clock";
import { isFailure } from "../protocol/messages";
import type { Reply } from "../protocol/messages";
import { Statistics } from "./statistics";

/** How many tasks are kept. */
export const MOST_TASKS = 10_000;

/**
 * One finished task. Times in milliseconds of `clock()`; queued <= sent <= received <= started <= ended <= replied <= arrived <= done.
 */
export interface TaskRecord {
  /** The number of the worker, 1 to size; a worker that replaces a dead one has its number. */
  readonly worker: number;
  readonly call: number;
  /** The function's name, "" when it has none. */
  readonly name: string;
  /** The number of its first item in the call, undefined for a single call. */
  readonly first: number | undefined;
  readonly items: number;
  /** How long it took to make the message of its items: a duration. */
  readonly packing: number;
  /** When it could have been sent, had a worker been free. */
  readonly queued: number;
  readonly sent: number;
  /** In the worker: the task is there. */
  readonly received: number;
  /** In the worker: function and items are made, the first call begins. */
  readonly started: number;
  /** In the worker: the last result is there. */
  readonly ended: number;
  /** In the worker: the reply is made. */
  readonly replied: number;
  readonly arrived: number;
  /** The results are made here. */
  readonly done: number;
  readonly failed: boolean;
}
/** One start of a worker: the first ones, and each replacement. */
export interface WorkerStart {
  readonly worker: number;
  readonly asked: number;
  /** In the worker: it is loaded. Of a worker that is not there yet, the end of the record. */
  readonly ready: number;
}
/** Sums over all tasks of one worker, in milliseconds. */
export interface WorkerTotals {
  tasks: number;
  items: number;
  computing: number;
  /** What its tasks cost beside computing, from sent to done. */
  overhead: number;
  sending: number;
  unpacking: number;
  packingBack: number;
  sendingBack: number;
  packing: number;
}
export interface PoolRecord {
  readonly size: number;
  readonly since: number;
  readonly until: number;
  /** The newest tasks, oldest first, at most MOST_TASKS. */
  readonly tasks: readonly TaskRecord[];
  /** How many older ones are in the totals only. */
  readonly dropped: number;
  /** One entry a worker. */
  readonly totals: readonly WorkerTotals[];
  readonly starts: readonly WorkerStart[];
  readonly names?: readonly (string | undefined)[]; // of workers of other machines
  /** Tasks without an end: their worker died, or their call was stopped. */
  readonly lost: number;
  /** Tasks under way. */
  readonly running: number;
}

/** What is known of a task before it is sent. */
interface Task {
  readonly call: { readonly id: number; readonly fn: { readonly payload: { readonly name: string } } };
  readonly first: number | undefined;
  readonly count: number;
  readonly packing: number;
  readonly queued: number;
}

const recorders = new WeakMap<object, Recorder>();

/** Keeps the record of one pool. */
export class Recorder {
  private since = clock();
  /** The newest tasks: a ring, once there are as many as are kept. */
  private tasks: TaskRecord[] = [];
  private dropped = 0;
  private totals: WorkerTotals[];
  private starts: WorkerStart[] = [];
  private lost = 0;
  private running = 0;
  /** Of everything, also of what was taken. */
  readonly statistics: Statistics;
  private readonly asked: number[];
  private readonly starting: Set<number>; // the first workers, while they are not there yet
  private readonly names: string[] = [];

  constructor(private size: number) {
    this.totals = noTotals(size);
    this.statistics = new Statistics(size);
    this.asked = Array<number>(size).fill(this.since);
    this.starting = new Set(this.asked.map((_, index) => index + 1));
  }

  /** Workers of other machines come: from `number` on, with names of their own. */
  addWorkers(number: number, names: readonly string[]): void {
    this.names.splice(number - 1, names.length, ...names);
    this.totals.push(...noTotals(Math.max(0, number - 1 + names.length - this.size)));
    for (; this.size < this.totals.length; this.size++) this.asked.push(this.since);
  }

  /** Makes the record of `pool` this one. */
  attachTo(pool: object): void {
    recorders.set(pool, this);
  }

  /** @param worker its number: 1, 2, ... */
  workerStarted(worker: number, ready: number): void {
    this.starting.delete(worker);
    this.starts.push({ worker, asked: this.asked[worker - 1] ?? this.since, ready });
    if (this.starts.length > MOST_TASKS) this.starts.splice(0, MOST_TASKS / 2);
  }

  /** Another one is to take its place. */
  workerAsked(worker: number): void {
    this.asked[worker - 1] = clock();
  }

  tasksSent(tasks: number): void {
    this.running += tasks;
  }

  /** They were sent and not begun: they will be sent again. */
  tasksBack(tasks: number): void {
    this.running -= tasks;
  }

  /** @param after how long it had been with its worker */
  taskLost(after: number): void {
    this.running--;
    this.lost++;
    this.statistics.taskLost(after);
  }

  taskDone(worker: number, task: Task, sent: number, reply: Reply, arrived: number): void {
    this.running--;
    const { call, first, count, packing, queued } = task;
    const [received, started, ended, replied] = reply.times;
    const record: TaskRecord = {
      worker,
      call: call.id,
      name: call.fn.payload.name,
      first,
      items: count,
      packing,
      queued,
      sent,
      received,
      started,
      ended,
      replied,
      arrived,
      done: clock(),
      failed: isFailure(reply.outcome),
    };
    if (this.tasks.length < MOST_TASKS) this.tasks.push(record);
    else this.tasks[this.dropped++ % MOST_TASKS] = record;
    addTo(this.totals[worker - 1], record);
    this.statistics.taskDone(started - queued, ended - started, record.failed);
  }

  /** What was recorded so far. */
  read(): PoolRecord {
    const until = clock();
    const oldest = this.dropped % MOST_TASKS;
    const starts = [...this.starts];
    for (const worker of this.starting)
      starts.push({ worker, asked: this.asked[worker - 1] ?? this.since, ready: until });
    return {
      size: this.size,
      since: this.since,
      until,
      tasks: [...this.tasks.slice(oldest), ...this.tasks.slice(0, oldest)],
      dropped: this.dropped,
      totals: this.totals,
      starts,
      names: [...this.names],
      lost: this.lost,
      running: this.running,
    };
  }

  /** The same; a new record begins. */
  take(): PoolRecord {
    const record = this.read();
    this.since = record.until;
    this.tasks = [];
    this.dropped = 0;
    this.lost = 0;
    this.totals = noTotals(this.size);
    this.starts = [];
    return record;
  }
}

export function noTotals(size: number): WorkerTotals[] {
  return Array.from({ length: size }, () => ({
    tasks: 0,
    items: 0,
    computing: 0,
    overhead: 0,
    sending: 0,
    unpacking: 0,
    packingBack: 0,
    sendingBack: 0,
    packing: 0,
  }));
}

export function addTo(
  totals: WorkerTotals | undefined,
  { items, packing, sent, received, started, ended, replied, done }: TaskRecord,
): void {
  if (totals === undefined) return;
  totals.tasks++;
  totals.items += items;
  totals.computing += ended - started;
  totals.overhead += done - sent - (ended - started);
  totals.sending += received - sent;
  totals.unpacking += started - received;
  totals.packingBack += replied - ended;
  totals.sendingBack += done - replied;
  totals.packing += packing;
}

/** What `pool` did since the last takeRecord, or since it was made. Works on closed pools too. */
export const readRecord = (pool: object): PoolRecord => (recorders.get(pool) as Recorder).read();

/** The same; a new record begins. */
export const takeRecord = (pool: object): PoolRecord => (recorders.get(pool) as Recorder).take();
