/** Which workers of a pool are ready: there, and their initializers run. Who waits for all of them is told. */
import { Deferred } from "./deferred";
import type { WorkerSlot } from "./workerSlot";

export class Readiness {
  private readonly ready = new Set<WorkerSlot>();
  /** Those whose workers have ended, as there was nothing to do. */
  private readonly asleep = new Set<WorkerSlot>();
  private waiting: Deferred<void> | undefined;
  /** The error of a failed initializer, until a task was refused with it. */
  private refusal: (() => unknown) | undefined;
  private hasInitializerFailed = false;

  constructor(
    private readonly size: number,
    private readonly hasInitializer: boolean,
  ) {}

  get isWaitedFor(): boolean {
    return this.waiting !== undefined;
  }

  /** Is no initializer under way? */
  get isDecided(): boolean {
    return !this.hasInitializer || this.ready.size + this.asleep.size === this.size || this.hasInitializerFailed;
  }

  /**
   * Resolves when all workers were ready, rejects when it is known that they will not be.
   *
   * @param error why they will not be, where that is known
   */
  whenReady(error: Error | undefined): Promise<void> {
    const waiting = (this.waiting ??= new Deferred());
    if (error !== undefined) this.reject(error);
    else this.resolveIfReady();
    const ready = waiting.promise();
    // Whoever only looks at it must not be ended by its failure.
    ready.catch(() => undefined);
    return ready;
  }

  /**
   * Has the first worker of a slot run its initializer. A worker that takes the place of another runs it with its first task, once it has failed:
   * should it end the worker, that must not go on for ever.
   */
  prepare(slot: WorkerSlot): void {
    if (this.ready.has(slot) || (this.hasInitializerFailed && !this.isWaitedFor)) return;
    if (this.hasInitializer) slot.initialize();
    else if (slot.thread !== undefined) this.add(slot);
  }

  add(slot: WorkerSlot): void {
    this.ready.add(slot);
    this.resolveIfReady();
  }

  /** Its worker ends, as there is nothing to do. */
  sleeps(slot: WorkerSlot): void {
    this.ready.delete(slot);
    this.asleep.add(slot);
  }

  /** A worker is started for it again. */
  wakes(slot: WorkerSlot): void {
    this.asleep.delete(slot);
  }

  private resolveIfReady(): void {
    if (this.ready.size < this.size) return;
    this.waiting?.resolve();
    this.waiting = undefined;
  }

  /** Nobody must wait any more. */
  reject(error: unknown): void {
    this.waiting?.reject(error);
    this.waiting = undefined;
  }

  /** If an initializer fails, the next call is refused; later ones try again. */
  initializerFailed(error: () => unknown): void {
    this.reject(error());
    if (!this.hasInitializerFailed) this.refusal = error;
    this.hasInitializerFailed = true;
  }

  /** Initializers were stopped: they may have no end. Those of the workers that come run with their first tasks. */
  putOff(): void {
    if (!this.isDecided) this.hasInitializerFailed = true;
  }

  /** Makes the error with which the next task is to fail, once; undefined where it is not to. */
  takeRefusal(): (() => unknown) | undefined {
    const { refusal } = this;
    this.refusal = undefined;
    return refusal;
  }
}
