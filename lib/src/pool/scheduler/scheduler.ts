/**
 * The scheduler of a pool: which task goes to which worker, and when. It knows tasks and replies, not what they mean.
 *
 * A task goes to a worker that has nothing to do, in the order of the calls. When all have something to do, each is sent some tasks ahead of their
 * time; a worker that has done its own gets one that another has not begun.
 */
import { beginWork, endWork } from "../../base/busyWorkers";
import type { WorkerDiedError } from "../../base/errors";
import { onStop, uninterrupted } from "../../base/interrupt";
import type { Interrupted } from "../../base/interrupt";
import type { WorkerVariables } from "../../serialize/encode/workerVariables";
import { MOST_AT_ONCE } from "../protocol/claims";
import { Lifetime } from "./lifetime";
import type { WorkerSetup } from "../protocol/messages";
import { Recorder } from "../record/recorder";
import type { Task, TaskSource } from "./task";
import { TaskQueue } from "./taskQueue";
import { Threads } from "../threads/threads";
import type { ThreadsEvents } from "../threads/threads";
import { currentRoute } from "../../remote/outputRoutes";
import { WorkerSlot } from "./workerSlot";

export class Scheduler {
  readonly recorder: Recorder;
  readonly lifetime = new Lifetime(() => this.endIfIdle());
  private readonly threads: Threads;
  private readonly queue = new TaskQueue();
  private readonly slots: readonly WorkerSlot[];
  private readonly forgetStop: () => void;
  private isFilling = false;
  private isWorking = false;
  private broken: WorkerDiedError | undefined;
  /** The next task is refused, because an initializer has failed. */
  private refusal: { error(): unknown } | undefined;
  private hasInitializerFailed = false;
  /** Who waits until all workers are there. */
  private waiting: { resolve(): void; reject(error: unknown): void }[] = [];
  /** Workers that are there, their initializers run. */
  private readonly ready = new Set<WorkerSlot>();
  private keepAlive: NodeJS.Timeout | undefined;

  /**
   * @param held queues in the setup
   * @param own the variables that the workers have for themselves
   */
  constructor(
    readonly size: number,
    private readonly setup: Omit<WorkerSetup, "route" | "bundle">,
    readonly held: readonly object[],
    readonly own: WorkerVariables | undefined,
  ) {
    this.recorder = new Recorder(size);
    this.forgetStop = onStop((error) => this.interruptAll(error));
    this.slots = Array.from({ length: size }, (_, index) => {
      const slot: WorkerSlot = new WorkerSlot(index + 1, setup.maxTasks, this.recorder, {
        returned: (tasks) => {
          this.queue.putBack(tasks);
          this.serve();
        },
        ready: () => this.oneReady(slot),
        notReady: (error) => this.refuseNext(error),
      });
      return slot;
    });
    this.threads = new Threads(size, { ...setup, route: currentRoute() }, this.threadsEvents());
    // As Python's, every worker runs its initializer at once.
    if (setup.initializer !== undefined) this.beBusy();
  }

  /** Puts a source of tasks at the end of the queue. */
  add(source: TaskSource): void {
    if (this.broken !== undefined) return source.gone(this.broken);
    if (this.lifetime.isOver) return source.gone(this.lifetime.reason);
    uninterrupted(() => {
      this.queue.add(source);
      this.serve();
    });
  }

  /** Tells all workers to forget a function: its call has ended. */
  forget(fn: number): void {
    this.threads.forget(fn);
  }

  /** Stops at once; what waits and what runs fails with PoolClosedError. */
  terminate(): Promise<void> {
    const reason = this.lifetime.terminate();
    this.queue.end(reason);
    for (const slot of this.slots) slot.end(reason);
    this.end(false);
    return this.lifetime.ended;
  }

  /** Resolves when all workers were there, their initializers run. */
  whenReady(): Promise<void> {
    const ready = new Promise<void>((resolve, reject) => {
      if (this.broken !== undefined) reject(this.broken);
      else if (this.lifetime.isOver) reject(this.lifetime.reason as Error);
      else if (this.ready.size === this.size) resolve();
      else this.waiting.push({ resolve, reject });
    });
    if (this.waiting.length > 0) for (const slot of this.slots) this.initialize(slot);
    this.stayAlive();
    // Whoever only looks at it must not be ended by its failure.
    ready.catch(() => undefined);
    return ready;
  }

  private threadsEvents(): ThreadsEvents {
    return {
      started: (ready, connect) => {
        const slot = this.slots.find(({ isEmpty }) => isEmpty) as WorkerSlot;
        const thread = connect(this.size === 1 ? "" : `[worker ${slot.number}] `, {
          reply: (id, reply) => uninterrupted(() => slot.reply(id, reply)),
          heardAll: () => uninterrupted(() => this.serve()),
          initialized: (failure) => uninterrupted(() => slot.initialized(failure)),
          taskUnread: (why) => uninterrupted(() => slot.taskUnread(why)),
          replyUnread: (error) => uninterrupted(() => slot.replyUnread(error)),
          broken: (error) => uninterrupted(() => slot.broken(error)),
        });
        this.recorder.workerStarted(slot.number, ready);
        uninterrupted(() => {
          slot.started(thread);
          // One that takes the place of another runs it with its first task: should it end the worker, that must not go on for ever.
          if (!this.hasInitializerFailed || this.waiting.length > 0) this.initialize(slot);
          this.serve();
        });
      },
      died: (thread, death) => {
        const slot = this.slots.find((each) => each.has(thread));
        if (slot === undefined) return;
        this.recorder.workerEnded(slot.number);
        uninterrupted(() => slot.died(death));
      },
      allGone: (error) => this.giveUp(error),
      isBusy: (thread) => this.slots.some((slot) => slot.has(thread) && slot.isBusy),
    };
  }

