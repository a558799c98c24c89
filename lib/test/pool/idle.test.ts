import assert from "node:assert/strict";
import { test } from "node:test";
import { threadId } from "node:worker_threads";
import * as mp from "parallel-typescript";
import { takeRecord } from "../../dist/internal";
import { blockUntil, count, errorOf, makePool, runScript, sharedCells, until } from "../helpers/pool";

/** Cells in which workers count their starts and their ends. */
const STARTS = 0;
const ENDS = 1;
const counting = (cells: Int32Array, idleTimeout = 1): mp.PoolOptions => ({
  idleTimeout,
  initializer: () => void count(cells, STARTS),
  finalizer: () => void count(cells, ENDS),
});

test("workers with nothing to do end in an orderly way; they start again when there is work, as many as it needs", async (t) => {
  const cells = sharedCells(2);
  const pool = makePool(t, 3, counting(cells));
  await pool.ready;
  await until(() => cells[ENDS] === 3);
  assert.equal(pool.size, 3);
  assert.ok([1, 2, 3].includes(await pool.apply(() => mp.currentWorker?.number ?? 0)));
  await until(() => cells[ENDS] === 4);
  assert.equal(cells[STARTS], 4, "one was enough");
  const gate = sharedCells();
  const all = (): number => {
    count(gate);
    blockUntil(gate, 0, 3);
    return mp.currentWorker?.number ?? 0;
  };
  assert.deepEqual((await pool.map(all, mp.range(3), { chunkSize: 1 })).sort(), [1, 2, 3]);
  await until(() => cells[ENDS] === 7);
  pool.close();
  await pool.join();
  assert.deepEqual([...cells], [7, 7]);
});

test("without idleTimeout, and while they have something to do, they stay", async (t) => {
  const cells = sharedCells(2);
  const pool = makePool(t, 2, counting(cells));
  const gate = sharedCells();
  const busy = pool.applyAsync(() => blockUntil(gate, 0, 1));
  await until(() => cells[ENDS] === 1);
  // A task that waits behind a long one has a worker started for it.
  assert.equal(await pool.apply(() => 7), 7);
  assert.equal(busy.ready(), false);
  count(gate);
  await busy;
  const staying = makePool(t, 1);
  const thread = await staying.apply(() => threadId);
  await until(() => cells[ENDS] === cells[STARTS]);
  assert.equal(await staying.apply(() => threadId), thread);
});

test("ready starts them all, and resolves when their initializers have run again", async (t) => {
  const cells = sharedCells(2);
  const pool = makePool(t, 2, counting(cells));
  await pool.ready;
  await until(() => cells[ENDS] === 2);
  await pool.ready;
  assert.equal(cells[STARTS], 4);
  const started = takeRecord(pool).starts;
  assert.equal(started.length, 4);
  const lastEnd = Math.min(...started.slice(2).map(({ asked }) => asked));
  assert.ok(
    started.slice(0, 2).every(({ ready }) => ready <= lastEnd),
    "a start begins when the worker is needed, not when the one before has ended",
  );
});

test("calls that come while workers end lose nothing, and nothing runs twice", async (t) => {
  for (const [size, idleTimeout, options] of [
    [1, 0, {}],
    [2, 1, { maxTasksPerChild: 2 }],
    [2, 0, { finalizer: (): Promise<void> => new Promise((resolve) => setImmediate(resolve)) }],
  ] as const) {
    const ran = sharedCells(24);
    const pool = makePool(t, size, { idleTimeout, ...options });
    for (let round = 0; round < 8; round++) {
      const at = mp.range(3).map((index) => 3 * round + index);
      assert.deepEqual(await pool.map((cell: number) => count(ran, cell), at, { chunkSize: 1 }), [0, 0, 0]);
      for (let turn = 0; turn < round % 5; turn++) await new Promise((resolve) => setTimeout(resolve, turn));
    }
    assert.ok(ran.every((times) => times === 1));
    await pool[Symbol.asyncDispose]();
  }
});

