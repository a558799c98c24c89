/** The handle of a call that goes on: what the asynchronous forms of a pool's methods hand back at once. */
import { inspect } from "node:util";
import type { InspectOptions } from "node:util";
import { TimeoutError } from "../ground/errors";
import { checkTimeout, within } from "./timeout";

type State<T> = { readonly is: "pending" } | { readonly is: "done"; readonly value: T } | { readonly is: "failed"; readonly error: unknown };

/**
 * The result of a call that goes on, as Python's `multiprocessing.pool.AsyncResult`. It can also be awaited.
 *
 * @example
 * const result = pool.applyAsync(cube, [3]);
 * result.ready();     // false: it has only just been asked for
 * await result.get(); // 27
 */
export class AsyncResult<T> implements PromiseLike<T> {
  private state: State<T> = { is: "pending" };
  private readonly promise: Promise<T>;

  /** @internal Made by pools only. */
  constructor(promise: Promise<T>) {
    this.promise = promise;
    // Who never asks must not bring the program down; who asks gets the error from `promise` itself.
    promise.then((value) => { this.state = { is: "done", value }; }, (error: unknown) => { this.state = { is: "failed", error }; });
  }

  /**
   * The result, when it is there; the error of the call, if it failed.
   *
   * @param options.timeout wait at most so many milliseconds, then reject with TimeoutError; the task itself goes on
   * @example
   * await pool.applyAsync(cube, [3]).get({ timeout: 1000 }); // 27
   */
  async get(options?: { timeout?: number }): Promise<T> {
    const timeout = checkTimeout("get", options?.timeout);
    return within(timeout, this.promise, () => new TimeoutError(`get: no result after ${timeout} ms. The task goes on; ask again, or wait longer.`));
  }

  /**
   * Resolves when the call has ended, well or badly, or after `timeout` milliseconds.
   *
   * @param options.timeout wait at most so many milliseconds
   * @example
   * await result.wait({ timeout: 100 });
   */
  async wait(options?: { timeout?: number }): Promise<void> {
    const timeout = checkTimeout("wait", options?.timeout);
    const over = this.promise.then(() => undefined, () => undefined);
    await within(timeout, over, () => undefined);
  }

  /** Has the call ended, well or badly? */
  ready(): boolean {
    return this.state.is !== "pending";
  }

  /**
   * Did the call end well?
   *
   * @throws RangeError while it has not ended (Python's ValueError): ask `ready()` first, or await `wait()`
   */
  successful(): boolean {
    if (this.state.is === "pending") throw new RangeError("successful: the result is not ready yet. Ask ready() first, or await wait().");
    return this.state.is === "done";
  }

  then<A = T, B = never>(onDone?: ((value: T) => A | PromiseLike<A>) | null, onFailed?: ((error: any) => B | PromiseLike<B>) | null): Promise<A | B> {
    return this.promise.then(onDone, onFailed);
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    switch (this.state.is) {
      case "pending": return "AsyncResult { <pending> }";
      case "done": return `AsyncResult { ${inspect(this.state.value, options)} }`;
      case "failed": return `AsyncResult { <rejected> ${inspect(this.state.error, options)} }`;
    }
  }
}
