/**
 * The scheduler of a pool on several machines: which task goes to which machine, and when. It keeps all tasks until they are answered; a machine has a few for each
 * of its workers. What a lost machine had not begun goes on elsewhere; what it may have begun fails, or is run again where that is allowed.
 */
import { clock } from "../base/clock";
import { beginWork, endWork } from "../base/busyWorkers";
import { onStop, uninterrupted, type Interrupted } from "../base/interrupt";
import { clearInterval, setInterval } from "../base/timers";
import type { WorkerSetup } from "../pool/protocol/messages";
import { Recorder } from "../pool/record/recorder";
import type { PoolStats } from "../pool/record/statistics";
import type { Executor, ScheduledTask, SchedulerOptions } from "../pool/scheduler/executor";
import { Lifetime } from "../pool/scheduler/poolLifetime";
import { BoundedQueue } from "../pool/scheduler/boundedQueue";
import type { WorkerVariables } from "../serialize/encode/workerVariables";
import { balance, leastBusy } from "./balance";
import { machineLost } from "./machineErrors";
import { Members } from "./members";
import type { ClusterSetup } from "./launchers/launcher";
import type { RemoteMachine } from "./remoteMachine";
import { WaitedFor } from "./waitedFor";

export class ClusterScheduler implements Executor {
  readonly machines = true;
  readonly recorder: Recorder;
  readonly lifetime = new Lifetime(() => this.endIfIdle());
  readonly members: Members;
  private readonly queue: BoundedQueue;
  /** What a lost machine had begun and may be run again: alone, should the task be what ends machines. */
  private readonly again: ScheduledTask[] = [];
  private readonly runs = new WeakMap<ScheduledTask, number>();
  /** Tasks of lost machines of which it is not known yet how these ended. */
  private readonly unsettled = new Set<ScheduledTask>();
  private readonly first = new WaitedFor();
  private readonly forgetStop: () => void;
  private isWorking = false;
  /** Keeps the program alive while there is something to wait for: child processes and sockets do not. */
  private readonly keepAlive = setInterval(() => undefined, 2 ** 30).unref();

  constructor(
    private readonly setup: ClusterSetup,
    workerSetup: Omit<WorkerSetup, "route">,
    readonly workerVariables: WorkerVariables | undefined,
    { maxQueue = Infinity, ...options }: SchedulerOptions,
  ) {
    this.recorder = new Recorder(0);
    this.queue = new BoundedQueue(maxQueue, () => this.ahead);
    this.members = new Members(setup, { ...workerSetup, options }, this.recorder, {
      ready: () => {
        this.settleReady();
        this.serve();
      },
      begun: () => this.queue.admit(),
      free: () => this.serve(),
      lost: (machine, why, exitCode) => this.lose(machine, why, exitCode),
      nobodyCame: (error) => this.fail(error),
    });
    this.forgetStop = onStop((error) => this.interruptAll(error));
  }

  get size(): number {
    return this.members.workers;
  }

  add(tasks: readonly ScheduledTask[]): void {
    if (this.lifetime.isOver) {
      for (const task of tasks) task.failed(this.lifetime.reason);
      return;
    }
    uninterrupted(() => {
      this.queue.add(tasks);
      this.serve();
    });
    for (const task of tasks) if (task.worker === undefined) task.fixItems();
  }

  cancel(tasks: readonly ScheduledTask[], error: Error): boolean {
    return uninterrupted(() => {
      const areUnbegun = this.queue.cancel(tasks, error);
      this.serve();
      return areUnbegun;
    });
  }

  stats(): PoolStats {
    const { inside, outside } = this.queue.count();
    const begun = this.members.there.flatMap(({ begunAt }) => begunAt);
    return this.recorder.statistics.read(begun, inside + this.again.length + this.ahead, outside);
  }

  forget(fn: number): void {
    for (const machine of this.members.there) machine.forget(fn);
  }

  terminate(): Promise<void> {
    const reason = this.lifetime.terminate();
    this.failAll(reason);
    this.end(false);
    return this.lifetime.ended;
  }

  /** Resolves when the first machine is there, its initializers run. */
  whenReady(): Promise<void> {
    const ready = this.first.promise();
    if (this.lifetime.isOver) this.first.reject(this.lifetime.reason);
    else this.settleReady();
    // Whoever only looks at it must not be ended by its failure.
    ready.catch(() => undefined);
    this.expectMachines();
    return ready;
  }

