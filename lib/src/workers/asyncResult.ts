/** The handle of a call that goes on: what the asynchronous forms of a pool's methods hand back at once. */
import { inspect, types } from "node:util";
import type { InspectOptions } from "node:util";
import { TimeoutError } from "../ground/errors";
import { Interrupted } from "../ground/stop";
import { checkTimeout, within } from "./timeout";

const PENDING = { is: "pending" } as const;
type State<T> = { readonly is: "pending" } | { readonly is: "done"; readonly value: T } | { readonly is: "failed"; readonly error: unknown };

/** What is known of a call, kept apart from its handle, so that it is known of handles that are gone. */
interface Outcome<T> {
  state: State<T>;
  /** Somebody has asked for the outcome. */
  read: boolean;
  readonly name: string;
}

/** Handles of calls that failed: when one is gone, nobody can ask any more. */
const collected = new FinalizationRegistry<Outcome<unknown>>(warnIfLost);

/** An error must not end a program that never asked, but must not pass in silence either. */
function warnIfLost({ state, read, name }: Outcome<unknown>): void {
  // Whoever pressed Stop knows of it.
  if (state.is !== "failed" || read || state.error instanceof Interrupted) return;
  const what = (types.isNativeError(state.error) ? `${state.error.name}: ${state.error.message}` : String(state.error)).replace(/\.$/, "");
  process.emitWarning(`${name === "" ? "A function" : `\`${name}\``} failed in a pool, and nobody asked for its result: ${what}. Await the AsyncResult, or give an errorCallback.`);
}

/**
 * The result of a call that goes on, as Python's `multiprocessing.pool.AsyncResult`. It can also be awaited.
 *
 * @example
 * const result = pool.applyAsync(cube, [3]);
 * result.ready();     // false: it has only just been asked for
 * await result.get(); // 27
 */
export class AsyncResult<T> implements PromiseLike<T> {
  private readonly record: Outcome<T>;
  private readonly promise: Promise<T>;

  /** @internal Made by pools only. */
  constructor(promise: Promise<T>, name: string, reported: boolean) {
    const record: Outcome<T> = { state: PENDING, read: reported, name };
    this.promise = promise;
    this.record = record;
    promise.then((value) => { record.state = { is: "done", value }; }, (error: unknown) => {
      record.state = { is: "failed", error };
      if (!record.read) collected.register(this, record as Outcome<unknown>);
    });
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
    this.record.read = true;
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
    return this.record.state.is !== "pending";
  }

  /**
   * Did the call end well?
   *
   * @throws RangeError while it has not ended (Python's ValueError): ask `ready()` first, or await `wait()`
   */
  successful(): boolean {
    if (this.record.state.is === "pending") throw new RangeError("successful: the result is not ready yet. Ask ready() first, or await wait().");
    // Who asks this knows of the failure.
    this.record.read = true;
    return this.record.state.is === "done";
  }

  then<A = T, B = never>(onDone?: ((value: T) => A | PromiseLike<A>) | null, onFailed?: ((error: any) => B | PromiseLike<B>) | null): Promise<A | B> {
    this.record.read = true;
    return this.promise.then(onDone, onFailed);
  }

  [inspect.custom](_depth: number, options: InspectOptions): string {
    switch (this.record.state.is) {
      case "pending": return "AsyncResult { <pending> }";
      case "done": return `AsyncResult { ${inspect(this.record.state.value, options)} }`;
      case "failed": return `AsyncResult { <rejected> ${inspect(this.record.state.error, options)} }`;
    }
  }
}
