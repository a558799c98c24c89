/** The tasks that wait for a worker, in the order of their calls. */
import type { Task, TaskSource } from "./task";

export class TaskQueue {
  /** Tasks that a worker was sent and did not begin: they are the next. */
  private returned: Task[] = [];
  private sources: TaskSource[] = [];
  /** The place of the first in `sources`: to shift a long array costs as much as it is long. */
  private head = 0;

  add(source: TaskSource): void {
    this.sources.push(source);
  }

  putBack(tasks: readonly Task[]): void {
    if (tasks.length > 0) this.returned = [...tasks, ...this.returned];
  }

  /** Removes and returns the next task; undefined when there is none. */
  next(): Task | undefined {
    for (let back = this.returned.shift(); back !== undefined; back = this.returned.shift())
      if (back.wanted()) return back;
    for (let first = this.sources[this.head]; first !== undefined; first = this.sources[this.head]) {
      const task = first.next();
      if (task !== undefined) return task;
      this.forgetFirst();
    }
    return undefined;
  }

  get isEmpty(): boolean {
    if (this.returned.length > 0) return false;
    for (let at = this.head; at < this.sources.length; at++)
      if ((this.sources[at] as TaskSource).left() > 0) return false;
    return true;
  }

  /** All that waits fails. */
  end(error: unknown): void {
    const sources = this.sources.slice(this.head);
    const returned = this.returned;
    this.sources = [];
    this.returned = [];
    this.head = 0;
    for (const task of returned) task.failed(error);
    for (const source of sources) source.gone(error);
  }

  private forgetFirst(): void {
    if (++this.head < this.sources.length / 2) return;
    this.sources.splice(0, this.head);
    this.head = 0;
  }
}
