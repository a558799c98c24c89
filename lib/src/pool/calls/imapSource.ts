/**
 * Reads a source in chunks, runs each as a task, and hands over the results. Lazy at both ends: it reads only so far ahead that every
 * worker has something to do and something waiting, so an endless source fills no memory.
 */
import { types } from "node:util";
import { CancelledError } from "../../base/errors";
import { isAsyncIterable } from "../../base/items";
import type { Items } from "../../base/items";
import { readsChunks } from "../../words/readInChunks";
import { transfer } from "../../serialize/message/transfer";
import { concatLists } from "../../serialize/encode/compactList";
import type { Executor } from "../scheduler/executor";
import { Task } from "../scheduler/task";
import type { Call, Receiver } from "../scheduler/task";
import { checkStep, closeSource } from "./asyncSource";
import type { CallBar } from "./callBar";
import { clearTimeout, setTimeout } from "../../base/timers";

export interface ImapOptions {
  readonly isOrdered: boolean;
  readonly chunkSize: number;
  readonly signal: AbortSignal | undefined;
}
type Outcome = { readonly results: ArrayLike<unknown> } | { readonly error: unknown };
interface Entry {
  readonly task: Task | undefined;
  outcome?: Outcome;
}

/** How many chunks a worker may be ahead of the consumer: one that runs, one that waits, one that is done. */
const AHEAD = 3;
/** How long a task may run on when its results are not wanted any more, in milliseconds: a new worker costs more than the end of a short task. */
const KILL_AFTER = 200;

