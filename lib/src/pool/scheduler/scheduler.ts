/**
 * The scheduler of a pool: which task goes to which worker, and when. It knows tasks and replies, not what they mean.
 *
 * A task goes to a worker that has nothing to do, in the order of the calls. When all have something to do, each is sent some tasks ahead of their
 * time; a worker that has done its own gets one that another has not begun.
 */
import type { WorkerDiedError } from "../../base/errors";
import { onStop, uninterrupted, type Interrupted } from "../../base/interrupt";
import type { WorkerVariables } from "../../serialize/encode/workerVariables";
import { MOST_AT_ONCE } from "../protocol/claims";
import { Activity } from "./activity";
import { Lifetime } from "./poolLifetime";
import type { WorkerSetup } from "../protocol/messages";
import { Recorder } from "../record/recorder";
import type { Task } from "./task";
import { TaskQueue } from "./taskQueue";
import { Threads } from "../threads/threads";
import type { ThreadOptions, ThreadsEvents } from "../threads/threads";
import { currentRoute } from "../../remote/outputRoutes";
import { Readiness } from "./readiness";
import { WorkerSlot } from "./workerSlot";
import type { SlotEvents } from "./slotEvents";

export interface SchedulerOptions {
  readonly threads?: ThreadOptions;
}

export class Scheduler {
  readonly recorder: Recorder;
  readonly lifetime = new Lifetime(() => this.endIfIdle());
  private readonly threads: Threads;
  private readonly queue = new TaskQueue();
  private readonly slots: readonly WorkerSlot[];
  private readonly forgetStop: () => void;
  private isFilling = false;
  private broken: WorkerDiedError | undefined;
  private readonly readiness: Readiness;
  private readonly activity: Activity;

  /**
   * @param held queues in the setup
   * @param workerVariables the variables that each worker has for itself
   * @param options threads: what Node is told of each thread
   */
  constructor(
    readonly size: number,
    setup: Omit<WorkerSetup, "route">,
    readonly held: readonly object[],
    readonly workerVariables: WorkerVariables | undefined,
    { threads = {} }: SchedulerOptions = {},
  ) {
    this.recorder = new Recorder(size);
    this.readiness = new Readiness(size, setup.initializer !== undefined);
    this.forgetStop = onStop((error) => this.interruptAll(error));
    const slotEvents: SlotEvents = {
      returned: (tasks) => {
        this.queue.putBack(tasks);
        this.serve();
      },
      free: () => this.serve(),
      ready: (worker) => {
        this.readiness.add(this.slots[worker - 1] as WorkerSlot);
        this.serve();
      },
      notReady: (error) => {
        this.readiness.initializerFailed(error);
        this.serve();
      },
    };
    this.slots = Array.from(
      { length: size },
      (_, index) => new WorkerSlot(index + 1, setup.maxTasksPerChild, this.recorder, slotEvents),
    );
    this.threads = new Threads(size, { ...setup, route: currentRoute() }, threads, this.threadsEvents());
    this.activity = new Activity(size, this.threads.workers, () => this.readiness.isWaitedFor);
    // As Python's, every worker runs its initializer at once.
    if (setup.initializer !== undefined) this.activity.set(true);
  }

  /** Puts tasks at the end of the queue. */
  add(tasks: readonly Task[]): void {
    const gone = this.broken ?? (this.lifetime.isOver ? this.lifetime.reason : undefined);
    if (gone !== undefined) {
      for (const task of tasks) task.failed(gone);
      return;
    }
    uninterrupted(() => {
      this.queue.add(tasks);
      this.serve();
    });
    for (const task of tasks) if (task.worker === undefined) task.fixItems();
  }

  /** Fails these tasks of one call, if none of them has begun; returns whether that is so. */
  cancel(tasks: readonly Task[], error: Error): boolean {
    const back: Task[] = [];
    // What was moved to a worker cannot be sent again.
    const withdraw = (task: Task): boolean =>
      (tasks.length === 1 || task.moves.length === 0) && task.worker?.reclaim(task) === true && back.push(task) > 0;
    return uninterrupted(() => {
      const areUnbegun = tasks.every((task) => task.worker === undefined || withdraw(task));
      if (areUnbegun) for (const task of tasks) task.failed(error);
      else this.queue.putBack(back);
      this.serve();
      return areUnbegun;
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
    const ready = this.readiness.whenReady(this.broken ?? (this.lifetime.isOver ? this.lifetime.reason : undefined));
    if (this.readiness.isWaitedFor) for (const slot of this.slots) this.readiness.prepare(slot);
    this.activity.stayAlive();
    return ready;
  }

  private threadsEvents(): ThreadsEvents {
    return {
      started: (thread, ready) => {
        const slot = this.slots.find((each) => each.thread === undefined) as WorkerSlot;
        this.recorder.workerStarted(slot.number, ready);
        uninterrupted(() => {
          slot.started(thread, this.size === 1 ? "" : `[worker ${slot.number}] `);
          this.readiness.prepare(slot);
          this.serve();
        });
      },
      died: (thread, death) => {
        const slot = this.slots.find((each) => each.thread === thread);
        if (slot === undefined) return;
        this.recorder.workerEnded(slot.number);
        uninterrupted(() => slot.died(death));
      },
      notStarted: () => undefined,
      allGone: (error) => this.giveUp(error),
      isBusy: (thread) => this.slots.some((slot) => slot.thread === thread && slot.isBusy),
    };
  }

  /** Gives workers that have nothing to do something to do. */
  private serve(): void {
    if (this.lifetime.isOver) return;
    this.activity.stayAlive();
    this.fill(1);
    if (this.slots.some(({ count }) => count > 1))
      for (const slot of this.slots) if (slot.count === 0 && slot.room > 0) this.moveTaskTo(slot);
    if (this.queue.isEmpty) return this.endIfIdle();
    this.activity.set(true);
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
    this.assign(most);
    for (const slot of this.slots) slot.send();
  }

  private assign(most: number): void {
    for (let count = 0; count < most; count++) {
      for (const slot of this.slots) {
        if (slot.count > count || slot.room <= 0) continue;
        const task = this.next();
        if (task === undefined) return;
        if (!slot.accepts(task)) return this.queue.putBack([task]);
        this.activity.set(true);
        slot.add(task);
      }
    }
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
    const error = task && this.readiness.takeRefusal();
    if (error === undefined) return task;
    task?.failed(error());
    return this.next();
  }

  private notReady(error: unknown): void {
    this.readiness.reject(error);
    this.activity.stayAlive();
  }

  private endIfIdle(): void {
    const isIdle =
      this.queue.isEmpty &&
      this.slots.every(({ isBusy }) => !isBusy) &&
      (this.readiness.isDecided || this.broken !== undefined);
    if (this.lifetime.isOver || !isIdle) return;
    this.activity.set(false);
    if (this.lifetime.mayEnd) this.end(true);
  }

  private end(orderly: boolean): void {
    if (this.lifetime.isOver) return;
    this.lifetime.end(this.threads.end(orderly));
    this.notReady(this.lifetime.reason);
    this.activity.end();
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
