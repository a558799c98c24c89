import assert from "node:assert/strict";
import { Session } from "node:inspector";
import { test } from "node:test";
import { join } from "node:path";
import { Piscina } from "piscina";
import * as mp from "parallel-typescript";
// The price of a message alone, without the journey, is not to be seen from outside.
import { encode } from "../../dist/internal";
import { bytesSent, onePool, there } from "../helpers/serialize";

/** The least time of several runs, in turns, so that what else the machine does hits both alike. */
function leastTimes(...actions: (() => unknown)[]): number[] {
  const least = actions.map(() => Infinity);
  for (let run = 0; run < 25; run++) {
    actions.forEach((action, index) => {
      const start = performance.now();
      action();
      least[index] = Math.min(least[index], performance.now() - start);
    });
  }
  return least;
}

test("plain arrays of numbers and of strings cost little beside the structured clone that they need anyway", () => {
  for (const array of [
    mp.range(200_000),
    mp.range(200_000).map((x) => x + 0.5),
    mp.range(100_000).map((x) => `word ${x}`),
  ]) {
    const [ours, clone] = leastTimes(
      () => encode(array, { what: "it", shared: true }),
      () => structuredClone(array),
    );
    assert.ok(ours <= 0.2 * clone, `${ours} ms beside ${clone} ms`);
    assert.deepEqual(Object.keys(encode(array, { what: "it", shared: true }).message), ["cloned"]);
  }
});

test("each kind of value is encoded for a few structured clones of it", () => {
  class Point {
    constructor(readonly x: number) {}
  }
  const many = Array.from({ length: 5000 }, (_, x) => ({ x, name: `n${x}`, tags: ["a", "b"], at: { x } }));
  const bytes = 1_000_000;
  /** The value, what structured clone carries in its place where it does not carry the value, and how many of those it may cost. */
  const kinds: Record<string, readonly [value: unknown, clone: unknown, most: number]> = {
    Buffer: [Buffer.alloc(bytes), new Uint8Array(bytes), 5],
    "typed array": [new Float64Array(bytes / 8), new Float64Array(bytes / 8), 2],
    "shared memory": [new Uint8Array(new SharedArrayBuffer(bytes)), new Uint8Array(bytes), 2],
    ArrayBuffer: [new ArrayBuffer(bytes), new ArrayBuffer(bytes), 2],
    records: [many, many, 4],
    Map: [new Map(many.map(({ x, name }) => [x, name])), new Map(many.map(({ x, name }) => [x, name])), 2],
    Set: [new Set(many.map(({ name }) => name)), new Set(many.map(({ name }) => name)), 2],
    dates: [many.map(({ x }) => new Date(x)), many.map(({ x }) => new Date(x)), 5],
    instances: [many.map(({ x }) => new Point(x)), many.map(({ x }) => ({ x })), 12],
    "a string": ["x".repeat(bytes), "x".repeat(bytes), 2],
  };
  for (const [kind, [value, other, most]] of Object.entries(kinds)) {
    const [ours, clone] = leastTimes(
      () => encode(value, { what: "it", shared: true }),
      () => structuredClone(other),
    );
    assert.ok(ours <= most * clone, `${kind}: ${ours} ms beside ${clone} ms`);
  }
});

test("a Buffer and a typed array of a class of one's own cost about what structured clone does; what they have beside their bytes goes along", async () => {
  class Pixels extends Uint8Array {
    width?: number;
  }
  const [buffer, pixels] = [Buffer.alloc(2 ** 20, 1), new Pixels(2 ** 20)];
  const tag = Symbol.for("tag");
  Object.assign(pixels, { width: 512, "01": "zero one", [tag]: "tagged" });
  for (const bytes of [buffer, pixels]) {
    const [ours, clone] = leastTimes(
      () => encode(bytes, { what: "it", shared: true }),
      () => structuredClone(new Uint8Array(bytes.buffer)),
    );
    assert.ok(ours <= 20 * clone, `${ours} ms beside ${clone} ms`);
  }
  const seen = await there(
    (it: any) => [it.constructor.name, it.length, it.width, it["01"], it[Symbol.for("tag")]],
    pixels,
  );
  assert.deepEqual(seen, ["Pixels", 2 ** 20, 512, "zero one", "tagged"]);
  for (const own of [new Uint8Array(200), Buffer.alloc(200)]) {
    for (const length of [3, 1e9]) {
      Object.defineProperty(own, "length", { value: length, configurable: true });
      assert.deepEqual(await there((it: Uint8Array) => [it.length, it.byteLength], own), [length, 200]);
    }
  }
});

test("a function that needs nothing is asked of V8 once; an ordinary one costs a few questions", (t) => {
  const K = 3;
  const pure = (x: number): number => x ** 3;
  const cube = (x: number): number => x ** K;
  const send = (fn: unknown): number => {
    const before = post.mock.callCount();
    encode(fn, { what: "f", shared: true });
    return post.mock.callCount() - before;
  };
  const post = t.mock.method(Session.prototype, "post");
  send(pure);
  send(cube);
  assert.equal(send(pure), 0);
  const questions = send(cube);
  assert.ok(questions > 0 && questions <= 8, `${questions} questions`);
});

