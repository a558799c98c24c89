/** What a program that uses the library writes, and what its compiler must not let pass; types.test.mjs compiles it. */
import * as mp from "parallel-typescript";
import { Pool, withPool, type MapOptions } from "parallel-typescript";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
/** Compiles only where the type of the value is exactly that. */
declare function is<T>(): <V>(value: V, same: Same<V, T>) => void;

const cube = (x: number): number => x ** 3;
const power = (x: number, y: number): number => x ** y;
const sum = (...all: number[]): number => all.length;
const maybe = (x?: number): number => x ?? 0;
const nothing = (): number => 5;
const fetchOne = async (url: string): Promise<Uint8Array> => new Uint8Array(url.length);
const same = <T>(x: T): T => x;
declare const list: number[];
declare const pairs: [number, string][];
declare const signal: AbortSignal;
declare const maybeSignal: AbortSignal | undefined;

export async function calls(pool: mp.Pool): Promise<void> {
  is<Promise<number>>()(pool.apply(cube, [3]), true);
  is<Promise<number>>()(
    pool.apply((x) => x ** 3, [3]),
    true,
  );
  is<Promise<string>>()(
    pool.apply((a, b) => `${a.toFixed()} ${b.length}`, [1, "a"]),
    true,
  );
  is<Promise<number>>()(pool.apply(Math.max, [1, 5, 3]), true);
  is<Promise<number>>()(pool.apply(Math.max, list), true);
  is<Promise<number>>()(pool.apply(power, [2, 3] as const), true);
  is<Promise<Uint8Array>>()(pool.apply(fetchOne, ["a"]), true);
  is<Promise<string>>()(pool.apply(same, ["a"] as [string]), true);
  is<Promise<number>>()(pool.apply<[number], number>(cube, [3]), true);
  for (const call of [
    pool.apply(nothing),
    pool.apply(nothing, []),
    pool.apply(maybe),
    pool.apply(maybe, []),
    pool.apply(maybe, [3]),
    pool.apply(sum),
    pool.apply(sum, [1, 2]),
  ])
    is<Promise<number>>()(call, true);
  void pool.apply(cube, [3], { signal, timeout: 500 });
  void pool.apply(nothing, undefined, { signal: maybeSignal, timeout: undefined });
  void pool.apply(
    (options: { kind: "x" | "y" }, all: readonly number[]) => options.kind + all.length,
    [{ kind: "x" }, [1]],
  );
  // @ts-expect-error its argument is missing
  void pool.apply(cube);
  // @ts-expect-error its argument is missing, whatever the options
  void pool.apply(cube, undefined, { timeout: 500 });
  // @ts-expect-error its argument is missing
  void pool.apply(cube, []);
  // @ts-expect-error one of two arguments is missing
  void pool.apply(power, [2]);
  // @ts-expect-error one argument too many
  void pool.apply(cube, [1, 2]);
  // @ts-expect-error no number
  void pool.apply(cube, ["a"]);
  // @ts-expect-error no list
  void pool.apply(cube, 3);
  // @ts-expect-error no option of a single call
  void pool.apply(cube, [3], { chunkSize: 2 });
  // @ts-expect-error who awaits it needs no callback
  void pool.apply(cube, [3], { callback: () => undefined });

  const result = pool.applyAsync(cube, [3], {
    callback: (value) => void value.toFixed(),
    errorCallback: (error) => void error,
    signal,
    timeout: 5,
  });
  is<mp.AsyncResult<number>>()(result, true);
  // @ts-expect-error its argument is missing
  pool.applyAsync(cube);
  // @ts-expect-error no option of a single call
  pool.applyAsync(cube, [3], { chunkSize: 2 });
  // @ts-expect-error no option of a single call
  pool.applyAsync(cube, [3], { progress: true });
  // @ts-expect-error the result is a number
  pool.applyAsync(cube, [3], { callback: (value: string) => void value });

  const promise: Promise<number> = result;
  is<Promise<number>>()(
    Promise.all([result]).then(([value]) => value),
    true,
  );
  is<number>()(await result, true);
  is<Promise<number>>()(result.get({ timeout: 100 }), true);
  is<Promise<number | string>>()(
    result.catch((error: unknown) => String(error)),
    true,
  );
  is<Promise<number>>()(
    result.finally(() => undefined),
    true,
  );
  is<Promise<string>>()(
    result.then((value) => value.toFixed()),
    true,
  );
  is<string>()(result[Symbol.toStringTag], true);
  is<boolean>()(result.ready() && result.successful(), true);
  await result.wait();
  await promise;
  // @ts-expect-error get has no such option
  void result.get({ timeOut: 5 });
  // @ts-expect-error Python's positional argument
  void result.get(5);
}

