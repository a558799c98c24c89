/** How long a task may run. Its time begins when its worker begins it, which may be late: a timer of an earlier task may keep the worker busy. */
import { setTimeout } from "../../base/timers";
import type { Claims } from "../protocol/claims";
import { neverBegun, ranTooLong } from "../threads/lostTaskErrors";
import type { ScheduledTask } from "./executor";

/** How long a worker with nothing else to do may take to begin a task, in milliseconds. */
const BEGIN_WITHIN = 3000;

/** The worker that has a task. */
interface Worker {
  stop(task: ScheduledTask, reason: Error): void;
  /** False when it has begun the task. */
  reclaim(task: ScheduledTask): boolean;
  broken(error: Error, back: readonly ScheduledTask[]): void;
}

/** Sets the timer of a task that was just sent, if it has a limit. */
export function limitTime(task: ScheduledTask, claims: Claims, worker: Worker): void {
  const { timeout } = task;
  if (timeout === undefined) return;
  const wait = (left: number, waited: number): void => {
    task.timer = setTimeout(() => {
      const ran = claims.ranFor(task.id);
      if (ran !== undefined && ran >= timeout) worker.stop(task, ranTooLong(task));
      else if (ran !== undefined) wait(timeout - ran, 0);
      else if (waited + left < BEGIN_WITHIN) wait(timeout, waited + left);
      // A second worker that does not begin it shows that it is the task: its items may take that long to read. And what has been moved cannot be sent again.
      else if (task.wasNotBegun || task.moves.length > 0) worker.stop(task, neverBegun());
      else if (worker.reclaim(task)) {
        task.wasNotBegun = true;
        worker.broken(new Error("it did not begin its next task"), [task]);
      } else wait(timeout, 0);
    }, left);
  };
  wait(timeout, 0);
}
