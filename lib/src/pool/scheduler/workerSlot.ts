/**
 * The place of one worker in a pool: the tasks that the worker has, and what becomes of them. A worker is sent some tasks ahead of their time,
 * so that it need not wait for the next one; those that it has not begun can be taken back, and go on elsewhere when it dies.
 */
import { clock } from "../../base/clock";
import { MOST_AT_ONCE, NO_ITEM } from "../protocol/claims";
import { notCarried, workerDied } from "../threads/workerDied";
import type { Death } from "../threads/workerDied";
import { fromFailure } from "../../remote/failure";
import type { Reply } from "../protocol/messages";
import type { Failure } from "../../remote/failure";
import type { Recorder } from "../record/recorder";
import { OpenTasks } from "./openTasks";
import type { OpenTask } from "./openTasks";
import type { Task } from "./task";
import type { Thread } from "../threads/threads";

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

export class WorkerSlot {
  private thread: Thread | undefined;
  private isEnding = false;
  private initializing = false;
  private readonly tasks = new OpenTasks((open, reason) => this.stopTask(open, reason));
  private readonly outbox: OpenTask[] = [];
  private ids = 0;
  /** When the newest reply was made, as the next task could not begin before. */
  private replied = 0;
  private tasksDone = 0;

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
    return this.tasks.count > 0 || this.initializing;
  }

  /** How many tasks may be sent now? */
  get room(): number {
    if (this.thread === undefined || this.isEnding || this.initializing || this.tasks.first?.task.alone === true)
      return 0;
    return (this.maxTasks === undefined ? MOST_AT_ONCE : 1) - this.tasks.count;
  }

  /** How many tasks does the worker have? */
  get count(): number {
    return this.tasks.count;
  }

  /** May that task be sent behind those that the worker has? */
  accepts({ alone, chunk, timeout }: Task): boolean {
    if (this.tasks.count === 0) return true;
    // What is moved away cannot be taken back, and the time of a task must not begin before the task.
    if (alone === true || timeout !== undefined || chunk.moves.length > 0) return false;
    return this.tasks.count < AT_ONCE || chunk.isSmall;
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
    this.thread.connection.send({ is: "initialize" });
  }

  initialized(failure: Failure | undefined): void {
    this.initializing = false;
    if (failure === undefined) this.events.ready();
    else this.events.notReady(() => fromFailure(failure));
  }

  /** The worker gets that task with the next `send`. */
  add(task: Task): void {
    const sent: OpenTask = { id: ++this.ids, task, at: clock() };
    this.tasks.add(sent);
    this.outbox.push(sent);
  }

  /** Sends what was added, in one message. */
  send(): void {
    if (this.outbox.length > 0 && this.thread !== undefined) this.post(this.outbox.splice(0), this.thread);
  }

  private post(tasks: readonly OpenTask[], thread: Thread): void {
    const { connection } = thread;
    for (const { id } of tasks) connection.claims.offer(id);
    try {
      connection.sendTasks(
        tasks.map(({ id, task }) => ({ id, work: task.chunk.work })),
        tasks.flatMap(({ task }) => task.chunk.moves),
      );
    } catch (error) {
      const [only, ...others] = tasks;
      // Which of several cannot be sent comes out when each is sent alone.
      if (others.length > 0) for (const open of tasks) this.post([open], thread);
      else if (only !== undefined) {
        this.tasks.remove(only);
        only.task.failed(notCarried(error));
      }
      return;
    }
    this.recorder.tasksSent(tasks.length);
    for (const open of tasks) this.tasks.sent(open);
  }

  reply(id: number, reply: Reply): void {
    const sent = this.tasks.find(id);
    // The worker of a task that was given up may have replied all the same.
    if (sent === undefined) return;
    const at = Math.max(sent.at, this.replied);
    const arrived = clock();
    this.replied = reply.times[3];
    this.tasks.remove(sent);
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
    return this.tasks
      .all()
      .slice(1)
      .find((open) => this.reclaim(open))?.task;
  }

  /** Takes back all tasks that the worker has not begun. */
  private takeAllBack(): Task[] {
    return this.tasks
      .all()
      .filter((open) => this.reclaim(open))
      .map(({ task }) => task);
  }

  private reclaim(open: OpenTask): boolean {
    if (this.thread?.connection.claims.takeBack(open.id) !== true) return false;
    this.tasks.remove(open);
    this.recorder.tasksBack(1);
    return true;
  }

  /** The worker could not read a message: which of the tasks that it has not begun was in it comes out when each goes alone. */
  taskUnread(why: string): void {
    const tasks = this.takeAllBack();
    const [only, ...others] = tasks;
    if (only !== undefined && others.length === 0) return only.failed(notCarried(new Error(why)));
    for (const task of tasks) task.alone = true;
    this.events.returned(tasks);
  }

  /** A reply could not be read: that of the oldest task. */
  replyUnread(error: Error): void {
    if (this.tasks.first !== undefined) this.lose(this.tasks.first, notCarried(error));
  }

  /** That task fails. If the worker has begun it, the worker is ended; the others go on elsewhere. */
  private stopTask(open: OpenTask, reason: unknown): void {
    if (this.reclaim(open)) return open.task.failed(reason);
    const others = this.takeAllBack();
    this.end(reason);
    this.events.returned(others);
  }

  /** All tasks fail, and the worker is ended if it has begun one, or is in its initializer. */
  end(reason: unknown): void {
    if (!this.isBusy) return;
    this.isEnding = true;
    this.initializing = false;
    for (const open of this.tasks.all()) this.lose(open, reason);
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
    for (const open of this.tasks.all()) this.lose(open, workerDied(death, open.task.chunk.work, item));
    this.events.returned(others);
  }

  private lose(open: OpenTask, reason: unknown): void {
    this.tasks.remove(open);
    this.recorder.taskLost();
    open.task.failed(reason);
  }
}