export async function maps(pool: mp.Pool): Promise<void> {
  const options: MapOptions = { chunkSize: 5, progress: true, signal };
  is<Promise<number[]>>()(
    pool.map((x) => x ** 3, [1, 2, 3], options),
    true,
  );
  is<Promise<string[]>>()(
    pool.map((letter) => letter.toUpperCase(), "abc"),
    true,
  );
  is<Promise<string[]>>()(
    pool.map(([name, age]) => name + age.toFixed(), new Map([["a", 1]])),
    true,
  );
  is<Promise<number[]>>()(
    pool.map(async (x) => x + 1, new Set([1])),
    true,
  );
  is<Promise<number[]>>()(pool.map(cube, new Uint8Array(3)), true);
  is<Promise<number[]>>()(pool.map(cube, [1, 2] as const), true);
  is<Promise<number[]>>()(
    pool.map((x) => x + 1, pool.imap(cube, list)),
    true,
  );
  is<Promise<number[]>>()(
    pool.map((x) => x + 1, mp.progress(list)),
    true,
  );
  is<mp.AsyncResult<number[]>>()(pool.mapAsync(cube, list, { chunkSize: 2, callback: (all) => void all.length }), true);
  for await (const x of pool.imap(cube, list, { chunkSize: 2 })) is<number>()(x, true);
  for await (const x of pool.imapUnordered(fetchOne, ["a"])) is<Uint8Array>()(x, true);
  is<Promise<number[]>>()(
    pool.starmap(Math.pow, [
      [2, 3],
      [3, 2],
    ]),
    true,
  );
  is<Promise<number[]>>()(
    pool.starmap(Math.pow, [
      [2, 3],
      [3, 2],
    ] as const),
    true,
  );
  is<Promise<number[]>>()(
    pool.starmap(
      (x, y) => x * y,
      [
        [2, 3],
        [3, 2],
      ],
    ),
    true,
  );
  is<Promise<string[]>>()(
    pool.starmap(
      (x, y) => x.toFixed() + y.length,
      [
        [2, "3"],
        [3, "2"],
      ],
    ),
    true,
  );
  is<Promise<string[]>>()(
    pool.starmap((x, y) => x.toFixed() + y.length, pairs),
    true,
  );
  is<Promise<string[]>>()(
    pool.starmap((name, age) => name + age.toFixed(), new Map([["a", 1]])),
    true,
  );
  is<Promise<number[]>>()(pool.starmap(sum, [list, list]), true);
  is<mp.AsyncResult<number[]>>()(pool.starmapAsync(power, [[2, 3]] as const, { errorCallback: () => undefined }), true);
  // @ts-expect-error the item is no number
  void pool.map(cube, ["a"]);
  // @ts-expect-error no items
  void pool.map(cube, 5);
  // @ts-expect-error one of two arguments is missing
  void pool.starmap(power, [[2]]);
  // @ts-expect-error no number
  void pool.starmap(power, [[2, "a"]]);
  // @ts-expect-error no lists
  void pool.starmap(power, [2, 3]);
  // @ts-expect-error a slip of the pen
  void pool.map(cube, list, { chunksize: 5 });
  // @ts-expect-error Python's positional argument
  void pool.map(cube, list, 5);
  // @ts-expect-error who awaits it needs no callback
  void pool.map(cube, list, { callback: () => undefined });
  // @ts-expect-error a map has no timeout
  void pool.map(cube, list, { timeout: 5 });
  // @ts-expect-error the size of a pool is fixed
  pool.size = 5;
}

