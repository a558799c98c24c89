/** A machine as its pool sees it: the tasks that it has, which of them it may have begun, and what becomes of them. */
import { clock } from "../base/clock";
import { WorkerDiedError } from "../base/errors";
import { printerOf } from "../remote/outputRoutes";
import type { ScheduledTask } from "../pool/scheduler/executor";
import type { Reply } from "../pool/protocol/messages";
import { notCarried } from "../pool/threads/lostTaskErrors";
import type { Recorder } from "../pool/record/recorder";
import { pack } from "../serialize/message/bytes";
import { outcomeOf, toBytes } from "./carry";
import { errorOf } from "./machineErrors";
import { ClockOffset } from "./clockOffset";
import type { Link } from "./link/link";
import type { FromMachine, Hello, ToMachine } from "./protocol";

/** How many tasks a machine has for each of its workers: one that runs, and those that are there when it is done. */
const WINDOW = 3;
/** How many functions a machine keeps. */
const MOST_KNOWN = 500;

export interface MachineEvents {
  ready(machine: RemoteMachine): void;
  /** It has begun tasks. */
  begun(): void;
  /** It has room for tasks. */
  free(): void;
}

let names = 0;

export class RemoteMachine {
  readonly name: string;
  readonly workers: number;
  readonly node: string;
  /** No more tasks are for it: it ends when it has done those that it has. */
  isRetiring = false;
  /** Its workers are there, and have run their initializers, or failed to: then the next task tells, and later ones try again. */
  isReady = false;
  /** The initializer's error, until a task of this machine was answered. */
  failure: { readonly error: unknown } | undefined;
  private readonly tasks = new Map<number, ScheduledTask>();
  /** And when that was. */
  private readonly begun = new Map<ScheduledTask, number>();
  private readonly functionsThere = new Set<number>();
  /** When the newest reply of each worker was made, as its next task could not begin before. */
  private readonly lastReplies: number[] = [];
  readonly clocks = new ClockOffset((asked) => this.link.send({ is: "clock", asked }));

  /** @param number that of its first worker, among all workers of the pool */
  constructor(
    private readonly link: Link<FromMachine, ToMachine>,
    hello: Hello,
    name: string,
    readonly number: number,
    private readonly recorder: Recorder,
    private readonly events: MachineEvents,
  ) {
    this.name = name;
    this.workers = hello.workers;
    this.node = hello.node;
    this.clocks.ask();
  }

  get count(): number {
    return this.tasks.size;
  }

  get busy(): number {
    return Math.min(this.workers, this.begun.size);
  }

  /** When the tasks that run now have begun. */
  get begunAt(): readonly number[] {
    return [...this.begun.values()];
  }

  /** How many more tasks it has than workers. */
  get waiting(): number {
    return this.tasks.size - this.workers;
  }

  get room(): number {
    if (this.isRetiring || [...this.tasks.values()].some(({ alone }) => alone)) return 0;
    return WINDOW * this.workers - this.tasks.size;
  }

  /** Sends a task; one that cannot be carried fails. */
  add(task: ScheduledTask): void {
    // It may have to be sent once more, to another machine.
    task.fixItems();
    if (task.receiver.isOver) return;
    const { payload } = task.call.fn;
    task.id = ++names;
    try {
      const { form, bytes } = toBytes(task.items);
      const { code, fn, name, once } = payload;
      if (!this.functionsThere.has(fn)) {
        const packed = "bytes" in code ? code : pack(code);
        this.link.send({ is: "function", fn, name, once }, [packed.bytes]);
        if (!once) this.functionsThere.add(fn);
      }
      const { id, spread, first, count, timeout } = task;
      const { route } = task.call;
      this.link.send({ is: "task", id, fn, route, form, spread, first, count, timeout }, [bytes]);
    } catch (error) {
      return task.failed(notCarried(error));
    }
    task.sent = clock();
    task.worker = this;
    this.tasks.set(task.id, task);
    this.recorder.tasksSent(1);
    for (const fn of this.functionsThere) {
      if (this.functionsThere.size <= MOST_KNOWN) break;
      this.forget(fn);
    }
  }

  forget(fn: number): void {
    if (this.functionsThere.delete(fn)) this.link.send({ is: "forget", fn });
  }

  /** Takes back all that it has not begun. */
  reclaimAll(): ScheduledTask[] {
    return [...this.tasks.values()].filter((task) => this.reclaim(task));
  }

