/**
 * The place of one worker in a pool: the tasks that the worker has, and what becomes of them. A worker is sent some tasks ahead of their time,
 * so that it need not wait for the next one; those that it has not begun can be taken back, and go on elsewhere when it dies.
 */
import { clock } from "../../base/clock";
import { fromFailure, type Failure } from "../../remote/failure";
import { MOST_AT_ONCE, NO_ITEM, shareWord } from "../protocol/claims";
import type { Reply } from "../protocol/messages";
import type { Recorder } from "../record/recorder";
import type { ConnectionEvents } from "../threads/connection";
import type { Thread } from "../threads/threads";
import { notCarried, workerDied, type Death } from "../threads/lostTaskErrors";
import type { SlotEvents } from "./slotEvents";
import { limitTime } from "./timeLimit";
import type { ScheduledTask as Task } from "./executor";
import { clearTimeout } from "../../base/timers";

/** How many tasks a worker has at a time: the next one is there when it has done one. */
const AT_ONCE = 2;
export class WorkerSlot implements ConnectionEvents {
  /** The worker, while there is one. */
  thread: Thread | undefined;
  isEnding = false;
  private initializing = false;
  /** The tasks that the worker has, in the order in which it does them; the last ones may not be sent yet. */
  private readonly tasks: Task[] = [];
  private readonly outbox: Task[] = [];
  private ids = 0;
  /** When the newest reply was made, as the next task could not begin before. */
  private lastReply = 0;
  private tasksDone = 0;

  /** @param number counted from 1 */
  constructor(
    readonly number: number,
    private readonly maxTasksPerChild: number | undefined,
    private readonly recorder: Recorder,
    private readonly events: SlotEvents,
  ) {}

  get isBusy(): boolean {
    return this.tasks.length > 0 || this.initializing;
  }

  /** Is there a worker that could be given something, and has nothing? */
  get isIdle(): boolean {
    return this.thread !== undefined && !this.isEnding && !this.isBusy;
  }

  /** When the task that it does now could begin; undefined when there is none. */
  get begun(): number | undefined {
    const [first] = this.tasks;
    return first && Math.max(first.sent, this.lastReply);
  }

  get count(): number {
    return this.tasks.length;
  }

  /** How many tasks may be sent now? */
  get room(): number {
    if (this.thread === undefined || this.isEnding || this.initializing || this.tasks[0]?.alone === true) return 0;
    return (this.maxTasksPerChild === undefined ? MOST_AT_ONCE : 1) - this.tasks.length;
  }

  /** May that task be sent behind those that the worker has? */
  accepts({ alone, timeout, moves, isSmall }: Task): boolean {
    if (this.tasks.length === 0) return true;
    // What is moved away cannot be taken back, and the time of a task must not begin before the task.
    if (alone || timeout !== undefined || moves.length > 0) return false;
    return this.tasks.length < AT_ONCE || isSmall;
  }

  /** @param prefix what the worker's lines begin with in a cell */
  started(thread: Thread, prefix: string): void {
    this.thread = thread;
    this.isEnding = false;
    this.tasksDone = 0;
    this.ids = 0;
    thread.connection.open(prefix, this);
    thread.connection.send({ is: "welcome", number: this.number });
  }

  /** Its worker is to run the initializer now. */
  initialize(): void {
    if (this.thread === undefined || this.isEnding || this.initializing) return;
    this.initializing = true;
    this.thread.connection.send({ is: "initialize" });
  }

  initialized(failure: Failure | undefined): void {
    this.initializing = false;
    if (failure === undefined) this.events.ready(this.number);
    else this.events.notReady(() => fromFailure(failure));
  }

  /** The worker gets that task with the next `send`. */
  add(task: Task): void {
    // Those of tasks that were taken back leave gaps, so the ids of those that the worker has may be far apart.
    do task.id = ++this.ids;
    while (this.tasks.some(({ id }) => shareWord(id, task.id)));
    task.sent = clock();
    task.worker = this;
    this.tasks.push(task);
    this.outbox.push(task);
  }

  /** Sends what was added, in one message. */
  send(): void {
    if (this.outbox.length > 0 && this.thread !== undefined) this.post(this.outbox.splice(0), this.thread);
  }

