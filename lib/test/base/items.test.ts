/** What Python's `map` takes, a pool takes: every iterable, everywhere that items are taken. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { collect, makePool, runScript } from "../helpers/pool";

class Countdown {
  constructor(readonly from: number) {}
  *[Symbol.iterator](): Generator<number> {
    for (let x = this.from; x > 0; x--) yield x;
  }
}
class Inherits extends Countdown {}
class Doubled extends Array<number> {
  override *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.length; at++) yield this[at] * 2;
  }
}
/** A function, and a list at the same time. */
const callable = Object.assign(() => 5, {
  *[Symbol.iterator]() {
    yield 1;
    yield 2;
  },
});
const patched = Object.assign([1, 2, 3], {
  *[Symbol.iterator]() {
    yield 9;
  },
});
const plain = {
  [Symbol.iterator]: () => {
    let x = 0;
    return { next: () => ({ done: x === 2, value: x++ }) };
  },
};

/** Made anew for each use: some can be gone through once only. */
const sources: Record<string, () => Iterable<unknown>> = {
  "a string": () => "añ😀",
  "no letters": () => "",
  "a String": () => new String("ab"),
  "a list": () => [1, 2],
  "a list with a hole": () => [1, , 3],
  "a locked list": () => Object.freeze([1, 2]),
  "a list whose iterator was replaced": () => patched,
  "a list of a class with an iterator of its own": () => Doubled.from([1, 2]),
  "a Set": () => new Set([1, "a"]),
  "a Map": () =>
    new Map([
      ["a", 1],
      ["b", 2],
    ]),
  "the keys of a Map": () =>
    new Map([
      ["a", 1],
      ["b", 2],
    ]).keys(),
  "a typed array": () => Float32Array.of(1.5, 2),
  "big integers": () => BigInt64Array.of(1n, -2n),
  "a Buffer": () => Buffer.from("ab"),
  "a generator": () =>
    (function* () {
      yield 1;
      yield "a";
    })(),
  "a class that inherits its iterator": () => new Inherits(3),
  "a function that can be gone through": () => callable,
  "a Proxy of a list": () => new Proxy([1, 2], {}),
  "an object without a class": () =>
    Object.assign(Object.create(null) as object, {
      *[Symbol.iterator]() {
        yield 1;
      },
    }) as Iterable<unknown>,
  "an iterator by hand": () => plain,
  "search parameters": () => new URLSearchParams("a=1&b=2"),
  matches: () => [..."a1b2".matchAll(/\d/g)].map(([digit]) => digit),
  "an iterator with both ways": () => mp.progress([1, 2]),
  "undefined where the other way would be": () => Object.assign([7], { [Symbol.asyncIterator]: undefined }),
};
const same = <T>(x: T): T => x;

test("each method takes its items from any kind of iterable", async (t) => {
  t.mock.method(process.stderr, "write", () => true);
  const pool = makePool(t, 2);
  for (const [name, make] of Object.entries(sources)) {
    const items = [...make()];
    const wrapped = function* (): Generator<[unknown]> {
      for (const item of make()) yield [item];
    };
    assert.deepEqual(await pool.map(same, make()), items, `map: ${name}`);
    assert.deepEqual(await pool.mapAsync(same, make(), { chunkSize: 1 }), items, `mapAsync: ${name}`);
    assert.deepEqual(await pool.starmap(same, wrapped()), items, `starmap: ${name}`);
    assert.deepEqual(await pool.starmapAsync(same, wrapped()), items, `starmapAsync: ${name}`);
    assert.deepEqual(await collect(pool.imap(same, make())), items, `imap: ${name}`);
    assert.deepEqual(
      new Set(await collect(pool.imapUnordered(same, make(), { chunkSize: 2 }))),
      new Set(items),
      `imapUnordered: ${name}`,
    );
    assert.deepEqual(await pool.map(same, make(), { progress: true }), items, `a bar: ${name}`);
    assert.deepEqual(await collect(mp.progress(make())), items, `progress: ${name}`);
    assert.deepEqual([...mp.progress(make())], items, `progress at once: ${name}`);
    const all = (...args: unknown[]): unknown[] => args;
    assert.deepEqual(await pool.starmap(all, [make()] as unknown[][]), [items], `a list of arguments: ${name}`);
    if (typeof make() !== "string")
      assert.deepEqual(await pool.apply(all, make() as unknown[]), items, `arguments: ${name}`);
  }
});

test("a source that is shorter than a chunk, or ends within one, gives all its items", async (t) => {
  const pool = makePool(t, 2);
  async function* slowly(items: Iterable<number>): AsyncGenerator<number> {
    yield* items;
  }
  for (const method of ["imap", "imapUnordered"] as const) {
    for (const size of [0, 1, 2, 3, 4, 5, 7, 8, 9, 23]) {
      for (const source of [mp.range(size), new Set(mp.range(size)), slowly(mp.range(size))]) {
        const found = await collect(pool[method](same, source as Iterable<number>, { chunkSize: 4 }));
        assert.deepEqual(
          found.sort((one, other) => one - other),
          mp.range(size),
          `${method} of ${size}`,
        );
      }
    }
  }
});

test("initargs and the args of a process may be any iterable, which is read at once", async (t) => {
  for (const [name, make] of Object.entries(sources)) {
    if (name === "an iterator with both ways") continue;
    const seen = await mp.withPool(1, (pool) => pool.apply(() => (globalThis as any).given), {
      initializer: (...args: unknown[]) => {
        (globalThis as any).given = args;
      },
      initargs: make() as unknown[],
    });
    assert.deepEqual(seen, [...make()], name);
  }
  const child = new mp.Process({
    target: (...args: number[]) => {
      process.exitCode = args.reduce((sum, x) => sum + x, 0);
    },
    args: new Set([1, 2, 4]) as never,
  });
  t.after(() => child.kill());
  child.start();
  await child.join();
  assert.equal(child.exitCode, 7);
});

test("strings, and primitives whose prototype has an iterator, are sources too", async (t) => {
  const { stdout, code } = await runScript(
    t,
    `
    Number.prototype[Symbol.iterator] = function* () { for (let x = 0; x < this; x++) yield x; };
    Boolean.prototype[Symbol.asyncIterator] = async function* () { yield 1; yield 2; };
    (async () => {
      const pool = new mp.Pool(1);
      const same = (x) => x;
      const list = [];
      for await (const x of pool.imap(same, 3)) list.push(x);
      for await (const x of pool.imap(same, true)) list.push(x);
      console.log(JSON.stringify([await pool.map(same, 3), list, await pool.map(same, true), await pool.starmap(Math.max, [2, 3])]));
      await pool.terminate();
    })();
  `,
  );
  assert.deepEqual([code, stdout.trim()], [0, "[[0,1,2],[0,1,2,1,2],[1,2],[1,2]]"]);
});
