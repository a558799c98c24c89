import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { count, errorOf, makePool, runScript, sharedCells } from "../helpers/pool";

/** Cells in which workers count what was opened, used and closed. */
const OPENED = 0;
const CLOSED = 1;

let connection: { cells: Int32Array; isOpen: boolean } | undefined;
const open = (cells: Int32Array): { cells: Int32Array; isOpen: boolean } => {
  count(cells, OPENED);
  return (connection = { cells, isOpen: true });
};
const use = (): boolean => connection?.isOpen === true;

test("it gets what the initializer returned, after the last task, in each worker; it may be asynchronous", async (t) => {
  const cells = sharedCells(2);
  const pool = makePool(t, 2, {
    initializer: open,
    initargs: [cells],
    finalizer: async (state: typeof connection) => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (state !== undefined && state === connection) count(state.cells, CLOSED);
    },
  });
  assert.ok((await pool.map(use, mp.range(6), { chunkSize: 1 })).every((is) => is));
  assert.equal(cells[CLOSED], 0);
  pool.close();
  await pool.join();
  assert.deepEqual([...cells], [2, 2]);
  assert.equal(connection, undefined);
});

test("it runs without an initializer, too, and after maxTasksPerChild tasks", async () => {
  const closed = sharedCells();
  const finalizer = (state: unknown): void => void (state === undefined && count(closed));
  await mp.withPool(1, (pool) => pool.map((x) => x, mp.range(3), { chunkSize: 1 }), { finalizer, maxTasksPerChild: 1 });
  assert.equal(closed[0], 3);
});

test("what replaces a dead worker has its own; the dead one's, and those of a terminated pool, do not run", async (t) => {
  const cells = sharedCells(2);
  const options: mp.PoolOptions = {
    initializer: open,
    initargs: [cells],
    finalizer: ({ cells }: { cells: Int32Array }) => void count(cells, CLOSED),
  };
  await mp.withPool(
    1,
    async (pool) => {
      await errorOf(pool.apply(() => process.exit(1)));
      assert.ok(await pool.apply(use));
    },
    options,
  );
  assert.deepEqual([...cells], [2, 1]);
  const pool = makePool(t, 1, options);
  await pool.ready;
  await pool.terminate();
  assert.deepEqual([...cells], [3, 1]);
});

test("where the initializer has failed there is nothing to finalize", async (t) => {
  const closed = sharedCells();
  const pool = makePool(t, 1, {
    initializer: () => {
      throw new Error("no");
    },
    finalizer: () => void count(closed),
  });
  await errorOf(pool.apply(() => 1));
  pool.close();
  await pool.join();
  assert.equal(closed[0], 0);
});

test("what it prints and what it throws is seen, and the pool ends; at the end of a program it runs as well", async (t) => {
  const { stdout, stderr, code } = await runScript(
    t,
    `(async () => {
       await mp.withPool(1, (pool) => pool.apply(() => 1), { finalizer: () => console.log("closed", mp.currentWorker.number) });
       await mp.withPool(1, (pool) => pool.apply(() => 1), { finalizer: async () => { throw new RangeError("cannot close"); } });
       globalThis.pool = new mp.Pool(1, { finalizer: async () => { await new Promise(setImmediate); console.log("at the end"); } });
       await pool.apply(() => 1);
     })();`,
  );
  assert.equal(stdout, "closed 1\nat the end\n", stderr);
  assert.match(stderr, /^The finalizer of worker 1 of a pool failed:\nRangeError: cannot close\n/);
  assert.equal(code, 0);
});
