import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { errorOf, makePool, until } from "../helpers/pool";
import { startProcess } from "../helpers/process";

const isBroken = (error: unknown): boolean => error instanceof mp.BrokenBarrierError;
const N = 5;

/** All but one wait; what becomes of each. */
function others(barrier: mp.Barrier): Promise<unknown>[] {
  return mp.range(N - 1).map(() => barrier.wait().catch((error: unknown) => error));
}

test("wrong arguments are refused; it prints what it is (BarrierTests.test_repr)", async () => {
  for (const parties of [0, -1, 1.5, NaN, "2"]) assert.throws(() => new mp.Barrier(parties as number), RangeError);
  assert.throws(() => new mp.Barrier(2, { timeout: -1 }), RangeError);
  const barrier = new mp.Barrier(3);
  const waiting = errorOf(barrier.wait());
  assert.equal(inspect(barrier), "Barrier { parties: 3, waiting: 1, broken: false }");
  barrier.abort();
  assert.ok(isBroken(await waiting));
  assert.equal(inspect(barrier), "Barrier { parties: 3, waiting: 0, broken: true }");
});

test("nobody passes before all have come, again and again (_TestBarrier.test_barrier, test_barrier_10, test_thousand)", async (t) => {
  const pool = makePool(t, N);
  const barrier = new mp.Barrier(N);
  const cells = mp.sharedArray(Int32Array, 1);
  const wrong = await pool.map(
    async () => {
      let early = 0;
      for (let round = 1; round <= 100; round++) {
        Atomics.add(cells, 0, 1);
        await barrier.wait();
        if (Atomics.load(cells, 0) < 5 * round) early++;
        await barrier.wait();
      }
      return early;
    },
    mp.range(N),
    { chunkSize: 1 },
  );
  assert.deepEqual([wrong, cells[0], barrier.waiting, barrier.broken], [[0, 0, 0, 0, 0], 500, 0, false]);
});

test("each gets a number of its own (_TestBarrier.test_wait_return)", async (t) => {
  const barrier = new mp.Barrier(N);
  const queue = new mp.Queue<number>();
  const pool = makePool(t, 2);
  const inTasks = pool.map(() => barrier.wait(), [1, 2], { chunkSize: 1 });
  const child = startProcess(
    t,
    async (each: mp.Barrier, told: mp.Queue<number>) => told.put(await each.wait()),
    barrier,
    queue,
  );
  const numbers = [...(await Promise.all([barrier.wait(), barrier.wait()])), ...(await inTasks), await queue.get()];
  assert.deepEqual(numbers.sort(), mp.range(N));
  await child.join();
});

test("abort() breaks it, for those who wait and those who come (_TestBarrier.test_abort)", async () => {
  const barrier = new mp.Barrier(N);
  const waits = others(barrier);
  barrier.abort();
  assert.ok((await Promise.all(waits)).every(isBroken));
  assert.ok(barrier.broken);
  assert.match((await errorOf(barrier.wait())).message, /Call reset\(\)/);
});

test("reset() sends those away who wait, and makes it as new (_TestBarrier.test_reset, test_abort_and_reset)", async () => {
  const barrier = new mp.Barrier(N);
  for (const abort of [false, true]) {
    const waits = others(barrier);
    if (abort) barrier.abort();
    barrier.reset();
    assert.ok((await Promise.all(waits)).every(isBroken));
    assert.deepEqual([barrier.broken, barrier.waiting], [false, 0]);
    const again = others(barrier);
    assert.equal(await barrier.wait(), N - 1);
    assert.deepEqual(await Promise.all(again), mp.range(N - 1));
  }
});

test("a timeout, its own or that of the barrier, breaks it (_TestBarrier.test_timeout, test_default_timeout)", async () => {
  for (const [options, own] of [
    [undefined, { timeout: 5 }],
    [{ timeout: 5 }, undefined],
  ] as const) {
    const barrier = new mp.Barrier(3, options);
    const other = errorOf(barrier.wait({ timeout: 60_000 }));
    const late = await errorOf(barrier.wait(own));
    assert.ok(isBroken(late) && late.cause instanceof mp.TimeoutError);
    assert.match(late.message, /2 of 3 parties had come after 5 ms/);
    assert.ok(isBroken(await other) && barrier.broken);
  }
});

test("a thread may be blocked until all have come, but not the one that made it", async (t) => {
  const pool = makePool(t, 2);
  const barrier = new mp.Barrier(4);
  const child = startProcess(t, (each: mp.Barrier) => void each.waitSync(), barrier);
  const tasks = pool.map(() => barrier.waitSync(), [1, 2], { chunkSize: 1 });
  assert.throws(() => barrier.waitSync(), /await barrier.wait\(\)/);
  await until(() => barrier.waiting === 3);
  assert.equal(barrier.waitSync(), 3);
  await child.join();
  assert.equal(child.exitCode, 0);
  assert.equal(new Set(await tasks).size, 2);
  barrier.abort();
  assert.throws(() => barrier.waitSync(), mp.BrokenBarrierError);
});

test("one party passes at once (_TestBarrier.test_single_thread)", async () => {
  const barrier = new mp.Barrier(1);
  assert.deepEqual([await barrier.wait(), await barrier.wait()], [0, 0]);
});

test("an abort and Stop reject with their reason, and break it for the others", async () => {
  const control = new AbortController();
  for (const [end, name] of [
    [() => control.abort(), "AbortError"],
    [pressStop, "Interrupted"],
  ] as const) {
    const barrier = new mp.Barrier(3);
    const other = errorOf(barrier.wait());
    const waiting = errorOf(barrier.wait(name === "AbortError" ? { signal: control.signal } : {}));
    end();
    assert.equal((await waiting).name, name);
    assert.ok(barrier.broken);
    assert.ok(["BrokenBarrierError", "Interrupted"].includes((await other).name));
  }
});

test("a worker or process that dies while it waits breaks it", async (t) => {
  const pool = makePool(t, 2);
  const barrier = new mp.Barrier(3);
  const control = new AbortController();
  const dying = errorOf(pool.apply(() => barrier.wait(), [], { signal: control.signal }));
  const waiting = errorOf(barrier.wait());
  await until(() => barrier.waiting === 2);
  control.abort();
  assert.equal((await dying).name, "AbortError");
  assert.ok(isBroken(await waiting));
  barrier.reset();
  const child = startProcess(t, (each: mp.Barrier) => each.wait(), barrier);
  await until(() => barrier.waiting === 1);
  const other = errorOf(pool.apply(() => barrier.wait()));
  await until(() => barrier.waiting === 2);
  child.kill();
  assert.ok(isBroken(await other));
});

test("tasks and processes abort and reset it, and see that at once", async (t) => {
  const pool = makePool(t, 1);
  const barrier = new mp.Barrier(2);
  const act = (each: mp.Barrier): unknown[] => {
    each.abort();
    const seen = [each.broken, each.parties];
    each.reset();
    return [...seen, each.broken];
  };
  const waiting = errorOf(barrier.wait());
  assert.deepEqual(await pool.apply(act, [barrier]), [true, 2, false]);
  assert.ok(isBroken(await waiting));
  const queue = new mp.Queue<unknown>();
  const again = errorOf(barrier.wait());
  const child = startProcess(
    t,
    async (each: mp.Barrier, told: mp.Queue<unknown>, does: (each: mp.Barrier) => unknown[]) => told.put(does(each)),
    barrier,
    queue,
    act,
  );
  assert.deepEqual(await queue.get(), [true, 2, false]);
  assert.ok(isBroken(await again));
  assert.equal(barrier.waiting, 0);
  await child.join();
});
