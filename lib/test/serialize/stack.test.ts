import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { makePool } from "../helpers/pool";

/** Sends a new function of a new script, whose address is not known yet, with that limit for stacks. */
async function cubeWith(t: import("node:test").TestContext, limit: unknown): Promise<{ cube: unknown; kept: boolean }> {
  const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") as PropertyDescriptor;
  t.after(() => Object.defineProperty(Error, "stackTraceLimit", before));
  const pool = makePool(t, 1);
  const cube = new Function("k", "return (x) => k * x ** 3")(2) as (x: number) => number;
  Object.defineProperty(Error, "stackTraceLimit", { value: limit, writable: false, configurable: true });
  return { cube: await pool.apply(cube, [3]), kept: Error.stackTraceLimit === limit };
}

for (const limit of [Infinity, 0, undefined, "many"]) {
  test(`a function travels where Error.stackTraceLimit is ${String(limit)} and cannot be written`, async (t) => {
    assert.deepEqual(await cubeWith(t, limit), { cube: 54, kept: true });
  });
}

test("a Process takes a function where Error.stackTraceLimit is Infinity", async (t) => {
  const before = Error.stackTraceLimit;
  t.after(() => {
    Error.stackTraceLimit = before;
  });
  Error.stackTraceLimit = Infinity;
  const k = 2;
  const queue = new mp.Queue<number>();
  const child = new mp.Process({ target: async (x: number) => queue.put(k * x ** 3), args: [3] });
  child.start();
  await child.join();
  assert.deepEqual([child.exitCode, await queue.get()], [0, 54]);
});
