/** The clock of another machine, laid over the one here: asked several times, as the quickest answer is the most exact one. */
import { clock } from "../base/clock";
import type { TaskTimes } from "../pool/protocol/messages";

const TIMES = 5;

export class ClockOffset {
  /** What is to be added to a time there. */
  private offset = 0;
  private quickest = Infinity;
  private left = TIMES;

  /** @param send asks the machine for its clock; it sends `asked` back with it */
  constructor(private readonly send: (asked: number) => void) {}

  ask(): void {
    this.left--;
    this.send(clock());
  }

  answered(asked: number, there: number): void {
    const now = clock();
    if (now - asked < this.quickest) {
      this.quickest = now - asked;
      this.offset = (asked + now) / 2 - there;
    }
    if (this.left > 0) this.ask();
  }

  /** The times of a task by the clock here, none of them before the task was sent, or after its reply came: the offset is right within half of the quickest answer's time only. */
  here(times: TaskTimes, sent: number, arrived: number): TaskTimes {
    const [received, started, ended, replied] = times.map((time) =>
      Math.min(arrived, Math.max(sent, time + this.offset)),
    ) as [number, number, number, number];
    return [received, started, ended, replied];
  }
}
