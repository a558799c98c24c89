import assert from "node:assert/strict";
import { test } from "node:test";
import { threadId } from "node:worker_threads";
import * as mp from "parallel-typescript";
import { takeRecord } from "../../dist/internal";
import { blockUntil, count, errorOf, makePool, sharedCells } from "../helpers/pool";

const sqr = (x: number): number => x * x;
const whichThread = (): number => threadId;
/** How many tasks each worker did. */
function tally(threads: readonly number[]): number[] {
  const tallies = new Map<number, number>();
  for (const thread of threads) tallies.set(thread, (tallies.get(thread) ?? 0) + 1);
  return [...tallies.values()];
}

test("a worker is replaced after exactly maxTasksPerChild tasks (_TestPoolWorkerLifetime.test_pool_worker_lifetime)", async (t) => {
  const pool = makePool(t, 3, { maxTasksPerChild: 10 });
  const results = mp.range(100).map((x) => pool.applyAsync((item: number) => [threadId, item * item], [x]));
  const done = await Promise.all(results);
  assert.deepEqual(
    done.map(([, square]) => square),
    mp.range(100).map(sqr),
  );
  const tasks = tally(done.map(([thread]) => thread));
  assert.ok(
    tasks.every((n) => n <= 10),
    String(tasks),
  );
  assert.ok(tasks.filter((n) => n < 10).length <= 3, "only the last ones may have done less");
});

test("a chunk counts as one task", async (t) => {
  const pool = makePool(t, 1, { maxTasksPerChild: 2 });
  const threads = await pool.map(whichThread, mp.range(12), { chunkSize: 3 });
  assert.deepEqual(tally(threads), [6, 6]);
});

test("a failed task counts too", async (t) => {
  const pool = makePool(t, 1, { maxTasksPerChild: 2 });
  const first = await pool.apply(whichThread);
  await errorOf(
    pool.apply(() => {
      throw new Error("no");
    }),
  );
  assert.notEqual(await pool.apply(whichThread), first);
});

test("a pool that is closed early still does all its tasks (_TestPoolWorkerLifetime.test_pool_worker_lifetime_early_close)", async (t) => {
  const pool = makePool(t, 3, { maxTasksPerChild: 1 });
  const results = mp.range(6).map((x) => pool.applyAsync(sqr, [x]));
  pool.close();
  await pool.join();
  assert.deepEqual(
    results.map((result) => result.ready()),
    results.map(() => true),
  );
  assert.deepEqual(await Promise.all(results), mp.range(6).map(sqr));
});

test("maxTasksPerChild must be a positive integer (_TestPoolWorkerLifetime.test_pool_maxtasksperchild_invalid)", () => {
  for (const maxTasksPerChild of [0, -1, 0.5, "12"])
    assert.throws(() => new mp.Pool(3, { maxTasksPerChild: maxTasksPerChild as number }), RangeError);
});

test("moved buffers come back from a worker's last task", async (t) => {
  const pool = makePool(t, 1, { maxTasksPerChild: 1 });
  const result = await pool.apply(
    (n: number) => {
      const array = new Float64Array(n).fill(2);
      return mp.transfer(array, [array.buffer]);
    },
    [3],
  );
  assert.deepEqual(result, new Float64Array([2, 2, 2]));
});

test("a task after an abort is not lost", async (t) => {
  const pool = makePool(t, 2, { maxTasksPerChild: 1 });
  for (let round = 0; round < 3; round++) {
    const control = new AbortController();
    const outcome = errorOf(
      pool.map(
        () => {
          for (;;);
        },
        [1, 2],
        { chunkSize: 1, signal: control.signal },
      ),
    );
    assert.ok(pool.size === 2);
    setImmediate(() => control.abort());
    await outcome;
    assert.deepEqual(await pool.map(sqr, [1, 2, 3], { chunkSize: 1 }), [1, 4, 9]);
  }
  const pending = pool.mapAsync(sqr, mp.range(100), { chunkSize: 1 });
  await pool.terminate();
  assert.ok((await errorOf(pending)) instanceof mp.PoolClosedError);
});

