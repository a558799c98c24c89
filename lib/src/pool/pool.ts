/** Pool: a fixed number of workers, and the ways to give them work. The face only: calls are cut in `calls`, workers kept by `scheduler`. */
import { inspect } from "node:util";
import { needNode } from "../base/runtime";
import { availableCpus } from "../base/cpus";
import type { ArgumentList, Items } from "../base/items";
import { readOptions } from "../base/options";
import { uninterrupted } from "../base/interrupt";
import { encodeInitializer } from "../serialize/encode/encode";
import { pack } from "../serialize/message/bytes";
import { registerUntransferable } from "../serialize/names/untransferable";
import { asyncResultOf } from "./asyncResult";
import type { AsyncResult } from "./asyncResult";
import { Calls } from "./calls/calls";
import type { Deferred } from "./scheduler/deferred";
import { CALL, CALL_ASYNC, MAP } from "./calls/options";
import type { Callbacks, CallOptions, MapOptions, RestOfCall } from "./calls/options";
import { POOL, checkProcesses, type PoolOptions } from "./calls/poolOptions";
import type { PoolStats } from "./record/statistics";
import type { Executor, MakeExecutor } from "./scheduler/executor";
import { Scheduler } from "./scheduler/scheduler";
import type { ThreadOptions } from "./threads/threads";

type Result<R> = Awaited<R>;

declare global {
  /** As the types of Node declare it: a program that is compiled without them, or by TypeScript before 5.2, may not know it. */
  interface SymbolConstructor {
    readonly asyncDispose: unique symbol;
  }
}

/**
 * A fixed number of worker threads, each with its own heap and event loop, that run functions as they are written:
 * closures, imports and classes travel with them. As Python's `multiprocessing.Pool`.
 *
 * @example
 * const pool = new mp.Pool(2);
 * await pool.map((x) => x ** 3, mp.range(5)); // [0, 1, 8, 27, 64]
 * pool.close();
 */
export class Pool<Initargs extends readonly unknown[] | [] = any[]> {
  private readonly scheduler: Executor;
  private readonly calls: Calls;

  /**
   * Starts the workers of a pool; they run functions as they are written, until `close()` or `terminate()`.
   *
   * @param processes how many workers, a positive integer; as many as can really run at once here when left out
   * @param options initializer, initargs, finalizer, maxTasksPerChild and so on: see PoolOptions
   * @throws RangeError for less than one process or an invalid maxTasksPerChild, TypeError for an initializer that is no function
   */
  constructor(processes?: number, options?: PoolOptions<Initargs>);
  /** @internal @param make makes what does the tasks, where that is not worker threads of this program */
  constructor(processes: undefined, options: PoolOptions | undefined, make: MakeExecutor);
  constructor(processes: number = availableCpus(), options?: PoolOptions, make?: MakeExecutor) {
    needNode("A Pool", "worker", "inspector");
    const size = make === undefined ? checkProcesses(processes) : 0;
    const {
      initializer,
      initargs = [],
      finalizer,
      maxTasksPerChild,
      idleTimeout,
      maxQueue,
      ...threadOptions
    } = readOptions<PoolOptions>("Pool", options, POOL);
    const hasFinalizer = finalizer !== undefined;
    const setup =
      initializer || hasFinalizer
        ? encodeInitializer([initializer, initargs, finalizer], {
            what: (part) => ["the initializer", "initargs", "the finalizer"][part] as string,
            shared: make === undefined,
            machines: make !== undefined,
          })
        : undefined;
    // A scheduler that was made half would hear of each later Stop, and nobody could end it.
    this.scheduler = uninterrupted(() => {
      const scheduler = (make ?? ((...parts) => new Scheduler(size, ...parts)))(
        {
          initializer: setup && pack(setup.message, true),
          hasFinalizer,
          hasMemoryLimit: threadOptions.resourceLimits?.maxOldGenerationSizeMb !== undefined,
          maxTasksPerChild,
        },
        setup?.held ?? [],
        setup?.workerVariables,
        { threads: threadOptions as ThreadOptions, idleTimeout, maxQueue },
      );
      scheduler.recorder.attachTo(this);
      scheduler.lifetime.closeWhenForgotten(this);
      return scheduler;
    });
    this.calls = new Calls(this.scheduler);
  }

  /** The number of workers. */
  get size(): number {
    return this.scheduler.size;
  }

  /**
   * Resolves when all workers are there and have run their initializer: for those who time what comes after. Nobody needs to wait
   * for it. Rejects with the initializer's error.
   *
   * @example
   * const pool = new mp.Pool(2);
   * await pool.ready;
   */
  get ready(): Promise<void> {
    return this.scheduler.whenReady();
  }

  /**
   * What the pool does and has done since it was made: for a server that tells how it is. It costs constant memory, however many tasks there were.
   *
   * @example
   * const { busy, queued, wait } = pool.stats();
   * console.log(`${busy} of ${pool.size} workers busy, ${queued} tasks wait, one in a hundred waited ${wait.p99} ms`);
   */
  stats(): PoolStats {
    return this.scheduler.stats();
  }

