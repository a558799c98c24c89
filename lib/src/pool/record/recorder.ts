/**
 * What each pool did since it was last asked: its tasks with their times, the newest ones only, and sums over all of them. For whoever
 * wants to show it; pools know nothing of pictures.
 */
import { clock } from "../../base/clock";
import type { Reply, Work } from "../protocol/messages";
import { MOST_TASKS, TaskLog } from "./taskLog";
import type { TaskRecord } from "./taskLog";

/** One start of a worker: the first ones, and each replacement. */
export interface WorkerStart {
  readonly worker: number;
  readonly asked: number;
  /** In the worker: it is loaded. */
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
  /** Tasks without an end: their worker died, or their call was stopped. */
  readonly lost: number;
  /** Tasks under way. */
  readonly running: number;
}

/** What is known of a task before it is sent. */
export interface Queued {
  readonly items: number;
  readonly packing: number;
  readonly queued: number;
}

const recorders = new WeakMap<object, Recorder>();

/** Keeps the record of one pool. */
export class Recorder {
  private since = clock();
  private log = new TaskLog();
  private totals: WorkerTotals[];
  private starts: WorkerStart[] = [];
  private lost = 0;
  private running = 0;
  private readonly asked: number[];
  private readonly listeners = new Map<number, (items: number) => void>();

  constructor(private readonly size: number) {
    this.totals = noTotals(size);
    this.asked = Array.from({ length: size }, () => this.since);
  }

  /** Makes the record of `pool` this one. */
  attachTo(pool: object): void {
    recorders.set(pool, this);
  }

  /** @param worker its place: 1, 2, ... */
  workerStarted(worker: number, ready: number): void {
    this.starts.push({ worker, asked: this.asked[worker - 1] ?? this.since, ready });
    if (this.starts.length > MOST_TASKS) this.starts.splice(0, MOST_TASKS / 2);
  }

  workerEnded(worker: number): void {
    this.asked[worker - 1] = clock();
  }

  /** Tells of every task of a call that ends well, with the number of its items, until the returned function is called. */
  onTaskDone(call: number, done: (items: number) => void): () => void {
    this.listeners.set(call, done);
    return () => void this.listeners.delete(call);
  }

  tasksSent(tasks: number): void {
    this.running += tasks;
  }

  /** They were sent and not begun: they will be sent again. */
  tasksBack(tasks: number): void {
    this.running -= tasks;
  }

  taskLost(): void {
    this.running--;
    this.lost++;
  }

  taskDone(
    worker: number,
    { work, queued }: { readonly work: Work; readonly queued: Queued },
    sent: number,
    reply: Reply,
    arrived: number,
  ): void {
    this.running--;
    const [received, started, ended, replied] = reply.times;
    const done = clock();
    // Field by field: a spread would cost more than all the rest, a million times.
    const record: TaskRecord = {
      worker,
      call: work.call,
      name: work.payload.name,
      first: work.first,
      items: queued.items,
      packing: queued.packing,
      queued: queued.queued,
      sent,
      received,
      started,
      ended,
      replied,
      arrived,
      done,
      failed: reply.is === "failure",
    };
    this.log.add(record);
    if (reply.is !== "failure") this.listeners.get(work.call)?.(queued.items);
    addTo(this.totals[worker - 1], record);
  }

  /** What was recorded, and begins anew. */
  take(): PoolRecord {
    const until = clock();
    const record: PoolRecord = {
      size: this.size,
      since: this.since,
      until,
      tasks: this.log.tasks(),
      dropped: this.log.dropped,
      totals: this.totals,
      starts: this.starts,
      lost: this.lost,
      running: this.running,
    };
    this.since = until;
    this.log = new TaskLog();
    this.lost = 0;
    this.totals = noTotals(this.size);
    this.starts = [];
    return record;
  }
}

function noTotals(size: number): WorkerTotals[] {
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

function addTo(
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

/** The same record with the tasks of the newest `count` calls only, as if nothing had been before. */
export function lastCalls(record: PoolRecord, count: number): PoolRecord {
  const calls = new Set(
    [...new Set(record.tasks.map(({ call }) => call))].sort((one, other) => other - one).slice(0, count),
  );
  const tasks = record.tasks.filter(({ call }) => calls.has(call));
  const since = tasks.reduce((first, { queued }) => Math.min(first, queued), record.until);
  const totals = noTotals(record.size);
  for (const task of tasks) addTo(totals[task.worker - 1], task);
  // The oldest of very many tasks may belong to these calls.
  const [oldest] = record.tasks;
  const dropped = oldest !== undefined && calls.has(oldest.call) ? record.dropped : 0;
  return { ...record, since, tasks, totals, dropped, starts: record.starts.filter(({ ready }) => ready > since) };
}

/** What `pool` did since the last call, or since it was made, and begins a new record. Works on closed pools too. */
export function takeRecord(pool: object): PoolRecord {
  return (recorders.get(pool) as Recorder).take();
}