test("an initializer that fails when a worker starts again: one call rejects, and the pool ends", async (t) => {
  const cells = sharedCells(2);
  const pool = makePool(t, 1, {
    idleTimeout: 1,
    initializer: (starts: Int32Array) => {
      if (count(starts) === 1) throw new RangeError("not again");
    },
    initargs: [cells],
    finalizer: () => void count(cells, ENDS),
  });
  await pool.ready;
  await until(() => cells[ENDS] === 1);
  assert.equal((await errorOf(pool.apply(() => 1))).message, "not again");
  assert.equal(await pool.apply(() => 2), 2);
  pool.close();
  await pool.join();
});

test("a worker that dies is replaced by one that ends when there is nothing to do", async (t) => {
  const cells = sharedCells(2);
  const pool = makePool(t, 1, counting(cells));
  assert.ok((await errorOf(pool.apply(() => process.exit(1)))) instanceof mp.WorkerDiedError);
  assert.equal(await pool.apply(() => 5), 5);
  await until(() => cells[ENDS] === 1);
  assert.equal(await pool.apply(() => 6), 6);
});

test("many rounds leave no thread, port or listener behind; a program whose pool sleeps ends", async (t) => {
  const { stdout, stderr, code } = await runScript(
    t,
    `const { readdirSync } = require("node:fs");
     const threads = () => readdirSync("/proc/self/task").length;
     const listeners = () => process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
     const cells = new Int32Array(new SharedArrayBuffer(4));
     const options = { idleTimeout: 0, finalizer: (cell) => Atomics.add(cells, 0, 1) };
     const asleep = async (ends) => { while (cells[0] < ends) await new Promise((resolve) => setTimeout(resolve, 2)); await new Promise((resolve) => setTimeout(resolve, 50)); };
     (async () => {
       const pool = new mp.Pool(1, options);
       let before;
       for (let round = 1; round <= 8; round++) {
         await pool.apply(() => 1);
         await asleep(round);
         before ??= [threads(), listeners()];
       }
       const after = [threads(), listeners(), process.getActiveResourcesInfo().filter((kind) => kind === "MessagePort").length];
       console.log(JSON.stringify(after) === JSON.stringify([...before, 0]) ? "same" : [before, after]);
       globalThis.kept = pool;
     })();`,
  );
  assert.equal(stdout, "same\n", stderr);
  assert.equal(code, 0);
});

test("a worker that starts in the place of a dead one, while another ends as it is idle, keeps its tasks", async (t) => {
  const [gate, ending] = [sharedCells(), sharedCells()];
  const pool = makePool(t, 2, {
    idleTimeout: 1,
    finalizer: () => {
      count(ending);
      return new Promise((resolve) => setTimeout(resolve, 500));
    },
  });
  await pool.ready;
  const busy = pool.apply(() => blockUntil(gate, 0, 1));
  assert.equal((await errorOf(pool.apply(() => process.exit(3)))).exitCode, 3);
  count(gate);
  await busy;
  await until(() => ending[0] === 1);
  const slow = (item: number): Promise<number> => new Promise((resolve) => setTimeout(resolve, 200, item));
  assert.equal(await pool.apply(slow, [7]), 7);
});

test("a dead worker is replaced while another, which is idle, runs its finalizer", { timeout: 4000 }, async (t) => {
  const cells = sharedCells(2);
  const pool = makePool(t, 2, {
    idleTimeout: 1,
    finalizer: () => {
      count(cells);
      blockUntil(cells, 1, 1);
    },
  });
  await pool.ready;
  const died = errorOf(
    pool.apply(() => {
      blockUntil(cells, 0, 1);
      process.exit(3);
    }),
  );
  assert.equal((await died).exitCode, 3);
  assert.equal(await pool.apply((x: number) => x, [7]), 7);
  assert.equal(count(cells, 1), 0);
});

test("a wrong idleTimeout is refused", () => {
  assert.throws(() => new mp.Pool(1, { idleTimeout: -1 }), {
    name: "RangeError",
    message: "Pool: idleTimeout must be a number of milliseconds, 0 or more; got the number -1.",
  });
});
