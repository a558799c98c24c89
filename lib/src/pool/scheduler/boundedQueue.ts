/** The task queue of a pool with a bound, and the tasks that wait outside it, in their order. Without a bound none does. */
import type { ScheduledTask as Task } from "./executor";
import { TaskQueue } from "./taskQueue";

export class BoundedQueue {
  private readonly inside = new TaskQueue();
  private readonly outside = new TaskQueue();

  /**
   * @param most how many may wait
   * @param ahead how many wait at workers, to whom they were sent ahead of their time
   */
  constructor(
    private readonly most: number,
    private readonly ahead: () => number,
  ) {}

  get isEmpty(): boolean {
    return this.inside.isEmpty && this.outside.isEmpty;
  }

  get hasOutside(): boolean {
    return !this.outside.isEmpty;
  }

  /** How many wait, inside and outside; some of them may be left out. */
  get length(): number {
    return this.inside.length + this.outside.length;
  }

  /** Those that will not be left out. */
  count(): { inside: number; outside: number } {
    return { inside: this.inside.count(), outside: this.outside.count() };
  }

  add(tasks: readonly Task[]): void {
    if (this.most === Infinity) return this.inside.add(tasks);
    for (const task of tasks) task.isOutside = true;
    this.outside.add(tasks);
    this.admit();
  }

  /** Tasks that a worker was sent and did not begin: they are the next. */
  putBack(tasks: readonly Task[]): void {
    this.inside.putBack(tasks);
  }

  /** Removes and returns the next task; undefined when there is none. */
  next(): Task | undefined {
    this.admit();
    return this.inside.next();
  }

  /** Lets those in for whom there is room. */
  admit(): void {
    while (!this.outside.isEmpty && this.inside.length + this.ahead() < this.most) {
      const task = this.outside.next() as Task;
      task.isOutside = false;
      this.inside.add([task]);
      task.receiver.admitted?.(task);
    }
  }

  /** Fails these tasks of one call, if none of them has begun; returns whether that is so. */
  cancel(tasks: readonly Task[], error: Error): boolean {
    const back: Task[] = [];
    // What was moved to a worker cannot be sent again.
    const withdraw = (task: Task): boolean =>
      (tasks.length === 1 || task.moves.length === 0) && task.worker?.reclaim(task) === true && back.push(task) > 0;
    const areUnbegun = tasks.every((task) => task.worker === undefined || withdraw(task));
    if (areUnbegun) for (const task of tasks) task.failed(error);
    else this.putBack(back);
    return areUnbegun;
  }

  /** All that waits fails. */
  end(error: unknown): void {
    this.inside.end(error);
    this.outside.end(error);
  }
}
