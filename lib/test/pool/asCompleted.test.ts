import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { blockUntil, collect, count, errorOf, makePool, sharedCells } from "../helpers/pool";

/** Three results that have ended: a good one, a failed one, a cancelled one, in this order. */
async function endedOnes(t: TestContext): Promise<mp.AsyncResult<number>[]> {
  const pool = makePool(t, 1);
  const good = pool.applyAsync(() => 42);
  await good;
  const failed = pool.applyAsync((): number => {
    throw new RangeError("no");
  });
  await failed.wait();
  // Of this one no worker is there yet.
  const cancelled = makePool(t, 1).applyAsync(() => 0);
  assert.ok(cancelled.cancel());
  await cancelled.wait();
  return [good, failed, cancelled];
}

test("all come, failed and cancelled ones too (AsCompletedTests.test_no_timeout)", async (t) => {
  const pool = makePool(t, 2);
  const ended = await endedOnes(t);
  const future1 = pool.applyAsync((x: number, y: number) => x * y, [2, 21]);
  const future2 = pool.applyAsync((x: number, y: number) => x * y, [7, 6]);
  const completed = await collect(mp.asCompleted([...ended, future1, future2]));
  assert.deepEqual(new Set(completed), new Set([...ended, future1, future2]));
  assert.equal((await errorOf(completed[1])).message, "no");
  assert.equal(await completed[4], 42);
});

test("when time is up, those that have ended were given, then comes TimeoutError (AsCompletedTests.test_future_times_out, test_correct_timeout_exception_msg)", async (t) => {
  const pool = makePool(t, 1);
  const ended = await endedOnes(t);
  const gate = sharedCells();
  const future1 = pool.applyAsync(() => blockUntil(gate, 0, 1));
  for (const timeout of [0, 20]) {
    const completed: unknown[] = [];
    const error = await errorOf(
      (async () => {
        for await (const result of mp.asCompleted<unknown>([...ended, future1], { timeout })) completed.push(result);
      })(),
    );
    assert.ok(error instanceof mp.TimeoutError);
    assert.equal(error.message, `asCompleted: 1 of 4 calls had not ended after ${timeout} ms. They go on.`);
    assert.deepEqual(completed, ended);
  }
  count(gate);
  await future1;
});

test("what is given twice comes once; any iterable will do (AsCompletedTests.test_duplicate_futures)", async (t) => {
  const future1 = makePool(t, 1).applyAsync(() => 1);
  function* repeat(): Generator<mp.AsyncResult<number>> {
    for (let time = 0; time < 3; time++) yield future1;
  }
  assert.equal((await collect(mp.asCompleted(repeat()))).length, 1);
});

test("it refers to no result that it has given (AsCompletedTests.test_free_reference_yielded_future)", async (t) => {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--expose-gc");
  const gc = (await import("node:vm")).runInNewContext("gc") as () => void;
  const gate = sharedCells();
  const last = makePool(t, 1).applyAsync(() => blockUntil(gate, 0, 1));
  const iterator = mp.asCompleted<unknown>([...(await endedOnes(t)).slice(0, 1), last]);
  const first = await (async () => new WeakRef(((await iterator.next()) as { value: object }).value))();
  while (first.deref() !== undefined) {
    await new Promise((resolve) => setImmediate(resolve));
    gc();
  }
  count(gate);
  assert.equal((await iterator.next()).value, last);
});

test("they come in the order in which they end, whether they have ended before or not, of several pools and with many items", async (t) => {
  const [one, two] = [makePool(t, 2), makePool(t, 1)];
  const gates = sharedCells(4);
  const wait = (at: number): number => {
    blockUntil(gates, at, 1);
    return at;
  };
  const results: mp.AsyncResult<unknown>[] = [
    one.applyAsync(wait, [0]),
    one.applyAsync(wait, [1]),
    two.mapAsync(wait, [2, 3]),
  ];
  const live = mp.asCompleted(results);
  const order = [1, 2, 0];
  const asked = [live.next(), live.next()];
  for (const at of order) {
    count(gates, at);
    if (at === 2) count(gates, 3);
    await results[at];
  }
  const seen = [...(await Promise.all(asked)).map(({ value }) => value), ...(await collect(live))];
  const wanted = order.map((at) => results[at]);
  assert.deepEqual(seen, wanted);
  assert.deepEqual(await collect(mp.asCompleted(results)), wanted);
});

test("leaving the loop leaves nothing behind, also while a result is waited for", async (t) => {
  const pool = makePool(t, 1);
  const gate = sharedCells();
  const waiting = pool.applyAsync(() => blockUntil(gate, 0, 1));
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const iterator = mp.asCompleted([waiting], { timeout: 1_000_000 });
  assert.equal(timers(), before + 1);
  const next = iterator.next();
  assert.deepEqual(await iterator.return?.(), { value: undefined, done: true });
  assert.equal(timers(), before);
  assert.deepEqual(await next, { value: undefined, done: true });
  for await (const result of mp.asCompleted<unknown>([
    pool.applyAsync(() => 1),
    makePool(t, 1).applyAsync(() => "one"),
    waiting,
  ])) {
    assert.equal(await result.get(), "one");
    result satisfies mp.AsyncResult<unknown>;
    break;
  }
  const { deferred } = waiting as unknown as { deferred: { listeners?: Set<unknown> } };
  assert.equal(deferred.listeners?.size, 0);
  count(gate);
  await waiting;
});

test("terminate() and wrong arguments come through the iterator", async (t) => {
  const pool = makePool(t, 1);
  const waiting = pool.applyAsync(() => blockUntil(sharedCells(), 0, 1));
  const iterator = mp.asCompleted([waiting]);
  await pool.terminate();
  const { value } = await iterator.next();
  assert.ok((await errorOf(value as PromiseLike<void>)) instanceof mp.PoolClosedError);
  assert.deepEqual(await collect(mp.asCompleted([])), []);
  for (const [results, options, message] of [
    [5, undefined, /^asCompleted: expected a list of AsyncResults.*the number 5/],
    [[Promise.resolve()], undefined, /among what came is an object of class Promise/],
    [[], { timeout: -1 }, /^asCompleted: timeout must be a number of milliseconds/],
    [[], { limit: 1 }, /asCompleted has no option "limit"/],
  ] as const) {
    const wrong = mp.asCompleted(results as never, options as never);
    assert.match((await errorOf(wrong.next())).message, message);
  }
});
