/** Pool: a fixed number of workers, and the ways to give them work. The face only: calls are cut in `calls`, workers kept by `crew`. */
import { inspect } from "node:util";
import { checkChunkSize } from "../ground/chunks";
import { availableCpus } from "../ground/cpu";
import { PoolClosedError, describe } from "../ground/errors";
import { encode } from "../transport/encode";
import { pack } from "../transport/pack";
import { AsyncResult } from "./asyncResult";
import { runAll, runOne, ship } from "./calls";
import { Crew } from "./crew";
import { runLazily } from "./lazy";

/** What a Pool may be told when it is made. */
export interface PoolOptions {
  /** Runs once in every worker before its first task, replacements of dead workers included. If it throws, calls reject with its error; a later call tries again. */
  initializer?: (...args: any[]) => unknown;
  /** The arguments of the initializer. */
  initargs?: unknown[];
  /** Replace a worker after this many tasks. A positive integer. */
  maxTasksPerChild?: number;
}
/** What map and its relatives may be told. */
export interface MapOptions {
  /** Items per task, a positive integer (else RangeError). Default as Python: ceil(items / (4 * workers)) for map and starmap, 1 for imap. */
  chunkSize?: number;
  /** Aborting rejects with the signal's reason, starts no further chunk, and frees the workers that it held. */
  signal?: AbortSignal;
}
/** What the asynchronous forms may be told. */
export interface AsyncOptions<R> extends MapOptions {
  /** Called with the result when the call ends well. */
  callback?: (result: R) => void;
  /** Called with the error when it does not. */
  errorCallback?: (error: unknown) => void;
}
type Result<R> = Awaited<R>;
type Items<T> = Iterable<T> | AsyncIterable<T>;

/** Pools that nobody refers to any more end their workers when their tasks are done. */
const forgotten = new FinalizationRegistry<Crew>((crew) => void crew.close());

/**
 * A fixed number of worker threads, each with its own heap and event loop, that run functions as they are written:
 * closures, imports and classes travel with them. As Python's `multiprocessing.Pool`.
 *
 * @example
 * const pool = new mp.Pool(2);
 * await pool.map((x) => x ** 3, mp.range(5)); // [0, 1, 8, 27, 64]
 * pool.close();
 */
export class Pool {
  /** The number of workers. */
  readonly size: number;
  private readonly crew: Crew;
  private state: "open" | "closed" | "terminated" = "open";
  private ending: Promise<void> | undefined;

  /**
   * @param processes how many workers, a positive integer; as many as can really run at once here when left out
   * @param options initializer, initargs, maxTasksPerChild: see PoolOptions
   * @throws RangeError for less than one process or an invalid maxTasksPerChild, TypeError for an initializer that is no function
   */
  constructor(processes: number = availableCpus(), options: PoolOptions = {}) {
    this.size = positiveInteger("processes", processes);
    const { initializer, initargs = [], maxTasksPerChild } = options;
    if (initializer !== undefined && typeof initializer !== "function") {
      throw new TypeError(`Pool: initializer must be a function; got ${describe(initializer)}.`);
    }
    if (!Array.isArray(initargs)) throw new TypeError(`Pool: initargs must be a list of arguments; got ${describe(initargs)}.`);
    this.crew = new Crew(this.size, {
      initializer: initializer && pack(encode([initializer, initargs], { what: (part) => (part === 0 ? "the initializer" : "initargs"), shared: true }).message, true),
      maxTasks: maxTasksPerChild === undefined ? undefined : positiveInteger("maxTasksPerChild", maxTasksPerChild),
    });
    forgotten.register(this, this.crew, this.crew);
  }

  /**
   * One call in one worker.
   *
   * @param fn the function
   * @param args its arguments
   * @example
   * await pool.apply(Math.max, [1, 5, 3]); // 5
   */
  apply<A extends unknown[], R>(fn: (...args: A) => R, args?: A): Promise<Result<R>> {
    return this.start(fn, "apply", () => runOne(this.crew, fn, checkArgs(args), undefined)) as Promise<Result<R>>;
  }

