import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { blockUntil, count, errorOf, makePool, runScript, sharedCells } from "../helpers/pool";

/** Each worker says its number when all have a task, and once more after its event loop had a turn. */
const numbers = (gate: Int32Array, size: number) => async (): Promise<unknown[]> => {
  count(gate);
  blockUntil(gate, 0, size);
  const before = mp.currentWorker?.number;
  await new Promise((resolve) => setImmediate(resolve));
  return [before, mp.currentWorker?.number];
};

test("a task sees the number of its worker, counted from 1, also after an await; outside there is none", async (t) => {
  const pool = makePool(t, 3);
  const seen = await pool.map(numbers(sharedCells(), 3), mp.range(3), { chunkSize: 1 });
  assert.deepEqual(seen.sort(), [
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  assert.equal(mp.currentWorker, undefined);
  assert.deepEqual(await pool.apply(() => Object.isFrozen(mp.currentWorker)), true);
});

test("an initializer sees it, and what replaces a dead worker has its number", async (t) => {
  const seen = sharedCells(3);
  const pool = makePool(t, 2, {
    initializer: (cells: Int32Array) => void Atomics.add(cells, mp.currentWorker?.number ?? 0, 1),
    initargs: [seen],
  });
  await pool.ready;
  assert.deepEqual([...seen], [0, 1, 1]);
  const dying = sharedCells();
  await errorOf(
    pool.apply(
      (cell: Int32Array) => {
        cell[0] = mp.currentWorker?.number ?? 0;
        process.exit(1);
      },
      [dying],
    ),
  );
  const there = await pool.map(numbers(sharedCells(), 2), mp.range(2), { chunkSize: 1 });
  assert.deepEqual(there.sort(), [
    [1, 1],
    [2, 2],
  ]);
  assert.equal(seen[dying[0]], 2, "the initializer ran again for the worker of that number");
});

test("a pool in a task has workers of its own; the task's own number stays", async (t) => {
  const pool = makePool(t, 1);
  const seen = await pool.apply(async () => {
    const inner = await mp.withPool(2, (it) =>
      it.map(() => mp.currentWorker?.number ?? 0, mp.range(2), { chunkSize: 1 }),
    );
    return [mp.currentWorker?.number, inner.every((number) => number === 1 || number === 2)];
  });
  assert.deepEqual(seen, [1, true]);
});

test("an ES module sees it as `mp.currentWorker` and imported by its name, in functions that it exports and in others", async (t) => {
  const library = pathToFileURL(require.resolve("parallel-typescript")).href;
  const module = `import * as mp from "${library}";
    import { currentWorker } from "${library}";
    export const exported = () => [mp.currentWorker?.number, currentWorker?.number];
    const own = () => [mp.currentWorker?.number, currentWorker?.number];
    export const run = (pool) => Promise.all([pool.apply(exported), pool.apply(own), exported()]);`;
  const { stdout, stderr } = await runScript(
    t,
    `require("node:fs").writeFileSync(__dirname + "/module.mjs", ${JSON.stringify(module)});
     import("./module.mjs").then(({ run }) => mp.withPool(1, run)).then((seen) => console.log(JSON.stringify(seen)));`,
  );
  assert.equal(stdout, "[[1,1],[1,1],[null,null]]\n", stderr);
});
