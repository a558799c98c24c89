/**
 * The scheduler of a pool: which task goes to which worker, and when. It knows tasks and replies, not what they mean.
 */
import type { WorkerDiedError } from "../../base/errors";
import { onStop, uninterrupted, type Interrupted } from "../../base/interrupt";
import type { WorkerVariables } from "../../serialize/encode/workerVariables";
import { MOST_AT_ONCE } from "../protocol/claims";
import { Activity } from "./activity";
import { Dispatcher } from "./dispatcher";
import { IdleWorkers } from "./idleWorkers";
import { Lifetime } from "./poolLifetime";
import type { WorkerSetup } from "../protocol/messages";
import type { PoolStats } from "../record/statistics";
import { Recorder } from "../record/recorder";
import type { Executor, ScheduledTask as Task, SchedulerOptions } from "./executor";
import { Threads } from "../threads/threads";
import type { ThreadsEvents } from "../threads/threads";
import { currentRoute } from "../../remote/outputRoutes";
import { Readiness } from "./readiness";
import { WorkerSlot } from "./workerSlot";
import type { SlotEvents } from "./slotEvents";

export class Scheduler implements Executor {
  readonly recorder: Recorder;
  readonly machines = false;
  readonly lifetime = new Lifetime(() => this.endIfIdle());
  private readonly threads: Threads;
  private readonly dispatcher: Dispatcher;
  private readonly idleWorkers: IdleWorkers;
  private readonly slots: readonly WorkerSlot[];
  private readonly forgetStop: () => void;
  private isFilling = false;
  private broken: WorkerDiedError | undefined;
  private readonly readiness: Readiness;
  private readonly activity: Activity;

  /**
   * @param held queues in the setup
   * @param workerVariables the variables that each worker has for itself
   */
  constructor(
    readonly size: number,
    setup: Omit<WorkerSetup, "route">,
    readonly held: readonly object[],
    readonly workerVariables: WorkerVariables | undefined,
    { threads = {}, idleTimeout, maxQueue = Infinity }: SchedulerOptions = {},
  ) {
    this.recorder = new Recorder(size);
    this.readiness = new Readiness(size, setup.initializer !== undefined);
    this.forgetStop = onStop((error) => this.interruptAll(error));
    const slotEvents: SlotEvents = {
      returned: (tasks) => {
        this.dispatcher.queue.putBack(tasks);
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
    this.dispatcher = new Dispatcher(this.slots, this.readiness, maxQueue, () => this.activity.set(true));
    this.threads = new Threads(size, { ...setup, route: currentRoute() }, threads, this.threadsEvents(setup.machine));
    this.idleWorkers = new IdleWorkers(this.slots, this.threads, this.readiness, this.recorder, idleTimeout);
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
      this.dispatcher.queue.add(tasks);
      this.serve();
    });
    for (const task of tasks) if (task.worker === undefined) task.fixItems();
  }

  /** Fails these tasks of one call, if none of them has begun; returns whether that is so. */
  cancel(tasks: readonly Task[], error: Error): boolean {
    return uninterrupted(() => {
      const areCancelled = this.dispatcher.cancel(tasks, error);
      this.serve();
      return areCancelled;
    });
  }

  /** Tells all workers to forget a function: its call has ended. */
  forget(fn: number): void {
    this.threads.forget(fn);
  }

  /** Stops at once; what waits and what runs fails with PoolClosedError. */
  terminate(): Promise<void> {
    const reason = this.lifetime.terminate();
    this.dispatcher.queue.end(reason);
    for (const slot of this.slots) slot.end(reason);
    this.end(false);
    return this.lifetime.ended;
  }

  stats(): PoolStats {
    const { queue, ahead } = this.dispatcher;
    const { inside, outside } = queue.count();
    const begun = this.slots.flatMap((slot) => slot.begun ?? []);
    return this.recorder.statistics.read(begun, inside + ahead, outside);
  }

  /** Resolves when all workers were there, their initializers run. */
  whenReady(): Promise<void> {
    const ready = this.readiness.whenReady(this.broken ?? (this.lifetime.isOver ? this.lifetime.reason : undefined));
    if (this.readiness.isWaitedFor) {
      for (const slot of this.slots) this.readiness.prepare(slot);
      this.idleWorkers.look(0);
    }
    this.activity.stayAlive();
    return ready;
  }

  private threadsEvents(machine: string | undefined): ThreadsEvents {
    const { size } = this;
    return {
      started: (thread, ready) => {
        const slot = this.idleWorkers.freeSlot();
        this.recorder.workerStarted(slot.number, ready);
        uninterrupted(() => {
          const name = `worker ${slot.number}`;
          slot.started(thread, machine === undefined ? (size === 1 ? "" : `[${name}] `) : `[${machine} ${name}] `);
          this.readiness.prepare(slot);
          this.serve();
        });
      },
      died: (thread, death) => {
        const slot = this.slots.find((each) => each.thread === thread);
        if (slot === undefined) return;
        if (!this.idleWorkers.has(slot)) this.recorder.workerAsked(slot.number);
        uninterrupted(() => {
          slot.died(death);
          // Its place may be wanted.
          this.serve();
        });
      },
      notStarted: (count) => this.idleWorkers.notStarted(count),
      allGone: (error) => this.giveUp(error),
      isBusy: (thread) => this.slots.some((slot) => slot.thread === thread && slot.isBusy),
    };
  }

  /** Gives workers that have nothing to do something to do. */
  private serve(): void {
    if (this.lifetime.isOver) return;
    this.activity.stayAlive();
    this.dispatcher.fill(1);
    this.dispatcher.balance();
    this.idleWorkers.look(this.dispatcher.waiting);
    if (this.dispatcher.queue.isEmpty) return this.endIfIdle();
    this.activity.set(true);
    if (this.isFilling || !this.dispatcher.hasRoom) return;
    // What is sent ahead has its items as they are when the call is made: calls see to that before the next microtask.
    this.isFilling = true;
    queueMicrotask(() => {
      this.isFilling = false;
      uninterrupted(() => {
        if (!this.lifetime.isOver) this.dispatcher.fill(MOST_AT_ONCE);
      });
    });
  }

  private notReady(error: unknown): void {
    this.readiness.reject(error);
    this.activity.stayAlive();
  }

  private endIfIdle(): void {
    const isIdle =
      this.dispatcher.queue.isEmpty &&
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
    this.recorder.statistics.end();
    this.idleWorkers.end();
    this.forgetStop();
  }

  /** Stop was pressed: ends what is under way and what waits, and leaves the pool as if it had just begun. */
  private interruptAll(error: Interrupted): void {
    this.dispatcher.queue.end(error);
    this.notReady(error);
    this.readiness.putOff();
    for (const slot of this.slots) slot.end(error);
    // Stop may have ended code of the program's in a microtask, and with it all microtasks that waited: ours, too.
    this.isFilling = false;
    this.endIfIdle();
  }

  /** There are no workers any more: nobody must wait for one. */
  private giveUp(error: WorkerDiedError): void {
    this.broken ??= error;
    this.dispatcher.queue.end(this.broken);
    this.notReady(this.broken);
    this.recorder.statistics.end();
    this.endIfIdle();
  }
}