  /** Has the first worker of a slot run its initializer. */
  private initialize(slot: WorkerSlot): void {
    if (this.ready.has(slot)) return;
    if (this.setup.initializer !== undefined) slot.initialize();
    else if (!slot.isEmpty) this.oneReady(slot);
  }

  private get isIdle(): boolean {
    return (
      this.queue.isEmpty &&
      this.slots.every(({ isBusy }) => !isBusy) &&
      (this.setup.initializer === undefined || this.ready.size === this.size || this.hasInitializerFailed)
    );
  }

  /** Gives workers that have nothing to do something to do. */
  private serve(): void {
    if (this.lifetime.isOver) return;
    this.fill(1);
    for (const slot of this.slots) if (slot.count === 0 && slot.room > 0) this.moveTaskTo(slot);
    if (this.queue.isEmpty) return this.endIfIdle();
    this.beBusy();
    if (this.isFilling || this.slots.every(({ room }) => room <= 0)) return;
    // What is sent ahead has its items as they are when the call is made: calls see to that before the next microtask.
    this.isFilling = true;
    queueMicrotask(() => {
      this.isFilling = false;
      uninterrupted(() => {
        if (!this.lifetime.isOver) this.fill(MOST_AT_ONCE);
      });
    });
  }

  /** Sends tasks until each worker has that many, or no more may be sent ahead. */
  private fill(most: number): void {
    for (let count = 0; count < most; count++) {
      for (const slot of this.slots) {
        if (slot.count > count || slot.room <= 0) continue;
        const task = this.next();
        if (task === undefined) return this.sendAll();
        if (!slot.accepts(task)) {
          this.queue.putBack([task]);
          return this.sendAll();
        }
        this.beBusy();
        slot.add(task);
      }
    }
    this.sendAll();
  }

  private sendAll(): void {
    for (const slot of this.slots) slot.send();
  }

  /** Gives a worker a task that another has not begun. */
  private moveTaskTo(slot: WorkerSlot): void {
    for (const other of [...this.slots].sort((one, two) => two.count - one.count)) {
      const task = other.takeBack();
      if (task === undefined) continue;
      slot.add(task);
      return slot.send();
    }
  }

  /** The next task of the queue that is not refused. */
  private next(): Task | undefined {
    const task = this.queue.next();
    if (task === undefined || this.refusal === undefined) return task;
    const { error } = this.refusal;
    this.refusal = undefined;
    task.failed(error());
    return this.next();
  }

  private oneReady(slot: WorkerSlot): void {
    this.ready.add(slot);
    if (this.ready.size === this.size) for (const { resolve } of this.waiting.splice(0)) resolve();
    this.stayAlive();
    this.serve();
  }

  /** If an initializer fails, the next call is told so; later ones try again. */
  private refuseNext(error: () => unknown): void {
    this.notReady(error());
    if (!this.hasInitializerFailed) this.refusal = { error };
    this.hasInitializerFailed = true;
    this.serve();
  }

  private notReady(error: unknown): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
    this.stayAlive();
  }

  private beBusy(): void {
    if (this.isWorking) return;
    this.isWorking = true;
    beginWork(this.size);
    this.threads.memory.begin();
    this.stayAlive();
  }

  private beIdle(): void {
    if (!this.isWorking) return;
    this.isWorking = false;
    endWork(this.size);
    this.threads.memory.end();
    this.stayAlive();
  }

  /** Keeps the program alive while there is something to wait for: threads alone do not. */
  private stayAlive(): void {
    const isWaitedFor = this.isWorking || this.waiting.length > 0;
    if (isWaitedFor) this.keepAlive ??= setInterval(() => undefined, 2 ** 30);
    else {
      clearInterval(this.keepAlive);
      this.keepAlive = undefined;
    }
  }

  private endIfIdle(): void {
    if (this.lifetime.isOver || !this.isIdle) return;
    this.beIdle();
    if (this.lifetime.mayEnd) this.end(true);
  }

  private end(orderly: boolean): void {
    if (this.lifetime.isOver) return;
    this.lifetime.end(this.threads.end(orderly));
    this.notReady(this.lifetime.reason);
    this.beIdle();
    this.forgetStop();
  }

  /** Stop was pressed: ends what is under way and what waits, and leaves the pool as if it had just begun. */
  private interruptAll(error: Interrupted): void {
    this.queue.end(error);
    this.notReady(error);
    for (const slot of this.slots) slot.end(error);
    this.endIfIdle();
  }

  /** There are no workers any more: nobody must wait for one. */
  private giveUp(error: WorkerDiedError): void {
    this.broken ??= error;
    this.queue.end(this.broken);
    this.notReady(this.broken);
    this.endIfIdle();
  }
}