test("the initializer runs once in every worker, before any task (TestInitializers.test_pool_initializer)", async (t) => {
  assert.throws(() => new mp.Pool(1, { initializer: 1 as never }), TypeError);
  assert.throws(() => new mp.Pool(1, { initializer: sqr, initargs: 5 as never }), TypeError);
  const runs = sharedCells();
  const idle = makePool(t, 1, { initializer: (cells: Int32Array) => Atomics.add(cells, 0, 1), initargs: [runs] });
  idle.close();
  await idle.join();
  assert.equal(Atomics.load(runs, 0), 1);
  const pool = makePool(t, 2, {
    initializer: async (cells: Int32Array, value: string) => {
      Atomics.add(cells, 0, 1);
      (globalThis as any).config = value;
    },
    initargs: [runs, "ready"],
  });
  assert.deepEqual(
    await pool.map(() => (globalThis as any).config, mp.range(20), { chunkSize: 1 }),
    mp.range(20).map(() => "ready"),
  );
  pool.close();
  await pool.join();
  assert.equal(Atomics.load(runs, 0), 3);
});

test("the initializer runs in replacements too: of workers that died, were aborted, or had done their tasks", async (t) => {
  const runs = sharedCells();
  const options = {
    initializer: () => {
      Atomics.add(runs, 0, 1);
      (globalThis as any).initialized = true;
    },
  };
  const look = (): unknown => (globalThis as any).initialized;
  const pool = makePool(t, 1, options);
  await errorOf(pool.apply(() => process.exit(1)));
  assert.equal(await pool.apply(look), true);
  const control = new AbortController();
  const outcome = errorOf(
    pool.map(
      () => {
        for (;;);
      },
      [1],
      { signal: control.signal },
    ),
  );
  control.abort();
  await outcome;
  assert.equal(await pool.apply(look), true);
  const short = makePool(t, 1, { ...options, maxTasksPerChild: 1 });
  assert.deepEqual(await short.map(look, [1, 2, 3], { chunkSize: 1 }), [true, true, true]);
});

test("an initializer that throws rejects the call with its error; a later call tries again", async (t) => {
  const fails = sharedCells(2);
  fails[0] = 1;
  const pool = makePool(t, 2, {
    initializer: () => {
      Atomics.add(fails, 1, 1);
      if (Atomics.load(fails, 0) === 1) throw new RangeError("no licence");
    },
  });
  for (let round = 0; round < 5; round++) {
    const error = await errorOf(pool.map(sqr, [1, 2, 3, 4], { chunkSize: 1 }));
    assert.ok(error instanceof RangeError);
    assert.equal(error.message, "no licence");
    assert.match((error.cause as Error).message, /initializer|worker/);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  // Once a worker, and at most once a chunk: nothing tries by itself, again and again.
  assert.ok(Atomics.load(fails, 1) <= pool.size + 5 * 4);
  fails[0] = 0;
  assert.deepEqual(await pool.map(sqr, [1, 2, 3, 4], { chunkSize: 1 }), [1, 4, 9, 16]);
});

test("an initializer that ends its worker rejects calls, and does not respawn for ever", async (t) => {
  const runs = sharedCells();
  const pool = makePool(t, 2, {
    initializer: () => {
      Atomics.add(runs, 0, 1);
      process.exit(5);
    },
  });
  for (let round = 0; round < 3; round++) {
    const error = await errorOf(pool.apply(sqr, [1]));
    assert.ok(error instanceof mp.WorkerDiedError);
    assert.equal(error.exitCode, 5);
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
  // Once a worker, and once a call.
  assert.ok(Atomics.load(runs, 0) <= pool.size + 3);
  pool.close();
  await pool.join();
});

test("an initializer may get a queue", async (t) => {
  const gate = sharedCells();
  const pool = makePool(t, 2, {
    initializer: (queue: mp.Queue) => {
      (globalThis as any).queue = queue;
    },
    initargs: [new mp.Queue()],
  });
  const queue = new mp.Queue<number>();
  const other = makePool(t, 2, {
    initializer: (q: mp.Queue) => {
      (globalThis as any).queue = q;
    },
    initargs: [queue],
  });
  await other.map((x: number) => (globalThis as any).queue.put(x), [1, 2, 3]);
  assert.deepEqual([await queue.get(), await queue.get(), await queue.get()].sort(), [1, 2, 3]);
  await pool.map(
    async (x: number) => {
      await (globalThis as any).queue.put(x);
      count(gate);
    },
    [1, 2],
  );
  blockUntil(gate, 0, 2);
});

test("a worker that replaces one that exited takes its place in the timeline", async (t) => {
  const pool = makePool(t, 1);
  for (let round = 0; round < 4; round++) {
    assert.equal(await pool.apply(sqr, [round]), round * round);
    await errorOf(pool.apply(() => process.exit(1)));
  }
  await pool.map(sqr, mp.range(4), { chunkSize: 1 });
  assert.deepEqual([...new Set(takeRecord(pool).tasks.map(({ worker }) => worker))], [1]);
});
