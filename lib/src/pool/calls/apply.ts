/** A call of a function in one worker: a single task. There may be many thousands of them at a time, so each is one small object. */
import { clock } from "../../base/clock";
import { toCompactList } from "../../serialize/encode/compactList";
import { SmallChunk, encodedChunk, fixed, resultsOf } from "./chunk";
import type { Scheduler } from "../scheduler/scheduler";
import type { Deferred } from "./deferred";
import type { Chunk, Task, TaskSource } from "../scheduler/task";
import type { CallOptions } from "./options";
import type { Reply } from "../protocol/messages";
import { newCall } from "./sentFunction";

/** Runs one call of fn in one worker. Throws what is wrong with it at once. */
export function runApply(
  scheduler: Scheduler,
  fn: Function,
  args: readonly unknown[],
  { signal, timeout }: CallOptions,
  result: Deferred<unknown>,
): void {
  const begun = clock();
  const call = newCall(fn, true, scheduler.workerVariables);
  const flat = toCompactList(args, true);
  const chunk = flat === undefined ? encodedChunk(call, [args], undefined, true) : new SmallChunk(call, flat, begun);
  if (signal?.aborted === true) return result.reject(signal.reason);
  const task = new ApplyTask(chunk, signal, timeout, result);
  signal?.addEventListener("abort", task);
  scheduler.add(task);
  task.fixArguments();
}

class ApplyTask implements Task, TaskSource {
  private isGiven = false;
  private isOver = false;

  constructor(
    public chunk: Chunk,
    readonly signal: AbortSignal | undefined,
    readonly timeout: number | undefined,
    private readonly result: Deferred<unknown>,
  ) {}

  /** If it has to wait, it sends the arguments as they were when it was called. */
  fixArguments(): void {
    if (this.isGiven || this.isOver) return;
    try {
      this.chunk = fixed(this.chunk);
    } catch (error) {
      this.failed(error);
    }
  }

  /** The signal aborts. */
  handleEvent(): void {
    this.failed(this.signal?.reason);
  }

  next(): Task | undefined {
    if (this.left() === 0) return undefined;
    this.isGiven = true;
    return this;
  }

  left(): number {
    return this.isGiven || this.isOver ? 0 : 1;
  }

  wanted(): boolean {
    return !this.isOver;
  }

  gone(error: unknown): void {
    this.failed(error);
  }

  done(reply: Reply): void {
    try {
      this.result.resolve(resultsOf(reply, this.chunk)[0]);
      this.end();
    } catch (error) {
      this.failed(error);
    }
  }

  failed(error: unknown): void {
    this.result.reject(error);
    this.end();
  }

  private end(): void {
    this.isOver = true;
    this.signal?.removeEventListener("abort", this);
  }
}
