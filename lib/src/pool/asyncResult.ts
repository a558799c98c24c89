/** The handle of a call that goes on: what the asynchronous forms of a pool's methods hand back at once. */
import { inspect, types } from "node:util";
import type { InspectOptions } from "node:util";
import { CancelledError, TimeoutError } from "../base/errors";
import { Interrupted } from "../base/interrupt";
import { registerUntransferable } from "../serialize/names/untransferable";
import { Deferred } from "./scheduler/deferred";
import type { Callbacks } from "./calls/options";
import { readTimeout, within } from "../base/timeout";
import type { TimeoutOptions } from "../base/timeout";

/** A failure that nobody has asked for yet. */
interface Failed {
  readonly error: unknown;
  readonly name: string;
}
/** Handles of calls that failed: when one is gone, nobody can ask any more. */
const collected = new FinalizationRegistry<Failed>(warn);

/** An error must not end a program that never asked, but must not pass in silence either. */
function warn({ error, name }: Failed): void {
  const what = (types.isNativeError(error) ? `${error.name}: ${error.message}` : String(error)).replace(/\.$/, "");
  process.emitWarning(
    `${name === "" ? "A function" : `\`${name}\``} failed in a pool, and nobody asked for its result: ${what}. Await the AsyncResult, or give an errorCallback.`,
  );
}

/**
 * The result of a call that goes on, as Python's `multiprocessing.pool.AsyncResult`. It can also be awaited.
 *
 * @example
 * const result = pool.applyAsync(cube, [3]);
 * result.ready();     // false: it has only just been asked for
 * await result.get(); // 27
 */
export class AsyncResult<T> implements Promise<T> {
  private isCancelled = false;

  /**
   * @internal Made by pools only.
   * @param read somebody has asked for the outcome
   */
  constructor(
    private readonly deferred: Deferred<T>,
    private readonly name: string,
    private read: boolean,
  ) {
    if (!(deferred instanceof Deferred))
      throw new TypeError(
        "AsyncResult: it is made by a pool. Write pool.applyAsync(fn, args), mapAsync or starmapAsync.",
      );
    deferred.handleBy(this);
  }

  /** @internal */
  settled(): void {
    const { state } = this.deferred;
    // Whoever pressed Stop knows of it.
    if (state.is === "failed" && !this.read && !(state.error instanceof Interrupted))
      collected.register(this, { error: state.error, name: this.name }, this);
  }

  /** @internal The how manieth call it was to end. */
  get order(): number {
    return this.deferred.order;
  }

  /** @internal Calls `listener` at the end of the call, unless the returned function is called before. */
  onEnd(listener: () => void): () => void {
    return this.deferred.onSettled(listener);
  }

  /** Somebody asks. */
  private ask(): Deferred<T> {
    this.read = true;
    collected.unregister(this);
    return this.deferred;
  }

  /**
   * The result, when it is there; the error of the call, if it failed.
   *
   * @param options.timeout wait at most so many milliseconds, then reject with TimeoutError; the task itself goes on
   * @example
   * await pool.applyAsync(cube, [3]).get({ timeout: 1000 }); // 27
   */
  get(options?: TimeoutOptions): Promise<T> {
    try {
      const timeout = readTimeout("get", options);
      return within(
        timeout,
        this.ask().promise(),
        () => new TimeoutError(`get: no result after ${timeout} ms. The task goes on; ask again, or wait longer.`),
      );
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Resolves when the call has ended, well or badly, or after `timeout` milliseconds.
   *
   * @param options.timeout wait at most so many milliseconds
   * @example
   * await result.wait({ timeout: 100 });
   */
  async wait(options?: TimeoutOptions): Promise<void> {
    const timeout = readTimeout("wait", options);
    const over = this.deferred.promise().then(
      () => undefined,
      () => undefined,
    );
    await within(timeout, over, () => undefined);
  }

  /**
   * Cancels the call, if it has not begun: it never will, and its result rejects with CancelledError. Of a call with many items no task may have begun.
   * As `cancel` of Python's `concurrent.futures`.
   *
   * @returns true when the call is cancelled now, or was before; false when it runs or has ended, which changes nothing
   * @example
   * const results = mp.range(100).map((n) => pool.applyAsync(work, [n]));
   * results.filter((result) => result.cancel()); // those that had not begun
   */
  cancel(): boolean {
    if (this.isCancelled) return true;
    const error = new CancelledError("The call was cancelled before it had begun.");
    if (this.deferred.isOver || this.deferred.canceller?.cancel(error) !== true) return false;
    this.isCancelled = true;
    // That of a call with many items comes by a promise, so later.
    this.ask().reject(error);
    return true;
  }

  /** Has the call ended, well or badly? */
  ready(): boolean {
    return this.deferred.state.is !== "pending";
  }

  /**
   * Did the call end well?
   *
   * @throws RangeError while it has not ended (Python's ValueError): ask `ready()` first, or await `wait()`
   */
  successful(): boolean {
    if (this.deferred.state.is === "pending")
      throw new RangeError("successful: the result is not ready yet. Ask ready() first, or await wait().");
    // Who asks this knows of the failure.
    return this.ask().state.is === "done";
  }

  then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onFailed?: ((error: any) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.ask().promise().then(onDone, onFailed);
  }

  catch<B = never>(onFailed?: ((error: any) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this.ask().promise().catch(onFailed);
  }

  finally(onEnded?: (() => void) | null): Promise<T> {
    return this.ask().promise().finally(onEnded);
  }

  get [Symbol.toStringTag](): string {
    return "AsyncResult";
  }

  /** @internal */
  [inspect.custom](_depth: number, options: InspectOptions): string {
    const { state } = this.deferred;
    switch (state.is) {
      case "pending":
        return "AsyncResult { <pending> }";
      case "done":
        return `AsyncResult { ${inspect(state.value, options)} }`;
      case "failed":
        return `AsyncResult { <rejected> ${inspect(state.error, options)} }`;
    }
  }
}

/** The handle of a call of `fn`. */
export function asyncResultOf<T>(
  fn: Function,
  deferred: Deferred<T>,
  options: Callbacks<T> | undefined,
): AsyncResult<T> {
  const { callback, errorCallback } = options ?? {};
  if (typeof callback === "function" || typeof errorCallback === "function") {
    // A callback that throws is its author's business, not that of the call: it is reported and does no harm.
    const report = (error: unknown): void => console.error("A callback of a pool threw:", error);
    deferred
      .promise()
      .then(
        (value) => callback?.(value),
        (error: unknown) => errorCallback?.(error),
      )
      .catch(report);
  }
  return new AsyncResult(deferred, typeof fn === "function" ? fn.name : "", errorCallback !== undefined);
}
registerUntransferable(AsyncResult, "an AsyncResult");
