import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { errorOf, makePool } from "../helpers/pool";
import { startProcess } from "../helpers/process";

const isFull = async (semaphore: mp.Semaphore): Promise<boolean> =>
  (await errorOf(semaphore.acquire({ timeout: 0 }))) instanceof mp.TimeoutError;

test("a wrong value is refused; 1 when left out (SemaphoreTests.test_constructor, test_default_value, test_repr)", async () => {
  for (const value of [-1, 1.5, NaN, Infinity, "1"]) assert.throws(() => new mp.Semaphore(value as number), RangeError);
  const semaphore = new mp.Semaphore();
  assert.equal(inspect(semaphore), "Semaphore { value: 1 }");
  await semaphore.acquire();
  assert.equal(inspect(semaphore), "Semaphore { value: 0 }");
  const next = semaphore.acquire();
  semaphore.release();
  await next;
});

test("it counts, also beyond its first value (_TestSemaphore.test_semaphore, SemaphoreTests.test_acquire, test_try_acquire, test_release_unacquired)", async () => {
  const semaphore = new mp.Semaphore(2);
  await semaphore.acquire();
  semaphore.acquireSync();
  assert.ok(await isFull(semaphore));
  for (let i = 0; i < 4; i++) semaphore.release();
  assert.equal(inspect(semaphore), "Semaphore { value: 4 }");
});

test("as many go on as units are released, in turn (SemaphoreTests.test_acquire_contended, test_multirelease)", async () => {
  const semaphore = new mp.Semaphore(7);
  await semaphore.acquire();
  const results: string[] = [];
  const all = mp.range(10).map(async (n) => {
    await semaphore.acquire();
    results.push(`${n} once`);
    await semaphore.acquire();
    results.push(`${n} twice`);
  });
  const turn = (): Promise<void> => new Promise(setImmediate);
  await turn();
  assert.deepEqual(
    results,
    mp.range(6).map((n) => `${n} once`),
  );
  for (let i = 0; i < 7; i++) semaphore.release();
  await turn();
  assert.deepEqual(results.slice(6), [...[6, 7, 8, 9].map((n) => `${n} once`), ...[0, 1, 2].map((n) => `${n} twice`)]);
  for (let i = 0; i < 6; i++) semaphore.release();
  await turn();
  assert.equal(results.length, 19);
  assert.ok(await isFull(semaphore));
  semaphore.release();
  await Promise.all(all);
});

test("time that is up, an abort and Stop take nothing (SemaphoreTests.test_acquire_timeout, _TestSemaphore.test_timeout)", async () => {
  const semaphore = new mp.Semaphore(0);
  for (const timeout of [0, 5]) {
    const error = await errorOf(semaphore.acquire({ timeout }));
    assert.match(error.message, new RegExp(`all units of the semaphore were taken for ${timeout} ms`));
  }
  const control = new AbortController();
  const waits = [errorOf(semaphore.acquire({ signal: control.signal })), errorOf(semaphore.acquire())];
  control.abort();
  pressStop();
  assert.deepEqual(
    (await Promise.all(waits)).map((error) => (error as Error).name),
    ["AbortError", "Interrupted"],
  );
  semaphore.release();
  await semaphore.acquire({ timeout: 0 });
  assert.throws(() => semaphore.acquireSync(), /await acquire\(\)/);
});

test("`with` and `using` give their unit back (SemaphoreTests.test_with, test_acquire_destroy)", async () => {
  const semaphore = new mp.Semaphore(2);
  await semaphore.with(async () => {
    using _ = await semaphore.acquire();
    assert.ok(await isFull(semaphore));
  });
  assert.equal((await errorOf(semaphore.with(() => Promise.reject(new TypeError("mine"))))).message, "mine");
  const held = await semaphore.acquire();
  held[Symbol.dispose]();
  held[Symbol.dispose]();
  assert.equal(inspect(semaphore), "Semaphore { value: 2 }");
});

test("so many tasks and processes at a time, in every form (SemaphoreTests.test_try_acquire_contended)", async (t) => {
  const pool = makePool(t, 4);
  const semaphore = new mp.Semaphore(2);
  const cells = mp.sharedArray(Int32Array, 1);
  const pair = new mp.Barrier(2);
  const child = startProcess(
    t,
    async (each: mp.Semaphore) => {
      for (let i = 0; i < 20; i++) {
        using _ = each.acquireSync();
        await each.with(() => undefined);
      }
    },
    semaphore,
  );
  await child.join();
  assert.equal(child.exitCode, 0);
  const most = await pool.map(
    async (n) => {
      let seen = 0;
      // Two can be in it at a time, or these would wait for each other for ever.
      await semaphore.with(() => pair.wait());
      const enter = (): void => void (seen = Math.max(seen, Atomics.add(cells, 0, 1) + 1));
      const leave = (): void => void Atomics.sub(cells, 0, 1);
      for (let i = 0; i < 50; i++) {
        const held = (i + n) % 2 === 0 ? semaphore.acquireSync() : await semaphore.acquire();
        enter();
        await new Promise(setImmediate);
        leave();
        held[Symbol.dispose]();
      }
      return seen;
    },
    mp.range(4),
    { chunkSize: 1 },
  );
  assert.ok(Math.max(...most) <= 2);
  assert.equal(inspect(semaphore), "Semaphore { value: 2 }");
});

test("one releases what another waits for", async (t) => {
  const semaphore = new mp.Semaphore(0);
  const child = startProcess(t, (each: mp.Semaphore) => each.release(), semaphore);
  await semaphore.acquire();
  await child.join();
  const pool = makePool(t, 1);
  const waiting = pool.apply(() => void semaphore.acquireSync());
  semaphore.release();
  await waiting;
});
