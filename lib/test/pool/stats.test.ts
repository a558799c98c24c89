import assert from "node:assert/strict";
import { test } from "node:test";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { readRecord, takeRecord } from "../../dist/internal";
import { blockUntil, count, errorOf, makePool, sharedCells, until } from "../helpers/pool";

const counts = (pool: mp.Pool): Record<string, number> => {
  const { workers, busy, queued, outside, completed, failed, died } = pool.stats();
  return { workers, busy, queued, outside, completed, failed, died };
};

test("a new pool has done nothing; stats are plain data", (t) => {
  const pool = makePool(t, 2);
  const none = { mean: 0, p50: 0, p99: 0, max: 0 };
  const stats = pool.stats();
  assert.deepEqual(
    { ...stats, utilization: 0 },
    {
      workers: 2,
      busy: 0,
      queued: 0,
      outside: 0,
      completed: 0,
      failed: 0,
      died: 0,
      utilization: 0,
      run: none,
      wait: none,
    },
  );
  assert.deepEqual(JSON.parse(JSON.stringify(stats)), stats);
});

test("it counts workers that are busy, tasks that wait, end well, fail, and workers that die", async (t) => {
  const pool = makePool(t, 2);
  const cells = sharedCells(2);
  const block = (): void => {
    count(cells, 1);
    blockUntil(cells, 0, 1);
  };
  const results = mp.range(7).map(() => pool.applyAsync(block));
  await until(() => cells[1] === 2);
  assert.deepEqual(counts(pool), { workers: 2, busy: 2, queued: 5, outside: 0, completed: 0, failed: 0, died: 0 });
  const { utilization } = pool.stats();
  assert.ok(utilization > 0 && utilization <= 1, "tasks that run count");
  assert.ok(results[6]?.cancel());
  count(cells);
  await Promise.allSettled(results);
  await pool.map((x: number) => x, mp.range(10), { chunkSize: 5 });
  await errorOf(pool.apply(() => Promise.reject(new Error("no"))));
  await errorOf(pool.apply(() => process.exit(1)));
  await errorOf(
    pool.apply(
      () => {
        for (;;);
      },
      [],
      { timeout: 10 },
    ),
  );
  assert.deepEqual(counts(pool), { workers: 2, busy: 0, queued: 0, outside: 0, completed: 8, failed: 3, died: 1 });
  takeRecord(pool);
  assert.equal(pool.stats().completed, 8, "a timeline does not take them away");
  await pool.terminate();
  const after = pool.stats();
  assert.equal(after.workers, 0);
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.deepEqual(pool.stats(), after, "nothing changes any more");
});

test("of what Stop or terminate() ends, only tasks that were begun count, with their own time", async (t) => {
  const enders: ((pool: mp.Pool) => unknown)[] = [pressStop, (pool) => pool.terminate()];
  for (const end of enders) {
    const pool = makePool(t, 1);
    const made = performance.now();
    await pool.ready;
    const cells = sharedCells();
    const called = performance.now();
    const results = mp.range(8).map(() =>
      pool.applyAsync(() => {
        count(cells);
        for (;;);
      }),
    );
    // The others are sent ahead meanwhile.
    await until(() => cells[0] === 1);
    end(pool);
    const ended = performance.now();
    await Promise.allSettled(results);
    assert.deepEqual([pool.stats().failed, readRecord(pool).lost], [1, 1]);
    assert.ok(pool.stats().utilization * (ended - made) <= ended - called);
  }
});

test("times are those of the record, percentiles to within 3 %", async (t) => {
  const pool = makePool(t, 1);
  const spin = (turns: number): number => {
    let sum = 0;
    for (let turn = 0; turn < turns; turn++) sum += Math.sqrt(turn);
    return sum;
  };
  await pool.map(
    spin,
    mp.range(300).map((at) => at * 200),
    { chunkSize: 1 },
  );
  const { tasks } = readRecord(pool);
  const { run, wait } = pool.stats();
  for (const [name, durations, times] of [
    ["run", run, tasks.map(({ started, ended }) => ended - started)],
    ["wait", wait, tasks.map(({ queued, started }) => started - queued)],
  ] as const) {
    const sorted = [...times].sort((one, two) => one - two);
    const close = (value: number, at: number, what: string): void => {
      const exact = sorted[at];
      assert.ok(Math.abs(value - exact) <= 0.03 * exact + 0.001, `${name} ${what}: ${value} is not ${exact}`);
    };
    close(durations.p50, 149, "p50");
    close(durations.p99, 296, "p99");
    assert.equal(durations.max, sorted.at(-1));
    const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
    assert.ok(Math.abs(durations.mean - mean) < 1e-9 * mean + 1e-12);
  }
});

test("workers that have ended as they were idle are not counted, nor is their time", async (t) => {
  const pool = makePool(t, 2, { idleTimeout: 1 });
  await pool.ready;
  await until(() => pool.stats().workers === 0);
  const before = pool.stats().utilization;
  await new Promise((resolve) => setTimeout(resolve, 5));
  assert.equal(pool.stats().utilization, before);
  const gate = sharedCells();
  const busy = pool.apply(() => blockUntil(gate, 0, 1));
  await until(() => pool.stats().busy === 1);
  assert.equal(pool.stats().workers, 1);
  count(gate);
  await busy;
});

test("workers that the pool ends itself have not died", async (t) => {
  for (const end of ["close", "terminate"] as const) {
    const pool = makePool(t, 2);
    await pool.map((x: number) => x, [1, 2]);
    if (end === "close") pool.close();
    await (end === "close" ? pool.join() : pool.terminate());
    assert.deepEqual({ workers: pool.stats().workers, died: pool.stats().died }, { workers: 0, died: 0 });
  }
  const pool = makePool(t, 2, { maxTasksPerChild: 1 });
  await pool.map((x: number) => x, mp.range(20), { chunkSize: 1 });
  assert.equal(pool.stats().died, 0);
});