export async function pools(): Promise<void> {
  const prepare = (rates: readonly number[], name: string): void => void [rates, name];
  const all: Pool[] = [
    new Pool(),
    new Pool(2),
    new Pool(2, {}),
    new Pool(2, { initializer: prepare, initargs: [[1, 2], "a"], maxTasksPerChild: 5 }),
    new Pool(2, { initializer: (x) => x.toFixed(), initargs: [5] }),
    new Pool(2, { initializer: cube, initargs: [5] as const }),
    new Pool(2, { initializer: nothing }),
    new Pool(2, { initializer: maybe }),
    new Pool(2, { initializer: sum, initargs: [1, 2] }),
    new Pool(undefined, { initializer: undefined }),
  ];
  const options: mp.PoolOptions = { initializer: nothing, maxTasksPerChild: 5 };
  class Counted extends Pool {
    count = 0;
  }
  all.push(new Counted(2, options));
  interface MoreOptions extends mp.PoolOptions {
    retries?: number;
  }
  const more: MoreOptions = { retries: 5, maxTasksPerChild: 1 };
  all.push(new Pool(1, more));
  is<number>()(await withPool(2, (pool) => pool.apply(cube, [3])), true);
  is<string>()(await withPool(2, async () => "a", { initializer: cube, initargs: [3] }), true);
  for (const pool of all) {
    await pool.ready;
    pool.close();
    await pool.join();
    await pool.terminate();
  }
  // @ts-expect-error the initializer's argument is missing
  new Pool(2, { initializer: cube });
  // @ts-expect-error the initializer's argument is missing
  new Pool(2, { initializer: cube, initargs: [] });
  // @ts-expect-error no number
  new Pool(2, { initializer: cube, initargs: ["a"] });
  // @ts-expect-error one argument too many
  new Pool(2, { initializer: cube, initargs: [1, 2] });
  // @ts-expect-error no list
  new Pool(2, { initializer: cube, initargs: 5 });
  // @ts-expect-error a slip of the pen
  new Pool(2, { maxTasksPerchild: 5 });
  // @ts-expect-error no function
  new Pool(2, { initializer: 5 });
  // @ts-expect-error the initializer's argument is missing
  void withPool(2, (pool) => pool.size, { initializer: cube });
}

export async function processes(): Promise<void> {
  const child: mp.Process = new mp.Process({ target: cube, args: [5] });
  const exact: mp.Process<[x: number]> = new mp.Process({ target: cube, args: [5] });
  const all = [
    child,
    exact,
    new mp.Process({ target: nothing }),
    new mp.Process({ target: maybe, name: "a" }),
    new mp.Process({ target: (x) => x.toFixed(), args: [5] }),
  ];
  all.push(
    ...list.map((x) => new mp.Process({ target: power, args: [x, 2] })),
    new mp.Process({ target: power, args: [1, 2] as const }),
  );
  for (const one of all) {
    one.start();
    await one.join({ timeout: 100 });
    is<number | null>()(one.exitCode, true);
    is<number | undefined>()(one.pid, true);
    is<boolean>()(one.isAlive(), true);
    one.terminate();
    one.kill();
  }
  const options: mp.ProcessOptions = { target: nothing };
  new mp.Process(options);
  // @ts-expect-error its argument is missing
  new mp.Process({ target: cube });
  // @ts-expect-error its argument is missing
  new mp.Process({ target: cube, args: [] });
  // @ts-expect-error one of two arguments is missing
  new mp.Process({ target: power, args: [1] });
  // @ts-expect-error no number
  new mp.Process({ target: cube, args: ["a"] });
  // @ts-expect-error one argument too many
  new mp.Process({ target: nothing, args: [1] });
  // @ts-expect-error a slip of the pen
  new mp.Process({ target: nothing, nmae: "a" });
  // @ts-expect-error what it is to run is missing
  new mp.Process({ args: [1] });
  // @ts-expect-error a process is asked, not told
  child.exitCode = 5;

  const queue = new mp.Queue<number>(5);
  await queue.put(5, { timeout: 100 });
  is<number>()(await queue.get(), true);
  is<boolean>()(queue.empty() || queue.full() || queue.qsize() > 5, true);
  new mp.Process({ target: (q: mp.Queue<number>) => q.put(5), args: [queue] });
  const any: mp.Queue = queue;
  await any.put("a");
  // @ts-expect-error no number
  await queue.put("a");
  // @ts-expect-error Python's positional argument
  await queue.get(5);
}

