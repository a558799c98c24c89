/** The tasks that wait for a worker, in the order of their calls: a linked list, of which tasks whose call is over are left out. */
import type { ScheduledTask as Task } from "./executor";

export class TaskQueue {
  private first: Task | undefined;
  private last: Task | undefined;
  /** How many there are; some may be left out. */
  length = 0;

  get isEmpty(): boolean {
    while (this.first?.receiver.isOver === true) this.removeFirst();
    return this.first === undefined;
  }

  /** How many will not be left out. */
  count(): number {
    let count = 0;
    for (let task = this.first; task !== undefined; task = task.next) if (!task.receiver.isOver) count++;
    return count;
  }

  add(tasks: readonly Task[]): void {
    this.length += tasks.length;
    for (const task of tasks) {
      if (this.last === undefined) this.first = task;
      else this.last.next = task;
      this.last = task;
    }
  }

  /** Tasks that a worker was sent and did not begin: they are the next. */
  putBack(tasks: readonly Task[]): void {
    this.length += tasks.length;
    for (const task of [...tasks].reverse()) {
      task.next = this.first;
      this.first = task;
      this.last ??= task;
    }
  }

  /** Removes and returns the next task; undefined when there is none. */
  next(): Task | undefined {
    return this.isEmpty ? undefined : this.removeFirst();
  }

  /** All that waits fails. */
  end(error: unknown): void {
    for (let task = this.next(); task !== undefined; task = this.next()) task.failed(error);
  }

  private removeFirst(): Task | undefined {
    const task = this.first;
    this.first = task?.next;
    if (this.first === undefined) this.last = undefined;
    if (task !== undefined) {
      task.next = undefined;
      this.length--;
    }
    return task;
  }
}
