import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { blockUntil, count, errorOf, makePool, sharedCells, until } from "../helpers/pool";
import { dieWithLocks } from "../helpers/deaths";
import { startProcess } from "../helpers/process";

/** A task that has the lock, says so, and waits in vain. */
const keep = async (lock: mp.Lock | mp.Semaphore, cells: Int32Array): Promise<void> => {
  await lock.acquire();
  Atomics.add(cells, 0, 1);
  await new Promise(() => setInterval(() => undefined, 1000));
};

test("a lock whose worker ends, however it does, goes to those who wait, in turn; the first of them is told", async (t) => {
  const [pool, other, doomed] = [makePool(t, 1), makePool(t, 1), makePool(t, 1)];
  const lock = new mp.Lock();
  const cells = sharedCells(2);
  const exit = async (sync: boolean): Promise<void> => {
    if (sync) lock.acquireSync();
    else await lock.acquire();
    count(cells, 0);
    blockUntil(cells, 1, 1);
    process.exit(0);
  };
  const control = new AbortController();
  const go = (): number => count(cells, 1);
  const deaths: readonly (readonly [begin: () => Promise<unknown>, end: () => unknown])[] = [
    [() => pool.apply(exit, [true]), go],
    [() => pool.apply(exit, [false]), go],
    [() => pool.apply(keep, [lock, cells], { signal: control.signal }), () => control.abort()],
    [() => pool.apply(keep, [lock, cells], { timeout: 1500 }), () => undefined],
    [() => doomed.apply(keep, [lock, cells]), () => doomed.terminate()],
  ];
  for (const [begin, end] of deaths) {
    cells.fill(0);
    const dying = errorOf(begin());
    await until(() => cells[0] === 1);
    assert.ok(lock.locked());
    const told: boolean[] = [];
    const note = ({ abandoned }: mp.Acquired): void => {
      told.push(abandoned);
      lock.release();
    };
    const first = lock.acquire().then(note);
    const second = lock.acquire().then(note);
    const third = other.apply(async () => {
      using held = await lock.acquire();
      return held.abandoned;
    });
    end();
    assert.ok((await dying) instanceof Error);
    await Promise.all([first, second]);
    assert.deepEqual([...told, await third], [true, false, false]);
  }
});

test("a lock whose process is killed or ends goes to the next one", async (t) => {
  const lock = new mp.Lock();
  for (const signal of ["SIGKILL", "SIGTERM", undefined]) {
    const queue = new mp.Queue();
    const child = startProcess(
      t,
      async (each: mp.Lock, told: mp.Queue, mayEnd: boolean) => {
        each.acquireSync();
        await told.put("has it");
        if (!mayEnd) each.acquireSync({ timeout: 2 ** 30 });
      },
      lock,
      queue,
      signal === undefined,
    );
    await queue.get();
    const waiting = lock.acquire();
    if (signal !== undefined) process.kill(child.pid as number, signal);
    assert.equal((await waiting).abandoned, true);
    lock.release();
    await child.join();
  }
});

test("who dies while it waits is forgotten, and takes nothing", async (t) => {
  const pool = makePool(t, 2);
  const lock = new mp.Lock();
  await lock.acquire();
  const [one, two] = [new AbortController(), new AbortController()];
  const cells = sharedCells();
  const blocked = errorOf(pool.apply(() => (count(cells), lock.acquireSync()), [], { signal: one.signal }));
  const waiting = errorOf(
    pool.apply(() => (count(cells), lock.acquire().then(() => new Promise(() => undefined))), [], {
      signal: two.signal,
    }),
  );
  const child = startProcess(t, (each: mp.Lock) => void each.acquireSync(), lock);
  await until(() => cells[0] === 2);
  for (const control of [one, two]) control.abort();
  child.kill();
  assert.deepEqual([(await blocked).name, (await waiting).name], ["AbortError", "AbortError"]);
  await child.join();
  lock.release();
  // Nobody else is left.
  await until(() => !lock.locked());
});

test("a semaphore gets the units of those back who die, those that they released left out", async (t) => {
  const pool = makePool(t, 1);
  const semaphore = new mp.Semaphore(3);
  const child = startProcess(
    t,
    (each: mp.Semaphore) => {
      for (let i = 0; i < 3; i++) each.acquireSync();
      each.release();
      process.exit(0);
    },
    semaphore,
  );
  await child.join();
  assert.equal(inspect(semaphore), "Semaphore { value: 3 }");
  await errorOf(
    pool.apply(() => {
      semaphore.acquireSync();
      process.exit(1);
    }),
  );
  await until(() => inspect(semaphore) === "Semaphore { value: 3 }");
  assert.deepEqual([(await semaphore.acquire()).abandoned, (await semaphore.acquire()).abandoned], [true, false]);
});

test("a worker that sets an event, and is gone, has set it", async (t) => {
  const pool = makePool(t, 1);
  const event = new mp.Event();
  const waiting = event.wait();
  await errorOf(
    pool.apply(() => {
      event.set();
      process.exit(1);
    }),
  );
  assert.equal(await waiting, true);
});

test("a nested pool: the lock comes back from a worker of a worker, and when the one between dies", async (t) => {
  const pool = makePool(t, 1);
  const lock = new mp.Lock();
  const cells = sharedCells(2);
  const inner = async (between: boolean): Promise<unknown> => {
    const nested = new mp.Pool(1);
    const dying = nested.apply(async () => {
      await lock.acquire();
      count(cells, 0);
      if (!between) process.exit(1);
      await new Promise(() => setInterval(() => undefined, 1000));
    });
    if (between) {
      dying.catch(() => undefined);
      while (cells[0] !== 2) await new Promise((resolve) => setTimeout(resolve, 5));
      process.exit(2);
    }
    const name = await dying.catch((error: Error) => error.name);
    await nested.terminate();
    return name;
  };
  assert.equal(await pool.apply(inner, [false]), "WorkerDiedError");
  assert.equal((await lock.acquire()).abandoned, true);
  lock.release();
  assert.equal((await errorOf(pool.apply(inner, [true]))).exitCode, 2);
  assert.equal((await lock.acquire()).abandoned, true);
});

test("deaths at random moments, and nobody waits for ever; 1,000 of them: deathsByChance", (t) =>
  dieWithLocks(t, 30, 2));