  scale(machines: number): Promise<void> {
    if (this.lifetime.isOver) return Promise.reject(this.lifetime.reason);
    const scaled = this.members.scale(machines);
    this.serve();
    return scaled;
  }

  /** How many tasks wait at machines. */
  private get ahead(): number {
    return this.members.there.reduce((sum, { count, busy }) => sum + count - busy, 0);
  }

  private settleReady(): void {
    const ready = this.members.there.filter(({ isReady }) => isReady);
    const [first] = ready;
    if (first === undefined) return;
    if (ready.every(({ failure }) => failure !== undefined)) return this.first.reject(first.failure?.error);
    this.first.resolve();
  }

  /** Gives machines that have room something to do. */
  private serve(): void {
    if (this.lifetime.isOver) return;
    this.queue.putBack(this.members.retire());
    const machines = this.members.usable;
    const reserved = this.again.length === 0 ? undefined : leastBusy(machines);
    if (reserved?.count === 0) reserved.add(this.again.shift() as ScheduledTask);
    const others = machines.filter((machine) => machine !== reserved);
    for (let machine = leastBusy(others); machine !== undefined; machine = leastBusy(others)) {
      const task = this.queue.next();
      if (task === undefined) break;
      this.setWorking(true);
      machine.add(task);
    }
    this.queue.admit();
    if (this.queue.isEmpty) balance(others);
    if (this.isIdle) return this.endIfIdle();
    this.setWorking(true);
    this.expectMachines();
  }

  private expectMachines(): void {
    const isWaiting = this.first.isAwaited || this.members.scaling.isAwaited || !this.isIdle;
    this.members.expect(isWaiting);
    if (isWaiting) this.keepAlive.ref();
    else this.keepAlive.unref();
  }

  private get isIdle(): boolean {
    return (
      this.queue.isEmpty &&
      this.again.length === 0 &&
      this.unsettled.size === 0 &&
      this.members.there.every(({ count }) => count === 0)
    );
  }

  private lose(machine: RemoteMachine, why: string, exitCode: Promise<number | null>): void {
    const { begun, others } = machine.lose();
    this.queue.putBack(others);
    for (const task of begun) this.unsettled.add(task);
    void exitCode.then((code) => {
      uninterrupted(() => {
        for (const task of begun) if (this.unsettled.delete(task)) this.runAgain(task, machine.name, why, code);
        this.serve();
      });
    });
    this.serve();
  }

  private runAgain(task: ScheduledTask, machine: string, why: string, exitCode: number | null): void {
    const runs = (this.runs.get(task) ?? 0) + 1;
    this.runs.set(task, runs);
    if (this.lifetime.isOver || task.receiver.isOver || runs > this.setup.retries) {
      this.recorder.taskLost(clock() - task.sent);
      task.failed(this.lifetime.isOver ? this.lifetime.reason : machineLost(machine, why, exitCode, task, runs));
      return;
    }
    this.recorder.tasksBack(1);
    task.alone = true;
    this.again.push(task);
  }

  private setWorking(isWorking: boolean): void {
    if (this.isWorking === isWorking) return;
    this.isWorking = isWorking;
    (isWorking ? beginWork : endWork)(1);
  }

  private endIfIdle(): void {
    if (this.lifetime.isOver || !this.isIdle) return;
    this.setWorking(false);
    this.expectMachines();
    if (this.lifetime.mayEnd) this.end(true);
  }

  private end(orderly: boolean): void {
    if (this.lifetime.isOver) return;
    this.lifetime.end(this.members.end(orderly));
    clearInterval(this.keepAlive);
    this.first.reject(this.lifetime.reason);
    this.setWorking(false);
    this.recorder.statistics.end();
    this.forgetStop();
  }

  /** What waits and what runs fails; the machines stay. */
  private failAll(error: unknown): void {
    this.queue.end(error);
    for (const task of this.again.splice(0)) task.failed(error);
    for (const task of this.unsettled) {
      this.unsettled.delete(task);
      this.recorder.taskLost(clock() - task.sent);
      task.failed(error);
    }
    for (const machine of this.members.there) machine.stopAll(error);
  }

  private interruptAll(error: Interrupted): void {
    this.members.scaling.reject(error);
    this.fail(error);
  }

  /** There is no machine, and none comes: nobody must wait for one. A later call tries again. */
  private fail(error: Error): void {
    this.failAll(error);
    this.first.reject(error);
    this.endIfIdle();
  }
}
