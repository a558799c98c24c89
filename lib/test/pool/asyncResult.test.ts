import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { blockUntil, count, errorOf, makePool, sharedCells } from "../helpers/pool";

test("get() waits for the result, as often as it is asked (_TestPool.test_async)", async (t) => {
  const result = makePool(t, 1).applyAsync((x: number) => x * x, [7]);
  assert.equal(await result.get(), 49);
  assert.equal(await result.get({ timeout: 0 }), 49);
  assert.equal(await result, 49);
});

test("get() rejects with TimeoutError when time is up, and the task goes on (_TestPool.test_async_timeout)", async (t) => {
  const gate = sharedCells();
  const result = makePool(t, 1).applyAsync(() => {
    blockUntil(gate, 0, 1);
    return "done";
  });
  const error = await errorOf(result.get({ timeout: 20 }));
  assert.ok(error instanceof mp.TimeoutError);
  assert.match(error.message, /20 ms/);
  assert.ok((await errorOf(result.get({ timeout: 0 }))) instanceof mp.TimeoutError);
  await result.wait({ timeout: 5 });
  assert.equal(result.ready(), false);
  count(gate);
  assert.equal(await result.get(), "done");
});

test("ready() and successful() tell whether the call has ended, and how", async (t) => {
  const pool = makePool(t, 1);
  const gate = sharedCells();
  const good = pool.applyAsync(() => blockUntil(gate, 0, 1));
  const bad = pool.applyAsync(() => {
    throw new Error("no");
  });
  assert.equal(good.ready(), false);
  assert.throws(() => good.successful(), { name: "RangeError", message: /not ready/ });
  count(gate);
  await good.get();
  await bad.wait();
  assert.deepEqual([good.ready(), good.successful(), bad.ready(), bad.successful()], [true, true, true, false]);
  assert.equal((await errorOf(bad.get())).message, "no");
});

test("an AsyncResult prints as pending, as its value, or as rejected", async (t) => {
  const pool = makePool(t, 1);
  const result = pool.applyAsync(() => ({ a: 1 }));
  assert.equal(inspect(result), "AsyncResult { <pending> }");
  await result.wait();
  assert.equal(inspect(result), "AsyncResult { { a: 1 } }");
  const failed = pool.applyAsync(() => {
    throw new Error("no");
  });
  await failed.wait();
  assert.match(inspect(failed), /^AsyncResult \{ <rejected> Error: no/);
});

test("a wrong timeout is refused through the promise", async (t) => {
  const result = makePool(t, 1).applyAsync(() => 1);
  for (const timeout of [-1, NaN, "5", null]) {
    assert.equal((await errorOf(result.get({ timeout: timeout as number }))).name, "RangeError");
    assert.equal((await errorOf(result.wait({ timeout: timeout as number }))).name, "RangeError");
  }
  assert.equal(await result.get({ timeout: Infinity }), 1);
  assert.equal(await result.get({ timeout: 1e12 }), 1);
});
