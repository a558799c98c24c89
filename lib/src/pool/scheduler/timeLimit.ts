/** How long a task may run. Its time begins when its worker begins it, which may be late: a timer of an earlier task may keep the worker busy. */
import { setTimeout } from "../../base/timers";
import type { Claims } from "../protocol/claims";
import { neverBegun, ranTooLong } from "../threads/lostTaskErrors";
import type { ScheduledTask } from "./executor";

/** How long a worker with nothing else to do may take to begin a task, in milliseconds. */
const BEGIN_WITHIN = 3000;

/**
 * Sets the timer of a task that was just sent, if it has a limit.
 *
 * @param stop ends the task, with an error that says why
 * @param giveUp ends the worker, which seems never to begin the task; it goes on elsewhere
 */
export function limitTime(task: ScheduledTask, claims: Claims, stop: (error: Error) => void, giveUp: () => void): void {
  const { timeout } = task;
  if (timeout === undefined) return;
  const wait = (left: number, waited: number): void => {
    task.timer = setTimeout(() => {
      const ran = claims.ranFor(task.id);
      if (ran !== undefined && ran >= timeout) stop(ranTooLong(task));
      else if (ran !== undefined) wait(timeout - ran, 0);
      else if (waited + left < BEGIN_WITHIN) wait(timeout, waited + left);
      else if (task.wasNotBegun || task.moves.length > 0) stop(neverBegun());
      else {
        // A second worker that does not begin it shows that it is the task: its items may take that long to read.
        task.wasNotBegun = true;
        giveUp();
      }
    }, left);
  };
  wait(timeout, 0);
}
