/**
 * The place of one worker in a pool: the tasks that the worker has, and what becomes of them. A worker is sent some tasks ahead of their time,
 * so that it need not wait for the next one; those that it has not begun can be taken back, and go on elsewhere when it dies.
 */
import { clock } from "../../base/clock";
import { TimeoutError } from "../../base/errors";
import { MOST_AT_ONCE, NO_ITEM } from "../protocol/claims";
import { notCarried, workerDied } from "../threads/workerDied";
import type { Death } from "../threads/workerDied";
import { fromFailure } from "../../remote/failure";
import type { Reply } from "../protocol/messages";
import type { Failure } from "../../remote/failure";
import type { Recorder } from "../record/recorder";
import type { Task } from "./task";
import type { Thread } from "../threads/threads";
import { LONGEST } from "../../base/timeout";

/** How many tasks a worker has at a time: the next one is there when it has done one. */
const AT_ONCE = 2;
/** How long a worker that has done its `maxTasksPerChild` may take to end, in milliseconds. */
const END_WITHIN = 500;

export interface SlotEvents {
  /** These were sent and not begun. */
  returned(tasks: readonly Task[]): void;
  /** The worker is there, and its initializer has run. */
  ready(): void;
  /** The initializer that was asked for has failed, or the worker died in it. */
  notReady(error: () => unknown): void;
}

/** A task that the worker has. */
interface Sent {
  readonly id: number;
  readonly task: Task;
  readonly at: number;
}

export class WorkerSlot {
  private thread: Thread | undefined;
  private isEnding = false;
  private initializing = false;
  /** In the order in which the worker does them. */
  private tasks: Sent[] = [];
  private readonly outbox: Sent[] = [];
  private ids = 0;
  /** When the newest reply was made, as the next task could not begin before. */
  private replied = 0;
  private tasksDone = 0;
  private timer: NodeJS.Timeout | undefined;

  /** @param number counted from 1 */
  constructor(
    readonly number: number,
    private readonly maxTasks: number | undefined,
    private readonly recorder: Recorder,
    private readonly events: SlotEvents,
  ) {}

  /** Is there no worker? */
  get isEmpty(): boolean {
    return this.thread === undefined;
  }

  has(thread: Thread): boolean {
    return this.thread === thread;
  }

  get isBusy(): boolean {
    return this.tasks.length > 0 || this.initializing;
  }

  /** How many tasks may be sent now? */
  get room(): number {
    if (this.thread === undefined || this.isEnding || this.initializing || this.tasks[0]?.task.alone === true) return 0;
    return (this.maxTasks === undefined ? MOST_AT_ONCE : 1) - this.tasks.length;
  }

  /** How many tasks does the worker have? */
  get count(): number {
    return this.tasks.length;
  }

  /** May that task be sent behind those that the worker has? */
  accepts({ alone, chunk, timeout }: Task): boolean {
    if (this.tasks.length === 0) return true;
    // What is moved away cannot be taken back, and the time of a task must not begin before the task.
    if (alone === true || timeout !== undefined || chunk.moves.length > 0) return false;
    return this.tasks.length < AT_ONCE || chunk.isSmall;
  }

  started(thread: Thread): void {
    this.thread = thread;
    this.isEnding = false;
    this.tasksDone = 0;
    this.ids = 0;
  }

  /** Its worker is to run the initializer now. */
  initialize(): void {
    if (this.thread === undefined || this.isEnding || this.initializing) return;
    this.initializing = true;
    this.thread.connection.tell({ is: "initialize" });
  }

  initialized(failure: Failure | undefined): void {
    this.initializing = false;
    if (failure === undefined) this.events.ready();
    else this.events.notReady(() => fromFailure(failure));
  }

  /** The worker gets that task with the next `send`. */
  add(task: Task): void {
    const sent: Sent = { id: ++this.ids, task, at: clock() };
    this.tasks.push(sent);
    this.outbox.push(sent);
  }

  /** Sends what was added, in one message. */
  send(): void {
    if (this.outbox.length === 0 || this.thread === undefined) return;
    const sent = this.outbox.splice(0);
    try {
      this.post(sent);
    } catch (error) {
      if (sent.length === 1) return this.refuse(sent[0], error as Error);
      for (const each of sent) {
        try {
          this.post([each]);
        } catch (reason) {
          this.refuse(each, reason as Error);
        }
      }
    }
  }

  private post(sent: readonly Sent[]): void {
    const { connection } = this.thread as Thread;
    for (const { id } of sent) connection.claims.offer(id);
    connection.send(
      sent.map(
        ({
          id,
          task: {
            chunk: { work },
          },
        }) => ({ id, work }),
      ),
      sent.flatMap(({ task }) => task.chunk.moves),
    );
    this.recorder.tasksSent(sent.length);
    for (const {
      id,
      task: { signal, timeout },
    } of sent) {
      signal?.addEventListener("abort", this.onAbort);
      // Such a task is the only one.
      if (timeout !== undefined && timeout <= LONGEST)
        this.timer = setTimeout(
          () =>
            this.stopTask(
              id,
              new TimeoutError(`The task ran for more than ${timeout} ms. Its worker was ended and replaced.`),
            ),
          timeout,
        );
    }
  }