  private post(tasks: readonly Task[], thread: Thread): void {
    const { connection } = thread;
    for (const { id } of tasks) connection.claims.offer(id);
    try {
      connection.sendTasks(tasks);
    } catch (error) {
      const [only, ...others] = tasks;
      // Which of several cannot be sent comes out when each is sent alone.
      if (others.length > 0) for (const task of tasks) this.post([task], thread);
      else if (only !== undefined) {
        this.remove(only);
        only.failed(notCarried(error));
      }
      return;
    }
    this.recorder.tasksSent(tasks.length);
    for (const task of tasks) limitTime(task, connection.claims, this);
  }

  private remove(task: Task): void {
    this.tasks.splice(this.tasks.indexOf(task), 1);
    clearTimeout(task.timer);
    task.worker = undefined;
  }

  replied(id: number, reply: Reply): void {
    const task = this.tasks.find((each) => each.id === id);
    // The worker of a task that was given up may have replied all the same.
    if (task === undefined) return;
    const sent = Math.max(task.sent, this.lastReply);
    const arrived = clock();
    this.lastReply = reply.times[3];
    this.remove(task);
    if (++this.tasksDone === this.maxTasksPerChild) {
      this.isEnding = true;
      this.thread?.limitEnd();
    }
    task.replied(reply);
    this.recorder.taskDone(this.number, task, sent, reply, arrived);
  }

  allReceived(): void {
    this.events.free();
  }

  /** Takes back the oldest task that the worker has not begun: calls are begun in their order. */
  takeBack(): Task | undefined {
    return this.tasks.slice(1).find((task) => this.reclaim(task));
  }

  /** Takes back all tasks that the worker has not begun. */
  private takeAllBack(): Task[] {
    return [...this.tasks].filter((task) => this.reclaim(task));
  }

  /** Takes that task back, unless the worker has begun it. */
  reclaim(task: Task): boolean {
    if (this.thread?.connection.claims.takeBack(task.id) !== true) return false;
    this.remove(task);
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

  /** A reply (of the oldest task) could not be read. */
  replyUnread(error: Error): void {
    const [oldest] = this.tasks;
    if (oldest !== undefined) this.lose(oldest, notCarried(error));
  }

  /** That task fails. If the worker has begun it, the worker is ended; the others go on elsewhere. */
  stop(task: Task, reason: unknown): void {
    if (this.reclaim(task)) {
      task.failed(reason);
      return this.events.returned([]);
    }
    const others = this.takeAllBack();
    // What it has answered is not lost with it, this very task included. Nothing may be sent to it in between: it could begin that.
    this.thread?.connection.receive();
    if (task.worker === this) this.end(reason);
    this.events.returned(others);
  }

  /** All tasks fail, and the worker is ended if it has begun one, or is in its initializer. */
  end(reason: unknown): void {
    for (const task of this.takeAllBack()) task.failed(reason);
    if (!this.isBusy) return;
    this.isEnding = true;
    this.initializing = false;
    for (const task of [...this.tasks]) this.lose(task, reason);
    this.thread?.kill();
  }

  /** The worker cannot go on, and is ended; what was taken back from it goes on elsewhere. */
  broken(error: Error, back: readonly Task[] = []): void {
    if (this.isEnding) return this.events.returned(back);
    this.isEnding = true;
    this.recorder.statistics.workersDied(1);
    this.abandon({ exitCode: null, error }, back);
    this.thread?.kill();
  }

  died(death: Death): void {
    // Its last reply may be the last that it was to give.
    this.thread?.connection.end();
    if (!this.isEnding) this.recorder.statistics.workersDied(1);
    this.isEnding = true;
    if (death.error !== undefined && !this.isBusy)
      console.error(`A worker of a pool died between two tasks: ${death.error.message}`);
    this.abandon(death);
    this.thread = undefined;
  }

  /** What the worker has begun is lost; the rest goes on elsewhere. */
  private abandon(death: Death, back: readonly Task[] = []): void {
    const others = [...back, ...this.takeAllBack()];
    const item = this.thread?.connection.claims.item ?? NO_ITEM;
    if (this.initializing) this.events.notReady(() => workerDied(death, undefined, NO_ITEM));
    this.initializing = false;
    for (const task of [...this.tasks]) this.lose(task, workerDied(death, task, item));
    this.events.returned(others);
  }

  private lose(task: Task, reason: unknown): void {
    this.recorder.taskLost(clock() - (this.begun ?? 0));
    this.remove(task);
    task.failed(reason);
  }
}