export class ImapSource implements Receiver {
  bar: CallBar | undefined;
  /** The chunks in the order in which they are handed over; unordered: those that are done. */
  private readonly entries: Entry[] = [];
  /** Chunks that were read and not handed over. */
  private open = 0;
  /** Those that are not done. */
  private readonly tasks = new Set<Task>();
  private readCount = 0;
  private source: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  private isAsking = false;
  private hasSourceEnded = false;
  private sourceError: { readonly error: unknown } | undefined;
  private isReading = false;
  private hasLeft = false;
  private stopped: { readonly reason: unknown } | undefined;
  private wake: () => void = () => undefined;
  /** Is called when the last task need not wait outside the task queue any more. */
  admitted: () => void = () => undefined;
  private readonly release: () => void;
  private killTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly scheduler: Executor,
    private readonly call: Call,
    private readonly items: Items<unknown>,
    private readonly options: ImapOptions,
  ) {
    this.release = scheduler.lifetime.holdFor();
    for (const signal of this.signals()) signal.addEventListener("abort", this.onAbort);
    const aborted = this.signals().find((signal) => signal.aborted);
    if (aborted !== undefined) this.stopped = { reason: aborted.reason };
  }

  /** The results of a chunk; undefined when there are no more. */
  async next(): Promise<ArrayLike<unknown> | undefined> {
    for (;;) {
      if (this.stopped !== undefined) throw this.stopped.reason as Error;
      if (this.hasLeft) return undefined;
      const outcome = this.entries[0]?.outcome;
      if (outcome !== undefined) {
        this.entries.shift();
        this.open--;
        void this.read();
        if ("error" in outcome) throw outcome.error as Error;
        return outcome.results;
      }
      void this.read();
      // What was read last may not run yet.
      if (this.hasSourceEnded && this.open === 0 && !this.isReading) {
        if (this.sourceError !== undefined) throw this.sourceError.error as Error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** The consumer has left: no further chunk begins, those that a worker was sent ahead of their time included, and the workers are freed. */
  leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    for (const signal of this.signals()) signal.removeEventListener("abort", this.onAbort);
    if (!this.call.fn.isLasting) this.scheduler.forget(this.call.fn.payload.fn);
    const unwanted = new CancelledError("Nobody waits for this result of imap any more.");
    for (const task of this.tasks) this.scheduler.cancel([task], unwanted);
    if (this.isRunning()) this.killTimer = setTimeout(() => this.stopTasks(undefined), KILL_AFTER);
    if (this.isAsking && this.source !== undefined) {
      this.hasSourceEnded = true;
      closeSource(this.source);
    }
    this.release();
    this.bar?.end("stopped");
    this.admitted();
    this.wake();
  }

  /** Closes the source, and resolves when that is done, where it can be waited for. */
  async closed(): Promise<void> {
    if (this.hasSourceEnded) return;
    this.hasSourceEnded = true;
    await this.source?.return?.();
  }

  get isOver(): boolean {
    return this.hasLeft || this.stopped !== undefined;
  }

  private readonly onAbort = (event: Event): void => {
    const signal = event.target as AbortSignal;
    this.stopped ??= { reason: signal.reason };
    this.stopTasks(signal.reason);
    this.wake();
  };

  private stopTasks(reason: unknown): void {
    for (const task of this.tasks) task.stop(reason);
  }

  private isRunning(): boolean {
    return [...this.tasks].some(({ worker }) => worker !== undefined);
  }

  private signals(): AbortSignal[] {
    const { signal } = this.options;
    return signal === undefined ? [this.scheduler.lifetime.terminated] : [this.scheduler.lifetime.terminated, signal];
  }

  private async read(): Promise<void> {
    if (this.isReading) return;
    this.isReading = true;
    while (!this.hasSourceEnded && !this.isOver && this.open < AHEAD * this.scheduler.size) {
      const items: unknown[] = [];
      try {
        await this.fill(items);
      } catch (error) {
        // What came before it is still wanted.
        this.hasSourceEnded = true;
        this.sourceError = { error };
      }
      if (items.length > 0 && this.run(items)?.isOutside === true)
        await new Promise<void>((resolve) => {
          this.admitted = resolve;
        });
    }
    this.isReading = false;
    this.wake();
  }

  /** Fills one chunk. */
  private async fill(items: unknown[]): Promise<void> {
    const { items: from } = this;
    const isAsync = isAsyncIterable(from);
    this.source ??= isAsync ? from[Symbol.asyncIterator]() : from[Symbol.iterator]();
    while (items.length < this.options.chunkSize && !this.isOver) {
      this.isAsking = isAsync;
      const step = checkStep(isAsync ? await this.source.next() : (this.source.next() as IteratorResult<unknown>));
      this.isAsking = false;
      if (step.done === true) {
        this.hasSourceEnded = true;
        return;
      }
      items.push(readsChunks(from) ? moved(step.value as Uint8Array<ArrayBuffer>) : step.value);
    }
  }

  private run(items: readonly unknown[]): Task | undefined {
    if (this.isOver) return undefined;
    const first = this.readCount;
    this.readCount += items.length;
    this.open++;
    let task: Task;
    try {
      task = new Task(this.call, this, items, false, first);
    } catch (error) {
      this.entries.push({ task: undefined, outcome: { error } });
      return undefined;
    }
    this.tasks.add(task);
    if (this.options.isOrdered) this.entries.push({ task });
    this.scheduler.add([task]);
    return task;
  }

  done(results: ArrayLike<unknown>, task: Task): void {
    this.bar?.advance(task.count);
    this.settle(task, { results: types.isFloat64Array(results) ? concatLists([results]) : results });
  }

  failed(error: unknown, task: Task): void {
    this.settle(task, { error });
  }

  private settle(task: Task, outcome: Outcome): void {
    if (!this.tasks.delete(task)) return;
    if (task.isOutside) this.admitted();
    if (!this.isRunning()) clearTimeout(this.killTimer);
    const entry = this.entries.find((each) => each.task === task);
    if (entry === undefined) this.entries.push({ task, outcome });
    else entry.outcome = outcome;
    this.wake();
  }
}

/** Nobody else has a chunk that was read here, so it can be moved. */
function moved(chunk: Uint8Array<ArrayBuffer>): Uint8Array {
  return transfer(chunk, [chunk.buffer]);
}
