import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { blockUntil, collect, count, errorOf, makePool, sharedCells, until } from "../helpers/pool";

const same = (x: number): number => x;
type Call = (pool: mp.Pool, fn: (x: any) => any, items: Iterable<number>, signal: AbortSignal) => PromiseLike<unknown>;
const calls: Record<string, Call> = {
  map: (pool, fn, items, signal) => pool.map(fn, items, { signal, chunkSize: 1 }),
  mapAsync: (pool, fn, items, signal) => pool.mapAsync(fn, items, { signal, chunkSize: 1 }),
  starmap: (pool, fn, items, signal) =>
    pool.starmap(
      fn,
      [...items].map((x): [number] => [x]),
      { signal, chunkSize: 1 },
    ),
  starmapAsync: (pool, fn, items, signal) =>
    pool.starmapAsync(
      fn,
      [...items].map((x): [number] => [x]),
      { signal, chunkSize: 1 },
    ),
  applyAsync: (pool, fn, [first], signal) => pool.applyAsync(fn, [first], { signal }),
  imap: (pool, fn, items, signal) => collect(pool.imap(fn, items, { signal })),
  imapUnordered: (pool, fn, items, signal) => collect(pool.imapUnordered(fn, items, { signal })),
};

for (const [name, call] of Object.entries(calls)) {
  test(`${name}: aborting passes on the reason and frees workers from an endless loop`, async (t) => {
    const pool = makePool(t, 2);
    const begun = sharedCells();
    const control = new AbortController();
    const promise = call(
      pool,
      () => {
        count(begun);
        for (;;);
      },
      mp.range(20),
      control.signal,
    );
    const outcome = errorOf(promise);
    await until(() => Atomics.load(begun, 0) >= 1);
    const reason = new RangeError("enough");
    control.abort(reason);
    assert.equal(await outcome, reason);
    assert.deepEqual(await pool.map(same, [1, 2, 3], { chunkSize: 1 }), [1, 2, 3]);
    assert.ok(Atomics.load(begun, 0) <= 2, "no further chunk was begun");
    assert.equal(getEventListeners(control.signal, "abort").length, 0);
  });

  test(`${name}: a signal that is aborted already runs nothing`, async (t) => {
    const pool = makePool(t, 1);
    const begun = sharedCells();
    const reason = new Error("before");
    assert.equal(await errorOf(call(pool, () => count(begun), [1, 2], AbortSignal.abort(reason))), reason);
    assert.equal(await pool.apply(same, [1]), 1);
    assert.equal(Atomics.load(begun, 0), 0);
  });

  test(`${name}: a signal that is not used, or aborted afterwards, changes nothing`, async (t) => {
    const pool = makePool(t, 1);
    const control = new AbortController();
    await call(pool, same, [1, 2, 3], control.signal);
    assert.equal(getEventListeners(control.signal, "abort").length, 0);
    control.abort();
    assert.equal(await pool.apply(same, [1]), 1);
  });
}

test("aborting one call does not touch the others", async (t) => {
  const pool = makePool(t, 2);
  const begun = sharedCells();
  const control = new AbortController();
  const stuck = errorOf(
    pool.map(
      () => {
        count(begun);
        for (;;);
      },
      [1],
      { signal: control.signal },
    ),
  );
  const other = pool.map(
    (x: number) => {
      for (const end = performance.now() + 10; performance.now() < end;);
      return x;
    },
    mp.range(10),
    { chunkSize: 1 },
  );
  await until(() => Atomics.load(begun, 0) === 1);
  control.abort();
  assert.equal((await stuck).name, "AbortError");
  assert.deepEqual(await other, mp.range(10));
});

test("aborting ends map while it waits for its source, and closes the source", async (t) => {
  const pool = makePool(t, 1);
  const control = new AbortController();
  let closed = false;
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<IteratorResult<number>>(() => undefined),
      return: async () => {
        closed = true;
        return { done: true as const, value: undefined };
      },
    }),
  };
  const outcome = errorOf(pool.map(same, source, { signal: control.signal }));
  control.abort(new Error("waited long enough"));
  assert.equal((await outcome).message, "waited long enough");
  assert.ok(closed);
  assert.equal(await pool.apply(same, [1]), 1);
});

