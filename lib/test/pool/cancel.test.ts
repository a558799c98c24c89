import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { takeRecord } from "../../dist/internal";
import { blockUntil, count, errorOf, makePool, sharedCells } from "../helpers/pool";

const isCancelled = async (result: mp.AsyncResult<unknown>): Promise<boolean> =>
  (await errorOf(result)) instanceof mp.CancelledError;

test("only what waits can be cancelled, and again and again (FutureTests.test_cancel)", async (t) => {
  const pool = makePool(t, 1);
  const gate = sharedCells(2);
  const running = pool.applyAsync(() => {
    count(gate);
    blockUntil(gate, 1, 1);
    return "done";
  });
  const ran = sharedCells();
  const waiting = mp.range(5).map(() => pool.applyAsync(() => count(ran)));
  await pool.ready;
  blockUntil(gate, 0, 1);
  assert.equal(running.cancel(), false);
  for (const result of waiting.slice(1)) {
    assert.equal(result.cancel(), true);
    assert.equal(result.ready(), true);
    assert.equal(result.successful(), false);
    assert.equal(result.cancel(), true);
    assert.ok(await isCancelled(result));
  }
  count(gate, 1);
  assert.equal(await running, "done");
  await waiting[0];
  assert.equal(running.cancel(), false, "it has ended");
  const failed = pool.applyAsync(() => {
    throw new mp.CancelledError("its own");
  });
  await failed.wait();
  assert.equal(failed.cancel(), false, "it has ended, with an error");
  assert.equal(ran[0], 1);
});

test("get() of what is cancelled meanwhile rejects (FutureTests.test_result_with_cancel), and its errorCallback is called (FutureTests.test_done_callback_with_cancel)", async (t) => {
  const pool = makePool(t, 1);
  const told: unknown[] = [];
  const result = pool.applyAsync(() => 1, [], { errorCallback: (error) => told.push(error) });
  const got = errorOf(result.get({ timeout: 60_000 }));
  assert.equal(result.cancel(), true, "no worker is there yet");
  const error = await got;
  assert.ok(error instanceof mp.CancelledError);
  assert.equal(error.name, "CancelledError");
  assert.deepEqual(told, [error]);
  assert.equal(await pool.apply(() => 2), 2);
});

test("a call with many items can be cancelled as long as none of its tasks has begun", async (t) => {
  const pool = makePool(t, 2);
  const gate = sharedCells(2);
  const block = (): void => {
    count(gate);
    blockUntil(gate, 1, 1);
  };
  const begun = pool.mapAsync(block, mp.range(20), { chunkSize: 1 });
  const ran = sharedCells();
  const waiting = pool.starmapAsync((x: number) => count(ran) + x, [[1], [2], [3]], { chunkSize: 1, progress: true });
  await pool.ready;
  blockUntil(gate, 0, 2);
  assert.equal(begun.cancel(), false);
  assert.equal(waiting.cancel(), true);
  assert.equal(waiting.ready(), true);
  assert.ok(await isCancelled(waiting));
  count(gate, 1);
  assert.equal((await begun).length, 20);
  assert.equal(begun.cancel(), false);
  assert.equal(ran[0], 0);
  assert.equal(pool.mapAsync(() => 1, []).cancel(), false, "it ends at once");
});

test("a call whose source is still read can be cancelled: the source is closed", async (t) => {
  const pool = makePool(t, 1);
  let closed = 0;
  async function* source(): AsyncGenerator<number> {
    try {
      for (let item = 0; ; item++) {
        yield item;
        await new Promise((resolve) => setImmediate(resolve));
      }
    } finally {
      closed++;
    }
  }
  const result = pool.mapAsync((x: number) => x, source());
  assert.equal(result.cancel(), true);
  assert.ok(await isCancelled(result));
  while (closed === 0) await new Promise((resolve) => setImmediate(resolve));
  pool.close();
  await pool.join();
});

test("a call that is cancelled at the moment of its begin has run, or has not: never both, and no call is lost", async (t) => {
  const pool = makePool(t, 2);
  await pool.ready;
  const ran = sharedCells(4000);
  const results = mp.range(ran.length).map((index) => pool.applyAsync((at: number) => count(ran, at), [index]));
  const cancelled: boolean[] = [];
  for (const [index, result] of results.entries()) {
    if (index % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    cancelled.push(index % 3 === 0 && result.cancel());
  }
  const ended = await Promise.all(
    results.map((result) =>
      result.then(
        () => "ran",
        (error: unknown) => (error instanceof mp.CancelledError ? "cancelled" : String(error)),
      ),
    ),
  );
  assert.deepEqual(
    ended,
    cancelled.map((is) => (is ? "cancelled" : "ran")),
  );
  assert.deepEqual(
    [...ran],
    cancelled.map((is) => (is ? 0 : 1)),
  );
});

test("a pool that is closed ends when what it waits for is cancelled", async (t) => {
  for (const start of [true, false]) {
    const pool = makePool(t, 1);
    if (start) await pool.ready;
    const result = pool.applyAsync(() => 1);
    pool.close();
    const joined = pool.join();
    const isGone = result.cancel();
    await joined;
    assert.equal(
      isGone,
      await result.then(
        () => false,
        () => true,
      ),
    );
    assert.equal(takeRecord(pool).running, 0);
  }
});

test("what is cancelled and not asked for is not warned of", async (t) => {
  const pool = makePool(t, 1);
  const names: string[] = [];
  const note = (warning: Error): void => void names.push(warning.message);
  process.on("warning", note);
  t.after(() => process.off("warning", note));
  for (let round = 0; round < 20; round++) assert.equal(pool.applyAsync(() => round).cancel(), true);
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--expose-gc");
  const { runInNewContext } = await import("node:vm");
  (runInNewContext("gc") as () => void)();
  await pool.apply(() => 1);
  assert.deepEqual(names, []);
});
