import assert from "node:assert/strict";
import { createSecretKey } from "node:crypto";
import { BlockList } from "node:net";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { there, thereAndBack } from "../helpers/serialize";

declare const WebAssembly: { compile(bytes: Uint8Array): Promise<object>; readonly Module: new () => object };
class Titled {
  constructor(readonly text: string) {}
  shout(): string {
    return this.text.toUpperCase();
  }
}

test("everything that structured clone knows arrives equal", async () => {
  const values = [
    undefined,
    null,
    true,
    0,
    -0,
    NaN,
    Infinity,
    1e308,
    12n,
    -(2n ** 80n),
    "",
    "é😀\0",
    new Date(5),
    new Date(NaN),
    /a(b)?/giu,
    new Map([[{ k: 1 }, new Set([1])]]),
    new Set(["x"]),
    [1, , 3],
    [[[]]],
    { a: { b: { c: 1 } } },
    Object(1),
    Object("s"),
    Object(false),
    Object(3n),
    new Uint8Array([1, 2]),
    new Float64Array([1.5, NaN]),
    new BigInt64Array([1n]),
    new DataView(new ArrayBuffer(3)),
    new ArrayBuffer(4),
    new Error("e"),
  ];
  const back = await thereAndBack(values);
  const invalid = (date: unknown): unknown => (date instanceof Date && Number.isNaN(+date) ? "no time" : date);
  assert.deepEqual(back.map(invalid), values.map(invalid));
  assert.ok(Object.is(back[4], -0) && !(1 in (back[17] as unknown[])));
});

test("sparse arrays, named properties of arrays and long arrays arrive as they are", async () => {
  const sparse: unknown[] = [];
  sparse[50_000] = 1;
  const named = Object.assign([1, 2], { unit: "cm", [Symbol.for("s")]: 1 });
  const match = /b(?<c>c)/.exec("abc");
  const back = await thereAndBack({ sparse, named, match });
  assert.equal(back.sparse.length, 50_001);
  assert.equal(0 in back.sparse, false);
  assert.equal(back.named.unit, "cm");
  assert.equal((back.named as unknown as Record<symbol, number>)[Symbol.for("s")], 1);
  assert.deepEqual([back.match?.index, back.match?.input, back.match?.groups?.c], [1, "abc", "c"]);
});

test("symbols: well-known, registered, and one's own with their identity", async () => {
  const own = Symbol("own");
  const seen = await there(
    (a: symbol, b: symbol, c: symbol) => [a === Symbol.iterator, b === Symbol.for("key"), c === own, a, b, c] as const,
    Symbol.iterator,
    Symbol.for("key"),
    own,
  );
  assert.deepEqual(seen, [true, true, true, Symbol.iterator, Symbol.for("key"), own]);
  const keyed = await thereAndBack({ [own]: 1, [Symbol.toStringTag]: "Tag" });
  assert.deepEqual([keyed[own], String(keyed)], [1, "[object Tag]"]);
});

test("null prototypes, other prototypes and property descriptors arrive", async () => {
  const bare = Object.assign(Object.create(null) as Record<string, number>, { x: 1 });
  const parent = {
    hello() {
      return "hi";
    },
  };
  const child = Object.create(parent, {
    hidden: { value: 1 },
    fixed: { value: 2, enumerable: true },
    double: {
      get() {
        return this.fixed * 2;
      },
      configurable: true,
    },
  });
  const [a, b] = await thereAndBack([bare, child]);
  assert.equal(Object.getPrototypeOf(a), null);
  assert.equal(a.x, 1);
  assert.deepEqual(Object.getOwnPropertyDescriptors(b), Object.getOwnPropertyDescriptors(child));
  assert.deepEqual([b.hello(), b.double, Object.keys(b)], ["hi", 4, ["fixed"]]);
});

test("frozen, sealed and locked objects arrive so", async () => {
  const [frozen, sealed, locked, array, inner] = await thereAndBack([
    Object.freeze({ a: 1 }),
    Object.seal({ a: 1 }),
    Object.preventExtensions({ a: 1 }),
    Object.freeze([1, 2]),
    Object.freeze({ map: new Map([[1, Object.freeze({})]]) }),
  ] as const);
  assert.ok(
    Object.isFrozen(frozen) &&
      Object.isSealed(sealed) &&
      !Object.isFrozen(sealed) &&
      !Object.isExtensible(locked) &&
      !Object.isSealed(locked),
  );
  assert.ok(Object.isFrozen(array) && Object.isFrozen((inner as { map: Map<number, object> }).map.get(1)));
  assert.deepEqual(array, [1, 2]);
});