test("aborting again and again, right after the pool was made and while workers start, leaves a working pool", async (t) => {
  const pool = makePool(t, 2);
  for (let round = 0; round < 10; round++) {
    const control = new AbortController();
    const outcome = errorOf(
      pool.map(
        () => {
          for (;;);
        },
        mp.range(4),
        { chunkSize: 1, signal: control.signal },
      ),
    );
    if (round % 3 === 1) await new Promise((resolve) => setImmediate(resolve));
    if (round % 3 === 2) await new Promise((resolve) => setTimeout(resolve, 20));
    control.abort(round);
    assert.equal(await outcome, round);
  }
  assert.deepEqual(await pool.map(same, mp.range(10), { chunkSize: 1 }), mp.range(10));
});

test("AbortSignal.timeout works as a time limit", async (t) => {
  const pool = makePool(t, 1);
  const error = await errorOf(
    pool.map(
      () => {
        for (;;);
      },
      [1],
      { signal: AbortSignal.timeout(50) },
    ),
  );
  assert.equal(error.name, "TimeoutError");
  assert.equal(await pool.apply(same, [1]), 1);
});

test("a task that was answered is not lost when the one after it is aborted", async (t) => {
  const pool = makePool(t, 1);
  const cells = sharedCells();
  await pool.apply(() => undefined);
  const control = new AbortController();
  const quick = pool.apply(() => count(cells));
  const endless = errorOf(
    pool.apply(() => new Promise(() => (count(cells), setInterval(() => undefined, 1000))), [], {
      signal: control.signal,
    }),
  );
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  // The first one's answer is on its way, and not read.
  blockUntil(cells, 0, 2);
  control.abort();
  assert.equal((await endless).name, "AbortError");
  assert.equal(await quick, 0);
});

test("an endless loop that V8 unrolls is ended by a timeout, a signal and the end of the pool", async (t) => {
  const unrolled = (): void => {
    for (;;) void new Array(100).fill(0).length;
  };
  const pool = makePool(t, 1);
  await assert.rejects(pool.apply(unrolled, [], { timeout: 300 }), mp.TimeoutError);
  assert.deepEqual(await pool.map(same, [1, 2]), [1, 2]);
  await assert.rejects(pool.apply(unrolled, [], { signal: AbortSignal.timeout(300) }), { name: "TimeoutError" });
  // Another pool begins while nothing is at work, and V8 unrolls loops again meanwhile.
  const other = makePool(t, 1);
  const ended = errorOf(other.apply(unrolled));
  await new Promise((resolve) => setTimeout(resolve, 300));
  await other.terminate();
  assert.ok((await ended) instanceof mp.PoolClosedError);
  assert.deepEqual(await pool.map(same, [3]), [3]);
});

test("the time of a task begins with the task: a worker that is kept busy before it begins does not count", async (t) => {
  const pool = makePool(t, 1);
  const cells = sharedCells();
  await pool.apply(() => {
    setTimeout(() => {
      count(cells);
      for (const end = performance.now() + 300; performance.now() < end;);
    }, 1);
  });
  await until(() => Atomics.load(cells, 0) === 1);
  assert.equal(await pool.apply(same, [1], { timeout: 100 }), 1);
});

/** A pool whose workers all hang, each in a timer of a task that has ended. */
async function makeHanging(t: TestContext, workers: number): Promise<mp.Pool> {
  const pool = makePool(t, workers);
  const cells = sharedCells(2);
  const hangSoon = (): void => {
    count(cells);
    blockUntil(cells, 0, workers);
    setTimeout(() => {
      count(cells, 1);
      for (;;);
    }, 1);
  };
  await Promise.all(mp.range(workers).map(() => pool.apply(hangSoon)));
  await until(() => Atomics.load(cells, 1) === workers);
  return pool;
}

test("a task with a limit goes on elsewhere when its worker never begins it", { timeout: 30_000 }, async (t) => {
  const pool = await makeHanging(t, 1);
  assert.equal(await pool.apply(same, [1], { timeout: 1000 }), 1);
});

test("a worker that does not begin a task is given up when the task's limit is over, not after twice as long", async (t) => {
  const pool = await makeHanging(t, 1);
  const result = pool.apply(same, [1], { timeout: 3000 });
  // Both timers are this thread's: the pool's is the earlier one, however busy the machine is.
  await new Promise((resolve) => setTimeout(resolve, 4500));
  assert.equal(pool.stats().died, 1);
  assert.equal(await result, 1);
});

test("a task with a limit that two workers do not begin is given up", { timeout: 30_000 }, async (t) => {
  const pool = await makeHanging(t, 2);
  const error = await errorOf(pool.apply(same, [1], { timeout: 100 }));
  assert.ok(error instanceof mp.TimeoutError);
  assert.match(error.message, /^The task has a time limit, and no worker could begin it\./);
});
