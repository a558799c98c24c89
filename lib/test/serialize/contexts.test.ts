/** Functions of other contexts of `node:vm`, as test runners make them, and several copies of the library. */
import assert from "node:assert/strict";
import { cpSync, readFileSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import type * as Library from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { countsThere, onePool, there } from "../helpers/serialize";

type Fn = (...args: any[]) => any;
const context = createContext({ factor: 3, shared: { unit: "km" } });
const inContext = (source: string): Fn => runInContext(`(${source})`, context, { filename: "context.js" }) as Fn;

test("functions of another context travel: what they close over, their context's own globals, their this and arguments", async () => {
  assert.deepEqual(await onePool().map(inContext("(x) => x * factor"), [1, 2]), [3, 6]);
  assert.equal(await there(inContext("(() => { let n = 5; return () => n + shared.unit; })()")), "5km");
  assert.equal(
    await there(inContext("function () { return (() => { return this.x + arguments[0]; }); }").call({ x: 1 }, 2) as Fn),
    3,
  );
  assert.equal(
    await there(inContext("() => { class A { #n = 4; read() { return this.#n; } } return new A().read(); }")),
    4,
  );
  assert.equal(
    await there(inContext("function named(a, b) { return a + b + arguments.length; }").bind(null, 1) as Fn, 2),
    5,
  );
});

test("async functions, generators, classes and errors of another context are ordinary ones in the worker", async () => {
  assert.equal(await there(inContext("async (x) => (await x) * factor"), 2), 6);
  assert.deepEqual(
    await there(
      (it: Fn) => [...it(2)],
      inContext("function* count(n) { for (let i = 0; i < n; i++) yield i * factor; }"),
    ),
    [0, 3],
  );
  assert.deepEqual(
    await there(
      (one: Fn, two: Fn) =>
        [one, two].map(
          (it) =>
            Object.getPrototypeOf(it) === Object.getPrototypeOf(async () => 0) ||
            Object.getPrototypeOf(it) === Function.prototype,
        ),
      inContext("async () => 0"),
      inContext("() => 0"),
    ),
    [true, true],
  );
  const Derived = inContext(
    "class Derived extends class Base { hi() { return 'hi'; } } { hi() { return super.hi() + factor; } }",
  );
  assert.equal(await there(() => new (Derived as unknown as new () => { hi(): string })().hi()), "hi3");
  const fails = inContext("() => { throw Object.assign(new RangeError('far'), { limit: factor }); }");
  await assert.rejects(
    there(fails),
    (error: RangeError & { limit: number }) =>
      error instanceof RangeError && error.message === "far" && error.limit === 3,
  );
  assert.deepEqual(
    await there(
      (error: Error, list: unknown[]) => [
        error instanceof RangeError,
        error.message,
        list instanceof Array && list[0] instanceof Map,
      ],
      inContext("() => new RangeError('value')")(),
      inContext("() => [new Map([[1, { a: 2 }]])]")(),
    ),
    [true, "value", true],
  );
});

test("closures of another context that share a variable share it in the worker, too", async () => {
  const counters = inContext(
    "() => { const counter = () => { let n = 0; return { inc: () => ++n, get: () => n }; }; return [counter(), counter()]; }",
  )() as { inc: Fn; get: Fn }[];
  const [one, two] = counters;
  assert.deepEqual(await countsThere(one, two), [2, 1]);
  assert.deepEqual([one.get(), two.get()], [0, 0]);
});

test("each context's functions see their own context's globals, in one message too", async () => {
  const other = createContext({ factor: 7 });
  const times = inContext("(x) => x * factor");
  const otherTimes = runInContext("(x) => x * factor", other) as Fn;
  assert.deepEqual(await there((x: number) => [times(x), otherTimes(x)], 1), [3, 7]);
});

test("an instance with private fields of a class of another context keeps them in the worker", async () => {
  const Account = inContext(
    "class Account { #sum; constructor(sum) { this.#sum = sum; } add(x) { this.#sum += x; return this; } sum() { return this.#sum; } }",
  ) as unknown as new (sum: number) => { add(x: number): unknown; sum(): number };
  assert.deepEqual(await there((it) => [(it.add(2) as typeof it).sum(), it instanceof Account], new Account(1)), [
    3,
    true,
  ]);
});

test("nothing of the library's is left in any global object, and two copies of it do not disturb each other", async (t) => {
  const folder = temporaryFolder(t);
  const home = dirname(createRequire(__filename).resolve("parallel-typescript/package.json"));
  cpSync(join(home, "dist"), join(folder, "dist"), { recursive: true });
  cpSync(join(home, "package.json"), join(folder, "package.json"));
  symlinkSync(join(home, "..", "node_modules"), join(folder, "node_modules"));
  const copy = createRequire(__filename)(join(folder, "dist", "index.js")) as typeof Library;
  const pool = new copy.Pool(1);
  t.after(() => pool.terminate());
  for (let round = 1; round <= 3; round++) {
    let n = round;
    const both = { inc: () => ++n, get: () => n };
    const use = (it: typeof both): number => {
      it.inc();
      return it.get();
    };
    assert.deepEqual(await Promise.all([there(use, both), pool.apply(use, [both])]), [round + 1, round + 1]);
  }
  for (const global of [globalThis, runInContext("globalThis", context) as object]) {
    assert.deepEqual(
      Object.getOwnPropertySymbols(global).filter((key) => String(key).includes("hands")),
      [],
    );
  }
});

test("in a library that was loaded into another context, as Jest loads it, all that comes is of that context", async () => {
  const home = createContext({
    process,
    console,
    URL,
    URLSearchParams,
    DOMException,
    Buffer,
    SharedArrayBuffer,
    queueMicrotask,
    setTimeout,
    setInterval,
    setImmediate,
    clearTimeout,
    clearInterval,
    clearImmediate,
    TextEncoder,
    TextDecoder,
    performance,
    structuredClone,
    EventTarget,
    AbortSignal,
    AbortController,
    MessagePort,
    MessageChannel,
  });
  const loaded = new Map<string, { exports: unknown }>();
  const load = (file: string): unknown => {
    const known = loaded.get(file);
    if (known !== undefined) return known.exports;
    const module = { exports: {} };
    loaded.set(file, module);
    const native = createRequire(file);
    const requireThere = Object.assign(
      (name: string) => (/^\..*(?<!\.json)$/.test(name) ? load(native.resolve(name)) : (native(name) as unknown)),
      { cache: native.cache, main: native.main, resolve: native.resolve },
    );
    const run = runInContext(
      `(function (exports, require, module, __filename, __dirname) { ${readFileSync(file, "utf8")}\n})`,
      home,
      { filename: file },
    ) as Fn;
    run(module.exports, requireThere, module, file, dirname(file));
    return module.exports;
  };
  home.mp = load(createRequire(__filename).resolve("parallel-typescript"));
  const results = await (runInContext(
    `(async () => {
    const pool = new mp.Pool(1);
    try {
      const own = (it) => it instanceof Object && Object.getPrototypeOf(it) === it.constructor.prototype;
      const factor = 2;
      class Point { constructor(x) { this.x = x; } }
      class Secret { #inside = 1; constructor(x) { this.x = x; } get inside() { return this.#inside; } }
      const list = await pool.apply(() => [{ a: [1] }, new Map([[1, {}]]), new Set([[1]]), new Date(0), /x/g, new Uint8Array(9000), new Float32Array(2), new TypeError("t"), new Point(3)]);
      let n = 0;
      const count = () => ++n;
      const error = await pool.apply(() => { throw new RangeError("far"); }).catch((it) => it);
      const inner = new Uint8Array([1, 2]);
      return [list.every(own) && own(list), own(list[0].a), own(list[1].get(1)), list[8] instanceof Point, list[8].x, error instanceof RangeError, await pool.map((x) => x * factor, [1, 2]),
        await pool.apply(count), n, await pool.apply((it) => it instanceof Uint8Array && it.length, [inner]), own((await pool.map((x) => [x], [1]))[0]), own(await pool.apply(() => new Float64Array(9000))),
        await pool.apply((it) => new Secret(it.x + it.inside).x, [new Secret(4)]),
        (await pool.map((x) => x * 2, Array.from({ length: 300 }, (_, at) => at + 0.5), { chunkSize: 150 }))[299], (await pool.apply(() => Array.from({ length: 300 }, (_, at) => at))).length];
    } finally { await pool.terminate(); }
  })()`,
    home,
  ) as Promise<unknown[]>);
  assert.deepEqual(
    JSON.stringify(results),
    JSON.stringify([true, true, true, true, 3, true, [2, 4], 1, 0, 2, true, true, 5, 599, 300]),
  );
});
