/** The contract of the public face, in signatures: what the library exports must fit them. types.test.mjs compiles it. */
import * as mp from "parallel-typescript";

type Source<T> = Iterable<T> | AsyncIterable<T>;
type Result<R> = Awaited<R>;
interface Call {
  signal?: AbortSignal;
  timeout?: number;
}
interface Map {
  chunkSize?: number;
  signal?: AbortSignal;
  progress?: boolean;
}
interface Told<R> {
  callback?: (result: R) => void;
  errorCallback?: (error: unknown) => void;
}
interface Made {
  initializer?: (...args: any[]) => unknown;
  initargs?: unknown[];
  maxTasksPerChild?: number;
  finalizer?: (state: any) => unknown;
  resourceLimits?: {
    maxOldGenerationSizeMb?: number;
    maxYoungGenerationSizeMb?: number;
    codeRangeSizeMb?: number;
    stackSizeMb?: number;
  };
  env?: Record<string, string | undefined>;
  execArgv?: readonly string[];
  maxQueue?: number;
  idleTimeout?: number;
}
interface Spread {
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}
interface Stats {
  readonly workers: number;
  readonly busy: number;
  readonly queued: number;
  readonly completed: number;
  readonly failed: number;
  readonly died: number;
  readonly utilization: number;
  readonly run: Spread;
  readonly wait: Spread;
}
interface Handle<T> extends Promise<T> {
  get(options?: { timeout?: number }): Promise<T>;
  wait(options?: { timeout?: number }): Promise<void>;
  ready(): boolean;
  successful(): boolean;
  cancel(): boolean;
}
interface PoolFace {
  readonly size: number;
  readonly ready: Promise<void>;
  stats(): Stats;
  apply<A extends unknown[], R>(fn: (...args: A) => R, args?: A, options?: Call): Promise<Result<R>>;
  applyAsync<A extends unknown[], R>(
    fn: (...args: A) => R,
    args?: A,
    options?: Call & Told<Result<R>>,
  ): Handle<Result<R>>;
  map<T, R>(fn: (item: T) => R, items: Source<T>, options?: Map): Promise<Result<R>[]>;
  mapAsync<T, R>(fn: (item: T) => R, items: Source<T>, options?: Map & Told<Result<R>[]>): Handle<Result<R>[]>;
  starmap<A extends unknown[], R>(fn: (...args: A) => R, items: Source<A>, options?: Map): Promise<Result<R>[]>;
  starmapAsync<A extends unknown[], R>(
    fn: (...args: A) => R,
    items: Source<A>,
    options?: Map & Told<Result<R>[]>,
  ): Handle<Result<R>[]>;
  imap<T, R>(fn: (item: T) => R, items: Source<T>, options?: Map): AsyncIterableIterator<Result<R>>;
  imapUnordered<T, R>(fn: (item: T) => R, items: Source<T>, options?: Map): AsyncIterableIterator<Result<R>>;
  close(): void;
  terminate(): Promise<void>;
  join(): Promise<void>;
}
interface ProcessFace {
  readonly name: string;
  readonly pid: number | undefined;
  readonly exitCode: number | null;
  start(): void;
  join(options?: { timeout?: number }): Promise<void>;
  isAlive(): boolean;
  terminate(): void;
  kill(): void;
}
interface QueueFace<T> {
  put(item: T, options?: { timeout?: number }): Promise<void>;
  get(options?: { timeout?: number }): Promise<T>;
  qsize(): number;
  empty(): boolean;
  full(): boolean;
  close(): void;
  [Symbol.asyncIterator](): AsyncIterator<T>;
}
interface WaitFor {
  timeout?: number;
  signal?: AbortSignal;
}
interface SemaphoreFace {
  acquire(options?: WaitFor): Promise<{ [Symbol.dispose](): void }>;
  acquireSync(options?: { timeout?: number }): { [Symbol.dispose](): void };
  release(): void;
  with<R>(body: () => R, options?: WaitFor): Promise<Awaited<R>>;
}
interface LockFace extends SemaphoreFace {
  locked(): boolean;
}
interface EventFace {
  isSet(): boolean;
  set(): void;
  clear(): void;
  wait(options?: WaitFor): Promise<boolean>;
  waitSync(options?: { timeout?: number }): boolean;
}
interface BarrierFace {
  wait(options?: WaitFor): Promise<number>;
  reset(): void;
  abort(): void;
  readonly parties: number;
  readonly waiting: number;
  readonly broken: boolean;
}
interface Timed {
  readonly loops: number;
  readonly repeat: number;
  readonly timings: number[];
  readonly average: number;
  readonly stdev: number;
  readonly best: number;
  readonly worst: number;
  toString(): string;
}
interface Compared {
  readonly timings: Record<string, Timed>;
  readonly speedup: Record<string, number>;
  readonly results: Record<string, unknown>;
}
interface Drawn {
  random(): number;
  randint(low: number, high: number): number;
  choice<T>(items: ArrayLike<T>): T;
  spawn(key: string | number): Drawn;
}
interface Bar {
  total?: number;
  label?: string;
  unit?: "items" | "bytes";
}
interface Part {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}
interface Face {
  cpuCount(options?: { logical?: boolean }): Promise<number>;
  availableCpus(): number;
  Process: new <Args extends unknown[] = any[]>(options: {
    target: (...args: Args) => unknown;
    args: Args;
    name?: string;
  }) => ProcessFace;
  Queue: new <T = any>(maxSize?: number) => QueueFace<T>;
  Lock: new () => LockFace;
  Semaphore: new (value?: number) => SemaphoreFace;
  Event: new () => EventFace;
  Barrier: new (parties: number, options?: { timeout?: number }) => BarrierFace;
  BrokenBarrierError: new (message?: string) => Error;
  sharedArray(type: new (buffer: SharedArrayBuffer) => Int32Array, values: number | Iterable<number>): Int32Array;
  Pool: new (processes?: number, options?: Made) => PoolFace;
  withPool<R>(processes: number, body: (pool: mp.Pool) => R, options?: Made): Promise<Result<R>>;
  AsyncResult: abstract new (...args: never) => Handle<number>;
  CancelledError: new () => Error;
  asCompleted<T>(
    results: Iterable<mp.AsyncResult<T>>,
    options?: { timeout?: number },
  ): AsyncIterableIterator<mp.AsyncResult<T>>;
  readonly currentWorker: { readonly number: number; readonly machine?: string } | undefined;
  transfer<T>(value: T, buffers: ArrayBuffer[]): T;
  RemoteError: new (message?: string) => Error;
  TimeoutError: new (message?: string) => Error;
  SerializationError: new (message?: string) => TypeError;
  WorkerDiedError: new (message?: string) => Error & { readonly exitCode: number | null };
  PoolClosedError: new (message?: string) => Error;
  timeit(statement: () => unknown, options?: { n?: number; r?: number }): Promise<Timed>;
  TimeitResult: abstract new (...args: any) => Timed;
  compare(
    variants: Record<string, () => unknown>,
    options?: { n?: number; r?: number; budget?: number; title?: string; sameResult?: boolean },
  ): Promise<Compared>;
  seededRandom(seed: string | number): Drawn;
  readInChunks(path: string, options?: { chunkSize?: number }): Generator<Uint8Array>;
  fileRanges(path: string, parts: number): Part[];
  countWords(source: string | Part, words: readonly string[]): Record<string, number>;
  progress: {
    <T>(items: Iterable<T>, options?: Bar): IterableIterator<T> & AsyncIterableIterator<T>;
    <T>(items: AsyncIterable<T>, options?: Bar): AsyncIterableIterator<T>;
  };
  sweep<P>(
    variant: (value: P) => unknown,
    values: readonly P[],
    options?: { n?: number; r?: number; budget?: number; title?: string; sameResult?: boolean; label?: string },
  ): Promise<{ readonly values: readonly P[]; readonly timings: readonly Timed[] }>;
  timeline(pool: mp.Pool, options?: { title?: string; calls?: number; live?: boolean }): void;
  trace(pool: mp.Pool, path: string): Promise<void>;
  range: {
    (stop: number): number[];
    (start: number, stop: number, step?: number): number[];
  };
}
export const face: Face = mp;
export const handle = (result: mp.AsyncResult<number>): Promise<number> => result;