test("typed-array views that share a buffer share it in the worker and when they are back", async () => {
  const buffer = new ArrayBuffer(16);
  const [bytes, words] = [new Uint8Array(buffer, 4, 8), new Uint32Array(buffer)];
  const seen = await there(
    (a: Uint8Array, b: Uint32Array, c: ArrayBuffer) => {
      a[0] = 7;
      return [a.buffer === b.buffer, b.buffer === c, b[1], a.byteOffset, a, b] as const;
    },
    bytes,
    words,
    buffer,
  );
  assert.deepEqual(seen.slice(0, 4), [true, true, 7, 4]);
  assert.equal(seen[4].buffer, seen[5].buffer);
  assert.equal(bytes[0], 0);
});

test("Buffers stay Buffers, and those that share memory go on sharing it", async () => {
  const whole = Buffer.from("hello");
  const part = whole.subarray(1, 3);
  const [a, b] = await there(
    (x: Buffer, y: Buffer) => {
      y[0] = 69;
      return [x, y];
    },
    whole,
    part,
  );
  assert.ok(Buffer.isBuffer(a) && Buffer.isBuffer(b));
  assert.deepEqual([a.toString(), b.toString(), a.buffer === b.buffer], ["hEllo", "El", true]);
});

test("transfer moves a buffer there and back; without it buffers are copied", async () => {
  const pixels = new Float64Array(1000).fill(2);
  const back = await there(
    (it: Float64Array) => {
      it[0] = 5;
      return mp.transfer(it, [it.buffer as ArrayBuffer]);
    },
    mp.transfer(pixels, [pixels.buffer]),
  );
  assert.deepEqual([back[0], back[1], back.length, pixels.length], [5, 2, 1000, 0]);
  const kept = new Float64Array(10);
  await there((it: Float64Array) => it.length, kept);
  assert.equal(kept.length, 10);
  await assert.rejects(
    there((it: Float64Array) => it.length, mp.transfer(pixels, [pixels.buffer])),
    mp.SerializationError,
  );
  assert.throws(() => mp.transfer(kept, [kept as unknown as ArrayBuffer]), TypeError);
});

test("a buffer that two items move, which go in two messages, is refused and stays here", async () => {
  const buffer = new ArrayBuffer(8);
  const items = [mp.transfer(new Uint8Array(8), []), mp.transfer(buffer, [buffer]), mp.transfer(buffer, [buffer])];
  const message =
    "item 2 moves a buffer that an item before it moves, too, to another task. Transfer each buffer once, or send a copy.";
  await mp.withPool(1, async (pool) => {
    const length = (it: ArrayBufferLike | Uint8Array): number => it.byteLength;
    await assert.rejects(pool.map(length, items, { chunkSize: 1 }), { name: "SerializationError", message });
    assert.equal(buffer.byteLength, 8);
    assert.deepEqual(await pool.map(length, items, { chunkSize: 3 }), [8, 8, 8]);
  });
});

test("a SharedArrayBuffer is shared, also when a captured variable or a view holds it", async () => {
  const memory = new SharedArrayBuffer(8);
  const view = new Int32Array(memory);
  await there((it: SharedArrayBuffer) => {
    Atomics.add(new Int32Array(it), 0, 5);
    Atomics.add(view, 0, 2);
    view[1] = 9;
  }, memory);
  assert.deepEqual([...view], [7, 9]);
  const back = await thereAndBack(view);
  back[0] = 100;
  assert.equal(view[0], 100);
});

test("functions inside values travel: in arrays, maps, as methods", async () => {
  const table = new Map<string, (x: number) => number>([["double", (x) => x * 2]]);
  const toolbox = {
    table,
    list: [(x: number) => x + 1],
    run(name: string, x: number) {
      return this.list[0](this.table.get(name)?.(x) ?? 0);
    },
  };
  assert.equal(await there((it: typeof toolbox) => it.run("double", 4), toolbox), 9);
});

test("URL, URLSearchParams and arguments objects arrive as what they are", async () => {
  const back = await thereAndBack({ url: new URL("a://b/c?d=1"), query: new URLSearchParams("x=1&x=2") });
  assert.ok(back.url instanceof URL && back.url.searchParams.get("d") === "1");
  assert.deepEqual(back.query.getAll("x"), ["1", "2"]);
  const seen = await there(
    function (...rest: unknown[]) {
      return Array.from(rest[0] as ArrayLike<number>);
    },
    (function (a: number, b: number) {
      assert.equal(a + b, 3);
      // eslint-disable-next-line prefer-rest-params
      return arguments;
    })(1, 2),
  );
  assert.deepEqual(seen, [1, 2]);
});

