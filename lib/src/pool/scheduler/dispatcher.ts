/**
 * Which task goes to which worker: one that has nothing to do gets the next of the queue. When all have something to do, each is sent some ahead of their time; a
 * worker that has done its own gets one that another has not begun.
 */
import { BoundedQueue } from "./boundedQueue";
import type { Readiness } from "./readiness";
import type { ScheduledTask as Task } from "./executor";
import type { WorkerSlot } from "./workerSlot";

export class Dispatcher {
  readonly queue: BoundedQueue;

  /**
   * @param maxQueue how many tasks may wait in the queue
   * @param onSend is called before a task is given to a worker
   */
  constructor(
    private readonly slots: readonly WorkerSlot[],
    private readonly readiness: Readiness,
    maxQueue: number,
    private readonly onSend: () => void,
  ) {
    this.queue = new BoundedQueue(maxQueue, () => this.ahead);
  }

  /** How many tasks wait at workers, to whom they were sent ahead of their time. */
  get ahead(): number {
    return this.slots.reduce((sum, { count }) => sum + Math.max(0, count - 1), 0);
  }

  /** How many tasks wait. */
  get waiting(): number {
    return this.queue.length + this.ahead;
  }

  get hasRoom(): boolean {
    return this.slots.some(({ room }) => room > 0);
  }

  /** Sends tasks until each worker has that many, or no more may be sent ahead. */
  fill(most: number): void {
    this.assign(most);
    for (const slot of this.slots) slot.send();
    this.queue.admit();
  }

  private assign(most: number): void {
    for (let count = 0; count < most; count++) {
      for (const slot of this.slots) {
        if (slot.count > count || slot.room <= 0) continue;
        const task = this.next();
        if (task === undefined) return;
        if (!slot.accepts(task)) return this.queue.putBack([task]);
        this.onSend();
        slot.add(task);
      }
    }
  }

  /** The next task of the queue that is not refused. */
  private next(): Task | undefined {
    const task = this.queue.next();
    const error = task && this.readiness.takeRefusal();
    if (error === undefined) return task;
    task?.failed(error());
    return this.next();
  }

  /** Gives workers that have nothing to do tasks that others have not begun. */
  balance(): void {
    if (!this.slots.some(({ count }) => count > 1)) return;
    for (const slot of this.slots) if (slot.count === 0 && slot.room > 0) this.moveTaskTo(slot);
    // What had no room before may have it now, and there may still be workers for it.
    if (this.queue.hasOutside) this.fill(1);
  }

  private moveTaskTo(slot: WorkerSlot): void {
    for (const other of [...this.slots].sort((one, two) => two.count - one.count)) {
      const task = other.takeBack();
      if (task === undefined) continue;
      slot.add(task);
      return slot.send();
    }
  }

  /** Fails these tasks of one call, if none of them has begun; returns whether that is so. */
  cancel(tasks: readonly Task[], error: Error): boolean {
    return this.queue.cancel(tasks, error);
  }
}