test("a function without outside names is asked of V8 once, however often it is made; a variable's value is asked each time", async (t) => {
  const pool = onePool();
  const add = (x: number): number => x + 1;
  const owner = {
    factor: 3,
    make() {
      return (x: number) => x * this.factor;
    },
  };
  const post = t.mock.method(Session.prototype, "post");
  /** What is asked of V8 when such a function is sent for the second time, right after the first. */
  const asked = async (make: () => (x: number) => number): Promise<string[]> => {
    const first = pool.apply(make(), [2]);
    post.mock.resetCalls();
    const second = pool.apply(make(), [2]);
    const questions = post.mock.calls.map(({ arguments: [method] }) => String(method));
    assert.deepEqual(await Promise.all([first, second]), [make()(2), make()(2)]);
    return questions;
  };
  assert.deepEqual(await asked(() => (x) => x * 7 + 1), []);
  const ofVariable = await asked(() => (x) => x + add(x));
  assert.ok(ofVariable.length > 0 && ofVariable.length <= 8, ofVariable.join());
  const ofThis = await asked(() => owner.make());
  // To start the debugger takes 15 ms and more.
  assert.ok(ofThis.includes("Debugger.setBreakpoint") && !ofThis.includes("Debugger.enable"), ofThis.join());
});

test("a function's payload is made once a call, however many chunks there are", async () => {
  const tables = Array.from({ length: 20_000 }, (_, index) => ({ index }));
  const use = (x: number): number => tables[x % 20_000].index;
  const once = await bytesSent(() => onePool().map(use, mp.range(10), { chunkSize: 10 }));
  const often = await bytesSent(() => onePool().map(use, mp.range(1000), { chunkSize: 1 }));
  const alone = await bytesSent(() => onePool().map((x: number) => x, mp.range(1000), { chunkSize: 1 }));
  assert.ok(often - alone < 2 * once, `${often} bytes in all, ${alone} of them for the items, ${once} in one chunk`);
});

test("10,000 objects that share one class carry its source once, and cost a few structured clones", async (t) => {
  class Particle {
    x = 1;
    private readonly text = "a rather long text, so that it would be seen if it were sent more than once a message";
    describe(): string {
      return this.text;
    }
  }
  const particles = Array.from({ length: 10_000 }, () => new Particle());
  const { message } = encode(particles, { what: "it", shared: true }) as { message: { nodes: { is: string }[] } };
  assert.equal(message.nodes.filter(({ is }) => is === "function").length, 1);
  // As many were looked at one by one, at 20 times the cost of a structured clone.
  const records = particles.map((particle) => ({ ...particle }));
  const [encoding, cloning] = leastTimes(
    () => encode(particles, { what: "it", shared: true }),
    () => structuredClone(records),
  );
  t.diagnostic(`to encode 10,000 instances: ${(encoding / cloning).toFixed(1)} structured clones`);
  assert.ok(encoding < 12 * cloning, `${encoding} ms beside ${cloning} ms`);
  assert.equal(
    await onePool().apply((list: Particle[]) => list.filter((it) => it instanceof Particle).length, [particles]),
    10_000,
  );
});

/** The least time of each of several calls, in turns. */
async function leastOf(rounds: number, ...calls: (() => Promise<unknown>)[]): Promise<number[]> {
  const least = calls.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [index, call] of calls.entries()) {
      const start = performance.now();
      await call();
      least[index] = Math.min(least[index], performance.now() - start);
    }
  }
  return least;
}

test("through the pool: large plain arrays cost little more than with plain piscina, and so does capturing", async (t) => {
  const piscina = new Piscina({
    filename: join(__dirname, "..", "..", "test", "serialize", "fixtures", "length.cjs"),
    minThreads: 1,
    maxThreads: 1,
    concurrentTasksPerWorker: 1,
    atomics: "disabled",
  });
  try {
    const arrays = {
      "200,000 integers": mp.range(200_000),
      "200,000 fractions": mp.range(200_000).map((x) => x + 0.5),
      "100,000 strings": mp.range(100_000).map((x) => `word ${x}`),
    };
    const length = (list: unknown[]): number => list.length;
    for (const [what, array] of Object.entries(arrays)) {
      const [ours, plain] = await leastOf(
        40,
        () => onePool().apply(length, [array]),
        () => piscina.run(array),
      );
      t.diagnostic(`${what}: ${(ours / plain).toFixed(2)} times plain piscina (${plain.toFixed(1)} ms)`);
      assert.ok(ours < 3 * plain, `${what}: ${ours} ms beside ${plain} ms`);
    }
    const table = { factor: 3 };
    const scale = (x: number): number => x * table.factor;
    const ordinary = (x: number): number => scale(x) + join("a", "b").length;
    const [captured, alone] = await leastOf(
      200,
      () => onePool().apply((x: number) => ordinary(x), [1]),
      () => onePool().apply(Math.abs, [1]),
    );
    t.diagnostic(
      `a function that refers to two functions, an object and an import: ${(captured - alone).toFixed(2)} ms more than one that every worker has (${alone.toFixed(2)} ms)`,
    );
    assert.ok(captured < 20 * alone, `${captured} ms beside ${alone} ms`);
  } finally {
    await piscina.destroy();
  }
});
