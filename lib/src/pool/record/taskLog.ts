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
/** Numbers a row. */
const COLUMNS = 14;

export class TaskLog {
  private rows = new Float64Array(64 * COLUMNS);
  private names: string[] = [];
  private oldest = 0;
  /** How many older ones were dropped. */
  dropped = 0;

  add({
    worker,
    call,
    name,
    first,
    items,
    packing,
    queued,
    sent,
    received,
    started,
    ended,
    replied,
    arrived,
    done,
    failed,
  }: TaskRecord): void {
    const full = this.names.length === MOST_TASKS;
    const row = full ? this.oldest : this.names.length;
    if (full) {
      this.oldest = (row + 1) % MOST_TASKS;
      this.dropped++;
    } else if ((row + 1) * COLUMNS > this.rows.length) {
      const more = new Float64Array(Math.min(2 * this.rows.length, MOST_TASKS * COLUMNS));
      more.set(this.rows);
      this.rows = more;
    }
    this.names[row] = name;
    const { rows } = this;
    const at = row * COLUMNS;
    rows[at] = worker;
    rows[at + 1] = call;
    rows[at + 2] = first ?? NaN;
    rows[at + 3] = items;
    rows[at + 4] = packing;
    rows[at + 5] = queued;
    rows[at + 6] = sent;
    rows[at + 7] = received;
    rows[at + 8] = started;
    rows[at + 9] = ended;
    rows[at + 10] = replied;
    rows[at + 11] = arrived;
    rows[at + 12] = done;
    rows[at + 13] = failed ? 1 : 0;
  }

  /** All of them, oldest first. */
  tasks(): TaskRecord[] {
    return this.names.map((_, index) => this.task((this.oldest + index) % this.names.length));
  }

  private task(row: number): TaskRecord {
    const [
      worker,
      call,
      first,
      items,
      packing,
      queued,
      sent,
      received,
      started,
      ended,
      replied,
      arrived,
      done,
      failed,
    ] = this.rows.subarray(row * COLUMNS, (row + 1) * COLUMNS);
    return {
      worker,
      call,
      name: this.names[row],
      first: Number.isNaN(first) ? undefined : first,
      items,
      packing,
      queued,
      sent,
      received,
      started,
      ended,
      replied,
      arrived,
      done,
      failed: failed === 1,
    };
  }
}