  /**
   * One call in one worker.
   *
   * @param fn the function
   * @param args its arguments; after them, options: signal, timeout (see CallOptions)
   * @example
   * await pool.apply(Math.max, [1, 5, 3]); // 5
   */
  apply<A extends readonly unknown[] | [], R>(
    fn: (...args: A) => R,
    ...[args, options]: RestOfCall<A, CallOptions>
  ): Promise<Result<R>> {
    return (this.calls.apply("apply", fn, args, options, CALL) as Deferred<Result<R>>).promise();
  }

  /** As apply, but hands back an AsyncResult at once. */
  applyAsync<A extends readonly unknown[] | [], R>(
    fn: (...args: A) => R,
    ...[args, options]: RestOfCall<A, CallOptions & Callbacks<Result<R>>>
  ): AsyncResult<Result<R>> {
    return asyncResultOf(
      fn,
      this.calls.apply("applyAsync", fn, args, options, CALL_ASYNC) as Deferred<Result<R>>,
      options,
    );
  }

  /**
   * fn over every item; results in the order of the items, whoever finishes first. fn gets the item and nothing else.
   *
   * @param fn the function of one item
   * @param items what to call it with; anything that can be iterated, asynchronously too
   * @param options chunkSize, signal, progress: see MapOptions
   * @example
   * await pool.map((x) => x ** 3, [1, 2, 3]); // [1, 8, 27]
   */
  map<T, R>(fn: (item: T) => R, items: Items<T>, options?: MapOptions): Promise<Result<R>[]> {
    return this.calls.map("map", fn, items, false, options, MAP) as Promise<Result<R>[]>;
  }

  /** As map, but hands back an AsyncResult at once. */
  mapAsync<T, R>(
    fn: (item: T) => R,
    items: Items<T>,
    options?: MapOptions & Callbacks<Result<R>[]>,
  ): AsyncResult<Result<R>[]> {
    return asyncResultOf(
      fn,
      this.calls.mapAsync("mapAsync", fn, items, false, options) as Deferred<Result<R>[]>,
      options,
    );
  }

  /**
   * As map, each item a list of arguments.
   *
   * @example
   * await pool.starmap(Math.pow, [[2, 3], [3, 2]]); // [8, 9]
   */
  starmap<A extends readonly unknown[] | [], R>(
    fn: (...args: A) => R,
    items: Items<ArgumentList<A>>,
    options?: MapOptions,
  ): Promise<Result<R>[]> {
    return this.calls.map("starmap", fn, items, true, options, MAP) as Promise<Result<R>[]>;
  }

  /** As starmap, but hands back an AsyncResult at once. */
  starmapAsync<A extends readonly unknown[] | [], R>(
    fn: (...args: A) => R,
    items: Items<ArgumentList<A>>,
    options?: MapOptions & Callbacks<Result<R>[]>,
  ): AsyncResult<Result<R>[]> {
    return asyncResultOf(
      fn,
      this.calls.mapAsync("starmapAsync", fn, items, true, options) as Deferred<Result<R>[]>,
      options,
    );
  }

  /**
   * Results as they come, in the order of the items. The source is read only a bounded number of chunks ahead, so memory stays
   * flat over an endless one. Leaving the loop early cancels what is left and closes the source.
   *
   * @example
   * for await (const cube of pool.imap((x) => x ** 3, mp.range(3))) console.log(cube); // 0, 1, 8
   */
  imap<T, R>(fn: (item: T) => R, items: Items<T>, options?: MapOptions): AsyncIterableIterator<Result<R>> {
    return this.calls.imap("imap", fn, items, true, options) as AsyncIterableIterator<Result<R>>;
  }

  /** As imap, in the order in which they are done. */
  imapUnordered<T, R>(fn: (item: T) => R, items: Items<T>, options?: MapOptions): AsyncIterableIterator<Result<R>> {
    return this.calls.imap("imapUnordered", fn, items, false, options) as AsyncIterableIterator<Result<R>>;
  }

  /** No new tasks; those accepted still finish, then the workers end. Later calls reject with PoolClosedError. */
  close(): void {
    this.scheduler.lifetime.close();
  }

  /** Stops the workers at once; whatever was pending rejects with PoolClosedError. */
  async terminate(): Promise<void> {
    await this.scheduler.terminate();
  }

  /** Resolves when all workers have ended. Rejects while the pool is open (Python's ValueError). */
  async join(): Promise<void> {
    if (this.scheduler.lifetime.state === "open")
      throw new Error("join: the pool is still open. Call close() or terminate() first.");
    await this.scheduler.lifetime.join();
  }

  /** close() and join(). */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }

  /** @internal */
  [inspect.custom](): string {
    return `Pool { size: ${this.size}, state: '${this.scheduler.lifetime.state}' }`;
  }
}

registerUntransferable(Pool, "a Pool");