  private refuse(sent: Sent, error: Error): void {
    this.remove(sent);
    sent.task.failed(notCarried(error));
  }

  reply(id: number, reply: Reply): void {
    const sent = this.tasks.find((each) => each.id === id);
    // The worker of a task that was given up may have replied all the same.
    if (sent === undefined) return;
    const at = Math.max(sent.at, this.replied);
    const arrived = clock();
    this.replied = reply.times[3];
    this.remove(sent);
    if (++this.tasksDone === this.maxTasks) this.awaitEnd();
    const { task } = sent;
    task.done(reply);
    this.recorder.taskDone(this.number, task.chunk, at, reply, arrived);
  }

  /** The worker ends by itself, unless a task that it has done keeps it from that. */
  private awaitEnd(): void {
    this.isEnding = true;
    const { thread } = this;
    setTimeout(() => thread?.kill(), END_WITHIN).unref();
  }

  /** Takes back the oldest task that the worker has not begun: calls are begun in their order. */
  takeBack(): Task | undefined {
    return this.tasks.slice(1).find((sent) => this.reclaim(sent))?.task;
  }

  /** Takes back all tasks that the worker has not begun. */
  private takeAllBack(): Task[] {
    return [...this.tasks].filter((sent) => this.reclaim(sent)).map(({ task }) => task);
  }

  private reclaim(sent: Sent): boolean {
    if (this.thread?.connection.claims.takeBack(sent.id) !== true) return false;
    this.remove(sent);
    this.recorder.tasksBack(1);
    return true;
  }

  /** The worker could not read a message: which of the tasks that it has not begun was in it comes out when each goes alone. */
  taskUnread(why: string): void {
    const tasks = this.takeAllBack();
    if (tasks.length === 1) return tasks[0].failed(notCarried(new Error(why)));
    for (const task of tasks) task.alone = true;
    this.events.returned(tasks);
  }

  /** A reply could not be read: that of the oldest task. */
  replyUnread(error: Error): void {
    const [sent] = this.tasks;
    if (sent !== undefined) this.lose(sent, notCarried(error));
  }

  private readonly onAbort = (event: Event): void => {
    const { reason } = event.target as AbortSignal;
    for (const { id } of this.tasks.filter(({ task }) => task.signal === event.target)) this.stopTask(id, reason);
  };

  /** That task fails. If the worker has begun it, the worker is ended; the others go on elsewhere. */
  private stopTask(id: number, reason: unknown): void {
    const sent = this.tasks.find((each) => each.id === id);
    if (sent === undefined) return;
    if (this.reclaim(sent)) return sent.task.failed(reason);
    const others = this.takeAllBack();
    this.end(reason);
    this.events.returned(others);
  }

  /** All tasks fail, and the worker is ended if it has begun one, or is in its initializer. */
  end(reason: unknown): void {
    if (!this.isBusy) return;
    this.isEnding = true;
    this.initializing = false;
    for (const sent of [...this.tasks]) this.lose(sent, reason);
    this.thread?.kill();
  }

  /** The worker cannot go on, and is ended. */
  broken(error: Error): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.abandon({ exitCode: null, error });
    this.thread?.kill();
  }

  /** The worker is gone. */
  died(death: Death): void {
    this.isEnding = true;
    this.thread?.connection.end();
    if (death.error !== undefined && !this.isBusy)
      console.error(`A worker of a pool died between two tasks: ${death.error.message}`);
    this.abandon(death);
    this.thread = undefined;
  }

  /** What the worker has begun is lost; the rest goes on elsewhere. */
  private abandon(death: Death): void {
    const others = this.takeAllBack();
    const item = this.thread?.connection.claims.item ?? NO_ITEM;
    if (this.initializing) this.events.notReady(() => workerDied(death, undefined, NO_ITEM));
    this.initializing = false;
    for (const sent of [...this.tasks]) this.lose(sent, workerDied(death, sent.task.chunk.work, item));
    this.events.returned(others);
  }

  private lose(sent: Sent, reason: unknown): void {
    this.remove(sent);
    this.recorder.taskLost();
    sent.task.failed(reason);
  }

  private remove(sent: Sent): void {
    this.tasks.splice(this.tasks.indexOf(sent), 1);
    const { signal } = sent.task;
    if (signal !== undefined && !this.tasks.some(({ task }) => task.signal === signal))
      signal.removeEventListener("abort", this.onAbort);
    if (sent.task.timeout !== undefined) clearTimeout(this.timer);
  }
}
