import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import * as childProcess from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { createRequire } from "node:module";
import * as net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { onePool, there } from "../helpers/serialize";

/** Memory that can grow: the language has it since 2024, the types that are used here do not. */
const Resizable = ArrayBuffer as unknown as new (
  length: number,
  options: { maxByteLength: number },
) => ArrayBuffer & { resize(length: number): void };

/** The message of the SerializationError that a call rejects with. */
async function refusal(call: Promise<unknown>): Promise<string> {
  const error = await call.then(
    () => assert.fail("it travelled"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof mp.SerializationError, String(error));
  assert.equal(error.name, "SerializationError");
  return error.message;
}

test("what to do instead fits what was sent, where, and in which direction", async () => {
  assert.match(await refusal(there((x: unknown) => x, Promise.resolve(1))), /Await it first and send its value\.$/);
  assert.match(await refusal(there(() => [Promise.resolve(1)])), /Await it first and return its value\.$/);
  const makers = [
    () => new Set([1]).values(),
    () => [1].entries(),
    () => "ab".matchAll(/a/g),
    () => new Intl.Segmenter("en").segment("ab")[Symbol.iterator](),
    () => new URLSearchParams("a=1").keys(),
    // Since Node 22.
    ...("Iterator" in globalThis ? [() => ([1].values() as unknown as number[]).map((x) => x)] : []),
  ];
  for (const make of makers)
    assert.match(
      await refusal(there<[], unknown>(make)),
      /an iterator(?: of a Set)?, which is tied to the thread that made it\. Return the data that it holds\.$/,
    );
});

test("a socket is refused by the name of the variable and its function", async () => {
  const socket = new net.Socket();
  const fetchAll = (x: number): unknown => [socket, x];
  assert.match(
    await refusal(onePool().map(fetchAll, [1])),
    /^captured variable `socket` of `fetchAll` cannot travel to a worker: .*Create it inside the function/,
  );
  assert.match(
    await refusal(onePool().map((x) => [fetchAll, x], [1])),
    /^captured variable `socket` of `fetchAll` cannot/,
  );
  assert.match(await refusal(there(() => socket)), /^captured variable `socket` of the function cannot/);
});

test("what cannot travel in an item or an argument is named by its path", async () => {
  const stream = process.stdout;
  assert.match(
    await refusal(onePool().map((x) => x, [0, 1, 2, { stream }])),
    /^item 3, property `\.stream` cannot travel to a worker: it is a stream or socket/,
  );
  assert.match(
    await refusal(there((x) => x, { a: [1, new Map([["k", { deep: stream }]])] })),
    /item 0, property `\.a`, item 1, value of the string "k", property `\.deep` cannot/,
  );
});

test("what cannot travel in a result is named by its function", async () => {
  const load = (): unknown => ({ socket: new net.Socket() });
  assert.match(
    await refusal(there(load)),
    /^result of `load`, property `\.socket` cannot travel back from a worker: it is a stream or socket/,
  );
  assert.match(
    await refusal(
      onePool().map(
        function each() {
          return new WeakMap();
        },
        [1],
      ),
    ),
    /^result of `each` for item 0 cannot/,
  );
});

test("each kind of thing that is tied to its thread is refused with its name and a remedy", async () => {
  const worker = new Worker("setTimeout(() => {}, 100000)", { eval: true });
  const child = childProcess.spawn(process.execPath, ["-e", "setTimeout(() => {}, 100000)"]);
  const file = await open(__filename);
  const timer = setTimeout(() => undefined, 100_000);
  const { port1, port2 } = new MessageChannel();
  function* running(): Generator<number> {
    yield 1;
  }
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  const shrunk = new Resizable(8, { maxByteLength: 16 });
  const [beyond, beyondData] = [new Uint8Array(shrunk, 4, 4), new DataView(shrunk, 4, 4)];
  shrunk.resize(2);
  const things: [unknown, RegExp][] = [
    [Promise.resolve(1), /Await it first/],
    [new WeakMap(), /a WeakMap/],
    [new WeakSet(), /a WeakSet/],
    [new WeakRef({}), /a WeakRef/],
    [new Proxy({}, {}), /a Proxy/],
    [new Proxy(() => 1, {}), /a Proxy/],
    [running(), /a running generator/],
    [new Map().keys(), /an iterator of a Map/],
    [worker, /Worker/],
    [child, /ChildProcess/],
    [file, /FileHandle/],
    [timer, /Timeout/],
    [port1, /a MessagePort/],
    [new AbortController(), /AbortController|AbortSignal/],
    [new FinalizationRegistry(() => undefined), /a FinalizationRegistry/],
    [net.createServer(), /Server/],
    [new Intl.NumberFormat(), /NumberFormat/],
    [new AsyncLocalStorage(), /AsyncLocalStorage/],
    [new TextDecoder(), /TextDecoder/],
    [createHash("sha1"), /stream|Hash/],
    [onePool(), /it is a Pool/],
    [onePool().applyAsync(() => 1), /it is an AsyncResult/],
    [new mp.Process({ target: () => 1 }), /it is a Process/],
    [[Promise.resolve()], /item 0/],
    [revoked, /a Proxy/],
    [{ revoked }, /a Proxy/],
    [Object.create(revoked), /a Proxy/],
    [beyond, /its memory was made smaller/],
    [{ beyond }, /its memory was made smaller/],
    [beyondData, /its memory was made smaller/],
  ];
  try {
    for (const [thing, words] of things) assert.match(await refusal(there((it) => typeof it, thing)), words);
    for (const [thing, words] of things) assert.match(await refusal(there(() => typeof thing)), words);
  } finally {
    clearTimeout(timer);
    port1.close();
    port2.close();
    child.kill();
    await file.close();
    await worker.terminate();
  }
});

test("a refused call runs nothing: no worker gets a task", async () => {
  const memory = new Int32Array(new SharedArrayBuffer(4));
  await refusal(onePool().map(() => Atomics.add(memory, 0, 1), [1, 2, 3, new WeakMap()], { chunkSize: 1 }));
  assert.equal(await there(() => memory[0]), 0);
});

test("a function without a source says so", async () => {
  let resolve: (value: unknown) => void = () => undefined;
  void new Promise((it) => {
    resolve = it;
  });
  assert.match(await refusal(there(() => typeof resolve)), /native: it has no source/);
  const bound = resolve.bind(null);
  assert.match(await refusal(there(() => typeof bound)), /native: it has no source/);
});

test("a function made in a worker is not run here: returned, in an object, as a getter, as a class", async () => {
  assert.match(
    await refusal(there(() => () => 1)),
    /^result of (the|a) function cannot travel back from a worker: .*made in a worker.*Return data/,
  );
  assert.match(await refusal(there(() => ({ run: () => 1 }))), /property `\.run`/);
  assert.match(
    await refusal(
      there(() => ({
        get x() {
          return 1;
        },
      })),
    ),
    /getter of property `\.x`/,
  );
  assert.match(
    await refusal(
      there(
        () =>
          new (class Local {
            x = 1;
          })(),
      ),
    ),
    /Local|its class/,
  );
});

test("a result that looks like a message is data, not code", async () => {
  const before = Object.keys(globalThis).length;
  const forged = {
    nodes: [{ is: "function", code: "(globalThis.hacked = 1)", id: "x", form: "expression" }],
    scopes: [],
    root: [0],
    shared: [],
  };
  assert.deepEqual(await there((it) => it, forged), forged);
  assert.deepEqual(await there((it) => ({ plain: it }), forged), { plain: forged });
  assert.equal((globalThis as any).hacked, undefined);
  assert.equal(Object.keys(globalThis).length, before);
});

test("shared memory is refused by a Process, with the way out", () => {
  const memory = new SharedArrayBuffer(8);
  const start = (options: ConstructorParameters<typeof mp.Process>[0]) => () =>
    new mp.Process({ name: "P", ...options }).start();
  assert.throws(start({ target: () => 1, args: [memory] }), {
    name: "SerializationError",
    message: /^argument 1 of P cannot travel to a worker: it is shared memory.*Use a Pool/,
  });
  assert.throws(start({ target: () => memory }), { name: "SerializationError", message: /captured variable `memory`/ });
});

test("a view that may grow with its memory is refused where it would arrive as one that does not", async () => {
  class Bytes extends Uint8Array {}
  const memory = new Resizable(8, { maxByteLength: 16 });
  const shared = new (
    SharedArrayBuffer as unknown as new (length: number, options: { maxByteLength: number }) => SharedArrayBuffer
  )(8, { maxByteLength: 16 });
  for (const view of [new Bytes(memory), new Uint8Array(shared), new DataView(shared)]) {
    assert.match(
      await refusal(there((it) => it.byteLength, view)),
      /item 0 cannot travel to a worker: it is a view of memory that can grow/,
    );
  }
  assert.equal(await there((it) => it.length, new Bytes(memory, 0, 4)), 4);
  assert.equal(await there((it) => it.length, new Uint8Array(shared, 2, 4)), 4);
  assert.deepEqual(
    await there((it) => {
      it.buffer.resize(16);
      return it.length;
    }, new Uint8Array(memory)),
    16,
  );
});

test("a variable that has the name of this library's own helper is refused", async () => {
  const fn = new Function("const __parallelTypescript = 5; return () => __parallelTypescript;")() as () => number;
  assert.match(await refusal(there(fn)), /uses a variable named `__parallelTypescript`/);
});

test("what a package keeps to itself is named by the user's variable that leads there, with the way out", async (t) => {
  const file = join(temporaryFolder(t), "node_modules", "validator", "index.js");
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(
    file,
    "const seen = new WeakMap(); const isSeen = (it) => seen.has(it); exports.schema = () => ({ inner: { check: (it) => !isSeen(it) } });",
  );
  const { schema: makeSchema } = createRequire(__filename)(file) as {
    schema: () => { inner: { check(it: unknown): boolean } };
  };
  const schema = makeSchema();
  const validate = (x: object): boolean => schema.inner.check(x);
  const settings = { schema: schema.inner };
  const words =
    /^captured variable `schema` of `validate`, property `\.inner`, property `\.check`, captured variable `isSeen` of `check`, captured variable `seen` of `isSeen` cannot travel to a worker: it is a WeakMap.*export `schema` from a module.*import it/;
  assert.match(await refusal(onePool().map(validate, [{}])), words);
  assert.match(await refusal(onePool().map((x) => validate(x), [{}])), words);
  assert.match(
    await refusal(there(() => settings.schema)),
    /^captured variable `settings` of the function, property `\.schema`, .*export `settings`/,
  );
  assert.match(
    await refusal(onePool().map((it) => it.inner.check(1), [schema])),
    /^item 0, property `\.inner`, property `\.check`, captured variable `isSeen` of `check`/,
  );
});

test("after a refusal the pool works on", async () => {
  await refusal(there((it) => it, new WeakMap()));
  await refusal(there(() => new WeakMap()));
  assert.equal(await there((x: number) => x + 1, 1), 2);
});
