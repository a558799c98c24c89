/** A call of a function in one worker: a single task. There may be many thousands of them at a time, so each is one small object. */
import { clock } from "../../base/clock";
import { flatten } from "../../serialize/encode/flatLists";
import { FlatChunk, chunkOf, resultsOf, settled } from "./chunk";
import type { Scheduler } from "../scheduler/scheduler";
import type { Deferred } from "./deferred";
import type { Chunk, Task, TaskSource } from "../scheduler/task";
import type { CallOptions } from "./options";
import type { Reply } from "../protocol/messages";
import { cargoOf, newCall } from "./sentFunction";

/** Runs one call of fn in one worker. Throws what is wrong with it at once. */
export function runApply(
  scheduler: Scheduler,
  fn: Function,
  args: readonly unknown[],
  { signal, timeout }: CallOptions,
  result: Deferred<unknown>,
): void {
  const begun = clock();
  const cargo = cargoOf(fn, true, scheduler.own);
  const flat = flatten(args, true);
  const chunk =
    flat === undefined
      ? chunkOf({ ...cargo, ...newCall() }, [args], undefined, true)
      : new FlatChunk(cargo, newCall(), flat, begun);
  if (signal?.aborted === true) return result.reject(signal.reason);
  const call = new ApplyTask(chunk, signal, timeout, result);
  signal?.addEventListener("abort", call);
  scheduler.add(call);
  call.settleDown();
}

class ApplyTask implements Task, TaskSource {
  private given = false;
  private over = false;

  constructor(
    public chunk: Chunk,
    readonly signal: AbortSignal | undefined,
    readonly timeout: number | undefined,
    private readonly result: Deferred<unknown>,
  ) {}

  /** It may have to wait: what it sends is what it was when it was called. */
  settleDown(): void {
    if (this.given || this.over) return;
    try {
      this.chunk = settled(this.chunk);
    } catch (error) {
      this.failed(error);
    }
  }

  handleEvent(): void {
    this.failed(this.signal?.reason);
  }

  next(): Task | undefined {
    if (this.given || this.over) return undefined;
    this.given = true;
    return this;
  }

  left(): number {
    return this.given || this.over ? 0 : 1;
  }

  wanted(): boolean {
    return !this.over;
  }

  gone(error: unknown): void {
    this.failed(error);
  }

  done(reply: Reply): void {
    try {
      this.result.resolve(resultsOf(reply, this.chunk)[0]);
    } catch (error) {
      this.result.reject(error);
    }
    this.end();
  }

  failed(error: unknown): void {
    this.result.reject(error);
    this.end();
  }

  private end(): void {
    this.over = true;
    this.signal?.removeEventListener("abort", this);
  }
}