  /** As apply, but hands back an AsyncResult at once. `options` may hold callback, errorCallback and signal. */
  applyAsync<A extends unknown[], R>(fn: (...args: A) => R, args?: A, options?: AsyncOptions<Result<R>>): AsyncResult<Result<R>> {
    return later(this.start(fn, "applyAsync", () => runOne(this.crew, fn, checkArgs(args), options?.signal)) as Promise<Result<R>>, options);
  }

  /**
   * fn over every item; results in the order of the items, whoever finishes first. fn gets the item and nothing else.
   *
   * @param fn the function of one item
   * @param items what to call it with; anything that can be iterated, asynchronously too
   * @param options chunkSize, signal: see MapOptions
   * @example
   * await pool.map((x) => x ** 3, [1, 2, 3]); // [1, 8, 27]
   */
  map<T, R>(fn: (item: T) => R, items: Items<T>, options?: MapOptions): Promise<Result<R>[]> {
    return this.all(fn, "map", items, false, options) as Promise<Result<R>[]>;
  }

  /** As map, but hands back an AsyncResult at once. */
  mapAsync<T, R>(fn: (item: T) => R, items: Items<T>, options?: AsyncOptions<Result<R>[]>): AsyncResult<Result<R>[]> {
    return later(this.all(fn, "mapAsync", items, false, options) as Promise<Result<R>[]>, options);
  }

  /**
   * As map, each item a list of arguments.
   *
   * @example
   * await pool.starmap(Math.pow, [[2, 3], [3, 2]]); // [8, 9]
   */
  starmap<A extends unknown[], R>(fn: (...args: A) => R, items: Items<A>, options?: MapOptions): Promise<Result<R>[]> {
    return this.all(fn, "starmap", items, true, options) as Promise<Result<R>[]>;
  }

  /** As starmap, but hands back an AsyncResult at once. */
  starmapAsync<A extends unknown[], R>(fn: (...args: A) => R, items: Items<A>, options?: AsyncOptions<Result<R>[]>): AsyncResult<Result<R>[]> {
    return later(this.all(fn, "starmapAsync", items, true, options) as Promise<Result<R>[]>, options);
  }

  /**
   * Results as they come, in the order of the items. The source is read only a bounded number of chunks ahead, so memory stays
   * flat over an endless one. Leaving the loop early cancels what is left and closes the source.
   *
   * @example
   * for await (const cube of pool.imap((x) => x ** 3, mp.range(3))) console.log(cube); // 0, 1, 8
   */
  imap<T, R>(fn: (item: T) => R, items: Items<T>, options?: MapOptions): AsyncIterableIterator<Result<R>> {
    return this.lazily("imap", fn, items, true, options);
  }

  /** As imap, in the order in which they are done. */
  imapUnordered<T, R>(fn: (item: T) => R, items: Items<T>, options?: MapOptions): AsyncIterableIterator<Result<R>> {
    return this.lazily("imapUnordered", fn, items, false, options);
  }

  /** No new tasks; those accepted still finish, then the workers end. Later calls reject with PoolClosedError. */
  close(): void {
    if (this.state !== "open") return;
    this.state = "closed";
    this.ending = this.crew.close();
  }

  /** Stops the workers at once; whatever was pending rejects with PoolClosedError. */
  async terminate(): Promise<void> {
    this.state = "terminated";
    this.ending = this.crew.terminate();
    await this.ending;
  }

  /** Resolves when all workers have ended. Rejects while the pool is open (Python's ValueError). */
  async join(): Promise<void> {
    if (this.state === "open") throw new Error("join: the pool is still open. Call close() or terminate() first.");
    await this.ending;
  }

