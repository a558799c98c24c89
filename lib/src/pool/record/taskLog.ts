/** The newest tasks of a pool, kept as rows of numbers: an object each would keep the garbage collector busy with tasks that nobody looks at. */

/**
 * One finished task. Times in milliseconds of `clock()`; queued <= sent <= received <= started <= ended <= replied <= arrived <= done.
 */
export interface TaskRecord {
  /** Which of the pool's places ran it, 1 to size; a worker that replaces a dead one takes its place. */
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
export const MOST_TASKS = 10_000;
/** The numbers of a row: all of a record but its name. */
const COLUMNS = [
  "worker",
  "call",
  "first",
  "items",
  "packing",
  "queued",
  "sent",
  "received",
  "started",
  "ended",
  "replied",
  "arrived",
  "done",
  "failed",
] as const;
const WIDTH = COLUMNS.length;

export class TaskLog {
  private rows = new Float64Array(64 * WIDTH);
  private names: string[] = [];
  private oldest = 0;
  /** How many older ones were dropped. */
  dropped = 0;

  add(record: TaskRecord): void {
    const isFull = this.names.length === MOST_TASKS;
    const row = isFull ? this.oldest : this.names.length;
    if (isFull) {
      this.oldest = (row + 1) % MOST_TASKS;
      this.dropped++;
    } else if ((row + 1) * WIDTH > this.rows.length) {
      const rows = new Float64Array(Math.min(2 * this.rows.length, MOST_TASKS * WIDTH));
      rows.set(this.rows);
      this.rows = rows;
    }
    this.names[row] = record.name;
    let at = row * WIDTH;
    // What is undefined becomes NaN.
    for (const column of COLUMNS) this.rows[at++] = Number(record[column]);
  }

  /** All of them, oldest first. */
  tasks(): TaskRecord[] {
    return this.names.map((_, index) => this.task((this.oldest + index) % this.names.length));
  }

  private task(row: number): TaskRecord {
    const numbers = Object.fromEntries(COLUMNS.map((column, at) => [column, this.rows[row * WIDTH + at]])) as Record<
      (typeof COLUMNS)[number],
      number
    >;
    return {
      ...numbers,
      name: this.names[row] as string,
      first: Number.isNaN(numbers.first) ? undefined : numbers.first,
      failed: numbers.failed === 1,
    };
  }
}
