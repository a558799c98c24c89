/** How long a task may run. Its time begins when its worker begins it, which may be late: a timer of an earlier task may keep the worker busy. */
import { setTimeout } from "../../base/timers";
import type { Claims } from "../protocol/claims";
import { ranTooLong } from "../threads/lostTaskErrors";
import type { ScheduledTask } from "./executor";

/** How long a worker with nothing else to do may take to begin a task, in milliseconds. */
const BEGIN_WITHIN = 3000;

/**
 * Sets the timer of a task that was just sent, if it has a limit.
 *
 * @param stop ends the task, with an error that says why
 * @param unbegun is called when the worker seems never to begin it
 */
export function limitTime(
  task: ScheduledTask,
  claims: Claims,
  stop: (error: Error) => void,
  unbegun: () => void,
): void {
  const { timeout } = task;
  if (timeout === undefined) return;
  const wait = (left: number, waited: number): void => {
    task.timer = setTimeout(() => {
      const ran = claims.ranFor(task.id);
      if (ran !== undefined && ran >= timeout) stop(ranTooLong(task));
      else if (ran !== undefined) wait(timeout - ran, 0);
      else if (waited < BEGIN_WITHIN) wait(timeout, waited + timeout);
      else unbegun();
    }, left);
  };
  wait(timeout, 0);
}
