// One suite for every runner, as a user of the library would write it. What differs between runners is in runner.js.
import assert from "node:assert";
import os, { EOL } from "node:os";
import * as path from "node:path";
import * as mp from "parallel-typescript";
import { Pool, range } from "parallel-typescript";
import seedrandom from "seedrandom";
import { after, before, modulesAreTransformed, test } from "./runner.js";
import * as shapes from "./shapes.js";
import { Circle, Refused, Sealed, count, refuse } from "./shapes.js";

const factor = 3;
let pool;
before(() => {
  pool = new Pool(2, { initializer: (value) => { globalThis.given = value; }, initargs: [5] });
});
after(() => pool.terminate());

test("map with a closure", async () => {
  assert.deepStrictEqual(await pool.map((x) => x * factor, [1, 2, 3]), [3, 6, 9]);
});

test("values come back as they are here", async () => {
  const made = await pool.apply((x) => ({ list: [x], map: new Map([[x, { x }]]), date: new Date(x), bytes: new Uint8Array([x]) }), [1]);
  assert.deepStrictEqual(made, { list: [1], map: new Map([[1, { x: 1 }]]), date: new Date(1), bytes: new Uint8Array([1]) });
});

test("modules of Node", async () => {
  assert.strictEqual(await pool.apply(() => path.join("a", path.basename("x/y")) + typeof os.cpus + EOL.length), `${path.join("a", "y")}function${EOL.length}`);
});

test("a module of npm, and the library itself", async () => {
  assert.strictEqual(await pool.apply(() => seedrandom("a")()), seedrandom("a")());
  assert.strictEqual(await pool.apply(() => mp.range(3).length + range(2).length), 5);
});

test("functions of an own module, passed themselves and called inside another", async () => {
  assert.strictEqual(await pool.apply(() => shapes.area(new Circle(2)) === shapes.area(new Circle(2)) && count() > 0), true);
  const one = new Pool(1);
  try {
    // A worker has the module for itself; a copy of a function has a copy of its state.
    assert.deepStrictEqual([await one.apply(count), await one.apply(() => count()), await one.apply(() => shapes.count())], modulesAreTransformed ? [1, 1, 1] : [1, 2, 3]);
  } finally {
    await one.terminate();
  }
});

test("instances there and back", async () => {
  const back = await pool.apply((it) => new Circle(it.radius + (it instanceof Circle ? 1 : 0)), [new Circle(2)]);
  assert.ok(back instanceof Circle);
  assert.strictEqual(back.radius + back.width, 9);
});

test("an instance with private members arrives, and is refused on its way back", async () => {
  assert.strictEqual(await pool.apply((it) => it.inside + new Sealed(1).inside, [new Sealed(2)]), 3);
  await pool.apply((it) => it, [new Sealed(2)]).then(() => assert.fail("it came back"), (error) => assert.match(error.message, /Return its data instead/));
});

test("errors keep their class, and say where they come from", async () => {
  const error = await pool.apply(refuse).catch((reason) => reason);
  assert.ok(error instanceof Refused);
  assert.deepStrictEqual([error.message, error.code], ["no", 7]);
  assert.ok(error.cause instanceof mp.RemoteError);
  const range = await pool.apply(() => { throw new RangeError("far"); }).catch((reason) => reason);
  assert.ok(range instanceof RangeError);
});

test("the this around an arrow function, and variables that are assigned to", async () => {
  const scale = { by: 2, all(items) { return mp.withPool(1, (one) => one.map((x) => x * this.by, items)); } };
  assert.deepStrictEqual(await scale.all([1, 2]), [2, 4]);
  let n = 0;
  const counter = { add: () => ++n, read: () => n };
  assert.strictEqual(await pool.apply((it) => { it.add(); return it.read(); }, [counter]), 1);
  assert.strictEqual(n, 0);
});

test("import() inside a function", async () => {
  assert.strictEqual(await pool.apply(async () => (await import("node:os")).EOL), EOL);
});

test("the initializer has run in each worker", async () => {
  assert.deepStrictEqual(await pool.map(() => globalThis.given, range(4)), [5, 5, 5, 5]);
});

test("a process, and a queue", async () => {
  const queue = new mp.Queue();
  const child = new mp.Process({ target: async (into, x) => { await into.put([x * factor, path.basename("a/b"), count()]); }, args: [queue, 2] });
  child.start();
  await child.join();
  assert.strictEqual(child.exitCode, 0);
  assert.deepStrictEqual(await queue.get(), [6, "b", 1]);
});