  /** close() and join(). */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.join();
  }

  [inspect.custom](): string {
    return `Pool { size: ${this.size}, state: '${this.state}' }`;
  }

  /** Checks what all calls have in common, then starts one; everything that goes wrong comes through the promise. */
  private async start<T>(fn: unknown, method: string, run: () => Promise<T> | T): Promise<T> {
    this.checkOpen(method);
    if (typeof fn !== "function") throw new TypeError(`${method}: expected a function first, got ${describe(fn)}.`);
    return run();
  }

  private all(fn: Function, method: string, items: Items<unknown>, spread: boolean, options: MapOptions | undefined): Promise<unknown[]> {
    return this.start(fn, method, () => {
      const chunkSize = options?.chunkSize === undefined ? undefined : checkChunkSize(options.chunkSize);
      checkIterable(method, items);
      const run = (list: readonly unknown[]): Promise<unknown[]> => {
        if (spread) list.forEach(checkArgumentList);
        return runAll(this.crew, fn, list, spread, chunkSize, options?.signal);
      };
      return Symbol.iterator in items ? run([...items]) : collect(items).then(run);
    });
  }

  private lazily(method: string, fn: Function, items: Items<any>, ordered: boolean, options: MapOptions = {}): AsyncIterableIterator<any> {
    try {
      this.checkOpen(method);
      if (typeof fn !== "function") throw new TypeError(`${method}: expected a function first, got ${describe(fn)}.`);
      const chunkSize = options.chunkSize === undefined ? 1 : checkChunkSize(options.chunkSize);
      checkIterable(method, items);
      return runLazily(this.crew, ship(fn, false), items, { ordered, chunkSize, signal: options.signal });
    } catch (error) {
      return failing(error);
    }
  }

  private checkOpen(method: string): void {
    if (this.state !== "open") throw new PoolClosedError(`${method}: the pool is ${this.state}. Make a new one: new Pool(${this.size}).`);
  }
}

/**
 * Python's `with Pool(n) as pool:`. The pool is gone when the promise settles. Accepted tasks finish when the body returns; when it throws,
 * the pool is terminated and the error passed on.
 *
 * @param processes how many workers
 * @param body what to do with the pool
 * @example
 * await mp.withPool(2, (pool) => pool.map((x) => x ** 3, [1, 2, 3])); // [1, 8, 27]
 */
export async function withPool<R>(processes: number, body: (pool: Pool) => R): Promise<Result<R>> {
  if (typeof body !== "function") throw new TypeError(`withPool: expected a function of the pool as its second argument, got ${describe(body)}.`);
  const pool = new Pool(processes);
  let result: Result<R>;
  try {
    result = await body(pool);
  } catch (error) {
    await pool.terminate();
    throw error;
  }
  pool.close();
  await pool.join();
  return result;
}

function positiveInteger(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`Pool: ${name} must be a positive integer; got ${describe(value)}.`);
}

function checkArgs(args: unknown): unknown[] {
  if (args === undefined) return [];
  if (Array.isArray(args)) return args;
  throw new TypeError(`The arguments must come as a list, such as [3] for one argument; got ${describe(args)}.`);
}

function checkArgumentList(item: unknown, index: number): void {
  if (!Array.isArray(item)) throw new TypeError(`starmap: item ${index} must be a list of arguments, such as [2, 3]; got ${describe(item)}. For one argument an item use map.`);
}

function checkIterable(method: string, items: unknown): void {
  const iterable = items as Partial<Items<unknown>> | null | undefined;
  if (iterable !== null && iterable !== undefined && (typeof (iterable as Iterable<unknown>)[Symbol.iterator] === "function" || typeof (iterable as AsyncIterable<unknown>)[Symbol.asyncIterator] === "function")) return;
  throw new TypeError(`${method}: expected items that can be iterated, such as an array; got ${describe(items)}.`);
}

async function collect(items: AsyncIterable<unknown>): Promise<unknown[]> {
  const list: unknown[] = [];
  for await (const item of items) list.push(item);
  return list;
}

// eslint-disable-next-line require-yield
async function* failing(error: unknown): AsyncGenerator<never> {
  throw error;
}

function later<T>(promise: Promise<T>, options: AsyncOptions<T> | undefined): AsyncResult<T> {
  const { callback, errorCallback } = options ?? {};
  // A callback that throws is its author's business, not that of the call: it is reported and does no harm.
  const report = (error: unknown): void => console.error("A callback of a pool threw:", error);
  promise.then((value) => callback?.(value), (error: unknown) => errorCallback?.(error)).catch(report);
  return new AsyncResult(promise);
}
