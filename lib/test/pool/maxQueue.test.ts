import assert from "node:assert/strict";
import { test } from "node:test";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { blockUntil, collect, count, errorOf, makePool, sharedCells, until } from "../helpers/pool";

const OPEN = 0;
const BEGUN = 1;
const gateTask = (cells: Int32Array): number => {
  count(cells, BEGUN);
  blockUntil(cells, OPEN, 1);
  return mp.currentWorker?.number ?? 0;
};

test("what is more waits outside the queue, and runs in its turn", async (t) => {
  const pool = makePool(t, 1, { maxQueue: 2 });
  const cells = sharedCells(3);
  const order: number[] = [];
  const results = mp.range(10).map((at) =>
    pool.applyAsync(
      (gate: Int32Array) => {
        count(gate, 1);
        blockUntil(gate, 0, 1);
      },
      [cells],
      { callback: () => order.push(at) },
    ),
  );
  await pool.ready;
  await until(() => cells[BEGUN] === 1);
  assert.ok(results.every((result) => !result.ready()));
  const { queued, outside, busy } = pool.stats();
  assert.deepEqual([busy, queued, outside], [1, 2, 7]);
  assert.equal(results[9]?.cancel(), true, "outside");
  assert.equal(results[1]?.cancel(), true, "inside");
  assert.deepEqual([pool.stats().queued, pool.stats().outside], [2, 5]);
  count(cells, OPEN);
  await Promise.allSettled(results);
  assert.deepEqual(order, [0, 2, 3, 4, 5, 6, 7, 8]);
  assert.deepEqual([pool.stats().queued, pool.stats().outside], [0, 0]);
});

test("all ways to call end, whatever the bound, and with workers that are replaced, end and start", async (t) => {
  for (const [size, maxQueue, options] of [
    [1, 1, {}],
    [4, 1, {}],
    [2, 3, { maxTasksPerChild: 2 }],
    [2, 1, { idleTimeout: 0 }],
  ] as const) {
    const pool = makePool(t, size, { maxQueue, ...options });
    const items = mp.range(6);
    const double = (x: number): number => 2 * x;
    const all = await Promise.all([
      pool.map(double, items, { chunkSize: 1 }),
      collect(pool.imap(double, items)),
      collect(pool.imapUnordered(double, items, { chunkSize: 2 })).then((list) => list.sort((one, two) => one - two)),
      Promise.all(items.map((x) => pool.apply(double, [x]))),
      pool
        .starmapAsync(
          double,
          items.map((x) => [x] as [number]),
        )
        .get(),
    ]);
    for (const list of all) assert.deepEqual(list, items.map(double));
    pool.close();
    await pool.join();
  }
});

test("imap reads no more of its source than there is room for", async (t) => {
  const pool = makePool(t, 1, { maxQueue: 1 });
  const cells = sharedCells(2);
  let read = 0;
  function* source(): Generator<Int32Array> {
    for (;;) {
      read++;
      yield cells;
    }
  }
  const results = pool.imap(gateTask, source());
  const first = results.next();
  await until(() => cells[BEGUN] === 1);
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(read, 3, "one runs, one waits in the queue, one outside it");
  count(cells, OPEN);
  assert.equal((await first).value, 1);
  await until(() => read > 3);
  await results.return?.();
  assert.equal(await pool.apply(() => 5), 5);
});

test("a loop over imap that is left while its task waits outside frees everything; others go on", async (t) => {
  const pool = makePool(t, 1, { maxQueue: 1 });
  const cells = sharedCells(2);
  const running = pool.applyAsync(gateTask, [cells]);
  await until(() => cells[BEGUN] === 1);
  const inside = pool.applyAsync(() => "inside");
  const left = pool.imap((x: number) => x, mp.range(100));
  const asked = left.next();
  await new Promise((resolve) => setImmediate(resolve));
  const other = collect(pool.imap((x: number) => x, mp.range(3)));
  await left.return?.();
  assert.deepEqual(await asked, { value: undefined, done: true });
  count(cells, OPEN);
  assert.deepEqual(await Promise.all([running, inside, other]), [1, "inside", [0, 1, 2]]);
});

test("workers that die, again and again, hold up nobody who waits outside", async (t) => {
  const pool = makePool(t, 2, { maxQueue: 1 });
  const results = mp.range(12).map((x) =>
    pool.applyAsync(
      (item: number) => {
        if (item % 3 === 0) process.exit(1);
        return item;
      },
      [x],
    ),
  );
  const ends = await Promise.all(
    results.map((result) => result.then(String, (error: unknown) => (error as Error).name)),
  );
  assert.deepEqual(
    ends,
    mp.range(12).map((x) => (x % 3 === 0 ? "WorkerDiedError" : String(x))),
  );
});

test("Stop, abort, terminate and close end or finish what waits outside as the others", async (t) => {
  const cells = sharedCells(2);
  const fill = (pool: mp.Pool, signal?: AbortSignal): Promise<unknown>[] => [
    pool.apply(gateTask, [cells]),
    ...mp.range(4).map(() => pool.apply(() => 1, [], signal && { signal })),
    pool.imap((x: number) => x, mp.range(9)).next(),
  ];
  const names = async (results: Promise<unknown>[]): Promise<unknown[]> =>
    (await Promise.allSettled(results)).map((end) =>
      end.status === "fulfilled" ? "done" : (end.reason as Error).name,
    );
  const begin = async (): Promise<{ pool: mp.Pool; ends: Promise<unknown[]>; abort: () => void }> => {
    cells.fill(0);
    const pool = makePool(t, 1, { maxQueue: 1 });
    const controller = new AbortController();
    const ends = names(fill(pool, controller.signal));
    await until(() => cells[BEGUN] === 1);
    return { pool, ends, abort: () => controller.abort() };
  };

  const stopped = await begin();
  pressStop();
  assert.deepEqual(await stopped.ends, Array(6).fill("Interrupted"));
  assert.equal(await stopped.pool.apply(() => 2), 2);

  const aborted = await begin();
  aborted.abort();
  count(cells, OPEN);
  assert.deepEqual(await aborted.ends, ["done", ...Array<string>(4).fill("AbortError"), "done"]);

  const terminated = await begin();
  await terminated.pool.terminate();
  assert.deepEqual(await terminated.ends, Array(6).fill("PoolClosedError"));

  const closed = await begin();
  closed.pool.close();
  count(cells, OPEN);
  assert.deepEqual(await closed.ends, Array(6).fill("done"));
  await closed.pool.join();
});

test("a wrong maxQueue is refused", async () => {
  assert.throws(() => new mp.Pool(1, { maxQueue: 0 }), {
    name: "RangeError",
    message: "Pool: maxQueue must be a positive integer; got the number 0.",
  });
  assert.match((await errorOf(mp.withPool(1, () => 1, { maxQueue: 1.5 }))).message, /maxQueue/);
});