export async function theRest(pool: mp.Pool): Promise<void> {
  is<number[]>()(mp.range(5).concat(mp.range(1, 5), mp.range(5, 1, -2)), true);
  is<Promise<number>>()(mp.cpuCount({ logical: false }), true);
  is<number>()(mp.availableCpus(), true);
  const random: mp.Random = mp.seededRandom(42).spawn("a");
  is<string>()(random.choice(["a"]), true);
  const ranges: mp.FileRange[] = mp.fileRanges("a", 2);
  is<Record<string, number>>()(mp.countWords(ranges[0] as mp.FileRange, ["a"] as const), true);
  for (const chunk of mp.readInChunks("a", { chunkSize: 5 })) is<number>()(chunk.length, true);
  const pixels = new Float64Array(5);
  is<Float64Array>()(mp.transfer<Float64Array>(pixels, [new ArrayBuffer(5)]), true);
  const timed: mp.TimeitResult = await mp.timeit(async () => 5, { n: 1, r: 1 });
  is<string>()(timed.toString() + timed.best.toFixed() + timed.timings.length, true);
  const comparison: mp.Comparison = await mp.compare(
    { serial: () => 5, parallel: async () => 5 },
    { n: 1, r: 1, budget: 1, title: "a", sameResult: false },
  );
  is<number | undefined>()(comparison.speedup["serial"] as number | undefined, true);
  const verdict: mp.Verdict | undefined = comparison.verdicts["parallel"];
  is<"faster" | "slower" | "same" | "unclear" | undefined>()(verdict?.kind, true);
  is<readonly string[]>()(comparison.warnings, true);
  const swept: mp.Sweep<number> = await mp.sweep((workers: number) => workers, [1, 2], { label: "workers", budget: 1 });
  is<readonly number[]>()(swept.values, true);
  for (const x of mp.progress([1], { total: 1, label: "a", unit: "items" })) is<number>()(x, true);
  for await (const x of mp.progress([1])) is<number>()(x, true);
  for await (const x of mp.progress(pool.imap(cube, list))) is<number>()(x, true);
  is<number[]>()([...mp.progress("abc")].map(Number), true);
  is<void>()(mp.timeline(pool, { title: "a", calls: 1, live: true }), true);
  is<Promise<void>>()(mp.trace(pool, "a.json"), true);
  const entries: mp.HistoryEntry[] = mp.history({ title: "a", clear: false });
  const kept: readonly mp.KeptVariant[] = entries.flatMap(({ variants }) => [...variants]);
  const machine: mp.Machine | undefined = entries[0]?.machine;
  const law: mp.AmdahlResult = mp.amdahl({ 2: 1.9 }, { title: "a" });
  const results: mp.MachineResult[] = mp.machines(["a"], { title: "a" });
  results.push(...mp.machines("folder"));
  is<Promise<void>>()(mp.share("http://a/b", "our table"), true);
  const died = new mp.WorkerDiedError("a", { exitCode: 5, cause: law });
  is<number | null>()(died.exitCode, true);
  const errors: Error[] = [died, new mp.RemoteError("a"), new mp.TimeoutError(), new mp.PoolClosedError()];
  const wrong: TypeError = new mp.SerializationError("a");
  void [kept, machine, results, errors, wrong];
  // @ts-expect-error a loop that waits is needed
  for (const x of mp.progress(pool.imap(cube, list))) void x;
  // @ts-expect-error a slip of the pen
  void mp.timeit(() => 5, { N: 5 });
  // @ts-expect-error a slip of the pen
  void mp.compare({ a: () => 5 }, { rounds: 5 });
  // @ts-expect-error no such unit
  mp.progress([1], { unit: "books" });
}

/** Each kind of options and result has a name. */
export type Names = [
  mp.PoolOptions,
  mp.MapOptions,
  mp.CallOptions,
  mp.Callbacks<number>,
  mp.TimeoutOptions,
  mp.ProcessOptions,
  mp.CpuCountOptions,
  mp.ReadOptions,
  mp.TimeitOptions,
  mp.CompareOptions,
  mp.ProgressOptions,
  mp.TimelineOptions,
  mp.HistoryOptions,
  mp.AmdahlOptions,
  mp.MachinesOptions,
  mp.Comparison,
  mp.Verdict,
  mp.SweepOptions,
  mp.TimeitResult,
  mp.MachineResult,
  mp.AmdahlResult,
  mp.HistoryEntry,
  mp.KeptVariant,
  mp.Machine,
  mp.FileRange,
  mp.Random,
  mp.Items<number>,
  mp.ArgumentList<[number]>,
  mp.RestOfCall<[number], mp.CallOptions>,
];

/** A function around a method has no type of its own to invent. */
export function logged<A extends unknown[], R>(
  pool: mp.Pool,
  fn: (...args: A) => R,
  ...rest: mp.RestOfCall<A, mp.CallOptions>
): Promise<Awaited<R>> {
  return pool.apply<A, R>(fn, ...rest);
}
export function first<T, R>(pool: mp.Pool, fn: (item: T) => R, items: mp.Items<T>): AsyncIterableIterator<Awaited<R>> {
  return pool.imap(fn, items);
}
