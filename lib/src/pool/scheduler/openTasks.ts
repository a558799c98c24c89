/** The tasks that one worker has, in the order in which it does them, with their signals and time limits. */
import { TimeoutError } from "../../base/errors";
import { LONGEST } from "../../base/timeout";
import type { Task } from "./task";

export interface OpenTask {
  /** Names it to the worker. */
  readonly id: number;
  readonly task: Task;
  /** When it was sent. */
  readonly at: number;
}

export class OpenTasks {
  private list: OpenTask[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** @param stop is called when a task's signal aborts or its time is over */
  constructor(private readonly stop: (open: OpenTask, reason: unknown) => void) {}

  get count(): number {
    return this.list.length;
  }

  get first(): OpenTask | undefined {
    return this.list[0];
  }

  find(id: number): OpenTask | undefined {
    return this.list.find((open) => open.id === id);
  }

  /** A copy: tasks may be removed while somebody goes through it. */
  all(): OpenTask[] {
    return [...this.list];
  }

  add(open: OpenTask): void {
    this.list.push(open);
  }

  /** The task was sent: from now on it may be stopped. */
  sent(open: OpenTask): void {
    const { signal, timeout } = open.task;
    signal?.addEventListener("abort", this.onAbort);
    if (timeout === undefined || timeout > LONGEST) return;
    const reason = `The task ran for more than ${timeout} ms. Its worker was ended and replaced.`;
    // A task with a time limit is the only one that its worker has.
    this.timer = setTimeout(() => this.stop(open, new TimeoutError(reason)), timeout);
  }

  remove(open: OpenTask): void {
    this.list.splice(this.list.indexOf(open), 1);
    const { signal, timeout } = open.task;
    if (signal !== undefined && !this.list.some(({ task }) => task.signal === signal))
      signal.removeEventListener("abort", this.onAbort);
    if (timeout !== undefined) clearTimeout(this.timer);
  }

  private readonly onAbort = (event: Event): void => {
    const signal = event.target as AbortSignal;
    for (const open of this.list.filter(({ task }) => task.signal === signal))
      if (this.list.includes(open)) this.stop(open, signal.reason);
  };
}