  /** Takes back the newest that it has not begun. */
  reclaimNewest(): ScheduledTask | undefined {
    return [...this.tasks.values()].reverse().find((task) => this.reclaim(task));
  }

  handle(message: Exclude<FromMachine, Hello>, bodies: readonly Buffer[]): void {
    switch (message.is) {
      case "ready":
        this.isReady = true;
        this.failure = message.failure && { error: errorOf(message.failure) };
        return this.events.ready(this);
      case "begun":
        for (const id of message.ids) this.noteBegun(id);
        this.events.begun();
        this.link.send({ is: "go", ids: message.ids.filter((id) => this.tasks.has(id)) });
        return;
      case "replied":
        return this.replied(message, bodies[0]);
      case "failed": {
        const task = this.take(message.id);
        if (task === undefined) return;
        this.recorder.taskLost(clock() - task.sent);
        if (!("error" in message.error) && message.error.name === WorkerDiedError.name)
          this.recorder.statistics.workersDied(1);
        task.failed(errorOf(message.error));
        return this.events.free();
      }
      case "print":
        return printerOf(message.route)(message.stream, message.text);
      case "clock":
        return this.clocks.answered(message.asked, message.clock);
    }
  }

  /** That task fails. If the machine has begun it, its worker there is ended. */
  stop({ id }: ScheduledTask, reason: unknown): void {
    const task = this.tasks.get(id);
    if (task === undefined) return;
    this.link.send({ is: "stop", ids: [id] });
    this.giveUp(task);
    task.failed(reason);
    this.events.free();
  }

  /** Takes a task back, unless the machine may have begun it: that waits for the pool's word. */
  reclaim(task: ScheduledTask): boolean {
    if (this.begun.has(task) || this.take(task.id) === undefined) return false;
    this.link.send({ is: "stop", ids: [task.id] });
    this.recorder.tasksBack(1);
    return true;
  }

  /** All its tasks fail, and its workers that have begun one are ended. */
  stopAll(reason: unknown): void {
    const ids = [...this.tasks.keys()];
    if (ids.length > 0) this.link.send({ is: "stop", ids });
    for (const task of [...this.tasks.values()]) {
      this.giveUp(task);
      task.failed(reason);
    }
  }

  /** It is lost, unless the machine has not begun it. */
  private giveUp(task: ScheduledTask): void {
    if (this.begun.has(task)) this.recorder.taskLost(clock() - task.sent);
    else this.recorder.tasksBack(1);
    this.take(task.id);
  }

  /** It is gone: what it may have begun, and what it has not. */
  lose(): { readonly begun: readonly ScheduledTask[]; readonly others: readonly ScheduledTask[] } {
    const begun = [...this.begun.keys()];
    const others = [...this.tasks.values()].filter((task) => !this.begun.has(task));
    for (const { id } of [...begun, ...others]) this.take(id);
    this.recorder.tasksBack(others.length);
    return { begun, others };
  }

  /** It is to end in an orderly way. */
  end(): void {
    this.isRetiring = true;
    this.link.send({ is: "end" });
  }

  close(): void {
    this.link.close();
  }

  private noteBegun(id: number): void {
    const task = this.tasks.get(id);
    if (task !== undefined) this.begun.set(task, clock());
  }

  private take(id: number): ScheduledTask | undefined {
    const task = this.tasks.get(id);
    if (task === undefined) return undefined;
    this.tasks.delete(id);
    this.begun.delete(task);
    task.worker = undefined;
    return task;
  }

  private replied(message: Extract<FromMachine, { is: "replied" }>, bytes: Buffer | undefined): void {
    const arrived = clock();
    const task = this.take(message.id);
    // One that was given up may have replied all the same.
    if (task === undefined) return;
    this.failure = undefined;
    const times = this.clocks.here(message.times, task.sent, arrived);
    const sent = Math.min(times[0], Math.max(task.sent, this.lastReplies[message.worker] ?? 0));
    this.lastReplies[message.worker] = times[3];
    task.replied({ times, outcome: outcomeOf(message.outcome, bytes) });
    this.recorder.taskDone(
      this.number + message.worker - 1,
      task,
      sent,
      { times, outcome: message.outcome as Reply["outcome"] },
      arrived,
    );
    this.events.free();
  }
}
