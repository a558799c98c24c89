/** What a worker slot tells its scheduler. */
import type { ScheduledTask as Task } from "./executor";

export interface SlotEvents {
  /** These were sent and not begun. */
  returned(tasks: readonly Task[]): void;
  /** The worker may have room for tasks. */
  free(): void;
  /** The worker of that number is there, and its initializer has run. */
  ready(worker: number): void;
  /** The initializer that was asked for has failed, or the worker died in it. */
  notReady(error: () => unknown): void;
}