test("process.env and other things of Node's that every worker has travel by name", async () => {
  const { env } = process;
  assert.equal(await there(() => typeof env.PATH === typeof process.env.PATH), true);
  const { log } = console;
  assert.equal(await there(() => log === console.log), true);
});

test("what an array has beside its items travels, however long it is", async () => {
  for (const length of [2, 500, 5000]) {
    const array = Object.assign(
      Array.from({ length }, (_, index) => index),
      { title: new Titled("t"), fn: () => length, [Symbol.for("s")]: 1 },
    );
    Object.defineProperty(array, "hidden", { value: 7, enumerable: false });
    const back = await there(
      (it: typeof array) => [
        it.title.shout(),
        it.fn(),
        it[Symbol.for("s") as unknown as number],
        (it as unknown as { hidden: number }).hidden,
        it.length,
        it[length - 1],
      ],
      array,
    );
    assert.deepEqual(back, ["T", length, 1, 7, length, length - 1]);
    const only = Object.defineProperty(
      Array.from({ length }, (_, index) => index),
      "hidden",
      { value: 7 },
    );
    assert.deepEqual(
      Object.getOwnPropertyDescriptor(await thereAndBack(only), "hidden"),
      Object.getOwnPropertyDescriptor(only, "hidden"),
    );
    const typed = Object.assign(new Float64Array(length), { title: "t" });
    assert.equal(await there((it: typeof typed) => it.title, typed), "t");
  }
  let calls = 0;
  const lazy = Object.defineProperty([1, 2], 1, { get: () => ++calls, enumerable: true, configurable: true });
  const locked = Object.defineProperty([1, 2], 1, { writable: false });
  assert.deepEqual(
    await there(
      (a, b) => [typeof Object.getOwnPropertyDescriptor(a, 1)?.get, Object.getOwnPropertyDescriptor(b, 1)?.writable],
      lazy,
      locked,
    ),
    ["function", false],
  );
  assert.equal(calls, 0);
  await assert.rejects(
    thereAndBack(Object.defineProperty([1, 2], "length", { writable: false })),
    (error: Error) => error instanceof mp.SerializationError && error.message.includes("length is locked"),
  );
});

test("an array of four billion holes costs no more than what is in it", async () => {
  const sparse: number[] = [];
  sparse[4_294_967_290] = 1;
  assert.deepEqual(await there((it: number[]) => [it.length, Object.keys(it)], sparse), [
    4_294_967_291,
    ["4294967290"],
  ]);
  const mixed = Object.assign(sparse.slice(0, 0), { 4_000_000_000: () => 5 });
  assert.equal(await there((it) => it[4_000_000_000](), mixed), 5);
});

test("what threads can hand on to each other travels in a pool: Blob, keys, modules of WebAssembly", async () => {
  const blob = new Blob(["hello"]);
  const key = createSecretKey(Buffer.from("abc"));
  const wasm = await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
  const cryptoKey = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
  const blocked = new BlockList();
  blocked.addAddress("1.2.3.4");
  assert.deepEqual(
    await there(
      async (a, b, c, d, e) => [
        await a.text(),
        await blob.text(),
        b.export().toString(),
        c instanceof WebAssembly.Module,
        d.type,
        e.check("1.2.3.4"),
      ],
      blob,
      key,
      wasm,
      cryptoKey,
      blocked,
    ),
    ["hello", "hello", "abc", true, "secret", true],
  );
  assert.equal(await (await thereAndBack(blob)).text(), "hello");
  assert.throws(() => new mp.Process({ target: () => blob }).start(), {
    name: "SerializationError",
    message: /a Process shares no memory/,
  });
});

test("subclasses of URL keep their class; an arguments object keeps what was added to it", async () => {
  class Page extends URL {
    slug(): string {
      return this.pathname.slice(1);
    }
  }
  const back = await there((it: Page) => {
    it.hash = "x";
    return it;
  }, new Page("http://here/there"));
  assert.ok(back instanceof Page);
  assert.deepEqual([back.slug(), back.href], ["there", "http://here/there#x"]);
  const given = (
    function () {
      // eslint-disable-next-line prefer-rest-params
      return Object.assign(arguments, { extra: 3 });
    } as (...values: unknown[]) => { length: number; extra: number }
  )(1, 2);
  assert.deepEqual(await there((it) => [it.length, it.extra, Object.prototype.toString.call(it)], given), [
    2,
    3,
    "[object Arguments]",
  ]);
});
