import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { blockUntil, count, errorOf, makePool, sharedCells, until } from "../helpers/pool";
import { startProcess } from "../helpers/process";

const locked = (lock: mp.Lock): boolean => lock.locked();

test("a lock is acquired once, refused to others, and released (LockTests.test_acquire_release, test_try_acquire, _TestLock.test_lock)", async () => {
  const lock = new mp.Lock();
  assert.equal(locked(lock), false);
  await lock.acquire();
  assert.equal(locked(lock), true);
  const error = await errorOf(lock.acquire({ timeout: 0 }));
  assert.ok(error instanceof mp.TimeoutError);
  assert.match(error.message, /the lock was held for 0 ms/);
  lock.release();
  assert.equal(locked(lock), false);
  assert.throws(() => lock.release(), /expected a lock that this thread or process holds, but it is free/);
});

test("it may be acquired again after its release, and not before (LockTests.test_reacquire, _TestLock.test_lock)", async () => {
  const lock = new mp.Lock();
  for (let round = 0; round < 3; round++) {
    await lock.acquire();
    assert.ok((await errorOf(lock.acquire({ timeout: 1 }))) instanceof mp.TimeoutError);
    lock.release();
  }
  const phases: string[] = [];
  await lock.acquire();
  const again = lock.acquire().then(() => phases.push("acquired again"));
  phases.push("released");
  lock.release();
  await again;
  assert.deepEqual(phases, ["released", "acquired again"]);
});

test("it prints what it is (LockTests.test_repr, test_locked_repr)", async () => {
  const lock = new mp.Lock();
  assert.equal(inspect(lock), "Lock { locked: false }");
  await lock.acquire();
  assert.equal(inspect(lock), "Lock { locked: true }");
});

test("`with` and `using` release it, also when the body throws; what it gives releases once (LockTests.test_with, _TestLock.test_lock_context)", async () => {
  const lock = new mp.Lock();
  assert.equal(await lock.with(() => locked(lock)), true);
  assert.equal(locked(lock), false);
  assert.equal((await errorOf(lock.with(() => Promise.reject(new TypeError("mine"))))).message, "mine");
  assert.equal(locked(lock), false);
  {
    using held = await lock.acquire();
    assert.deepEqual([held.abandoned, locked(lock)], [false, true]);
  }
  assert.equal(locked(lock), false);
  const first = await lock.acquire();
  lock.release();
  const second = lock.acquire();
  await second;
  first[Symbol.dispose]();
  assert.equal(locked(lock), true, "what was released by hand does not release another's");
});

test("two calls in one thread keep each other out, and are served in turn (LockTests.test_acquire_contended, test_try_acquire_contended)", async () => {
  const lock = new mp.Lock();
  const order: number[] = [];
  let inside = 0;
  await Promise.all(
    mp.range(20).map((n) =>
      lock.with(async () => {
        assert.equal(inside++, 0);
        assert.ok((await errorOf(lock.acquire({ timeout: 0 }))) instanceof mp.TimeoutError);
        await new Promise(setImmediate);
        order.push(n);
        inside--;
      }),
    ),
  );
  assert.deepEqual(order, mp.range(20));
});

test("time that is up leaves it to others (LockTests.test_timeout, test_state_after_timeout)", async () => {
  const lock = new mp.Lock();
  for (const timeout of [-1, NaN]) assert.equal((await errorOf(lock.acquire({ timeout }))).name, "RangeError");
  await lock.acquire();
  assert.ok((await errorOf(lock.acquire({ timeout: 5 }))) instanceof mp.TimeoutError);
  lock.release();
  assert.equal(locked(lock), false);
  await lock.acquire({ timeout: 1 });
});

test("an abort rejects with its reason and takes nothing", async () => {
  const lock = new mp.Lock();
  await lock.acquire();
  const control = new AbortController();
  const aborted = errorOf(lock.acquire({ signal: control.signal }));
  const next = lock.acquire();
  control.abort(new Error("enough"));
  assert.equal((await aborted).message, "enough");
  lock.release();
  await next;
  assert.equal((await errorOf(lock.acquire({ signal: control.signal }))).message, "enough");
  assert.equal((await errorOf(lock.acquire({ signal: 1 as never }))).name, "TypeError");
});

test("Stop ends who waits, and the lock is as it was", async () => {
  const lock = new mp.Lock();
  await lock.acquire();
  const stopped = errorOf(lock.acquire());
  pressStop();
  assert.equal((await stopped).name, "Interrupted");
  lock.release();
  assert.equal(locked(lock), false);
});

test("another thread can neither release it nor come in (LockTests.test_different_thread)", async (t) => {
  const pool = makePool(t, 1);
  const lock = new mp.Lock();
  const first = lock.acquireSync();
  const inWorker = (each: mp.Lock): string[] => {
    const told: string[] = [];
    for (const attempt of [() => each.release(), () => each.acquireSync({ timeout: 1 })]) {
      try {
        attempt();
      } catch (error) {
        told.push((error as Error).message);
      }
    }
    return [...told, String(each.locked())];
  };
  const told = await pool.apply(inWorker, [lock]);
  assert.match(told[0], /but another one holds it/);
  assert.match(told[1], /the lock was held for 1 ms/);
  assert.equal(told[2], "true");
  first[Symbol.dispose]();
  assert.equal(await pool.apply(() => lock.with(() => lock.locked())), true);
  assert.equal(locked(lock), false);
});

test("tasks that capture it exclude one another, in every form, and the notebook too", async (t) => {
  const pool = makePool(t, 3);
  const lock = new mp.Lock();
  const cells = mp.sharedArray(Int32Array, 2);
  const add = (): void => {
    if (Atomics.add(cells, 1, 1) !== 0) throw new Error("two at a time");
    const before = cells[0];
    cells[0] = before + 1;
    Atomics.sub(cells, 1, 1);
  };
  const work = async (n: number): Promise<void> => {
    for (let i = 0; i < 300; i++) {
      if ((i + n) % 3 === 0) {
        using _ = lock.acquireSync();
        add();
      } else await lock.with(add);
    }
  };
  await Promise.all([pool.map(work, mp.range(6), { chunkSize: 1 }), work(1.5)]);
  assert.deepEqual([...cells], [2100, 0]);
});

test("in the thread that made it a Sync form takes what is free, and throws with the remedy where it would wait", async () => {
  const lock = new mp.Lock();
  {
    using _ = lock.acquireSync();
    assert.throws(() => lock.acquireSync(), /await acquire\(\).*for workers and processes/);
    assert.throws(() => lock.acquireSync({ timeout: 0 }), mp.TimeoutError);
  }
  assert.equal(locked(lock), false);
});

test("who would wait for itself for ever is told", async (t) => {
  const pool = makePool(t, 1);
  const lock = new mp.Lock();
  const error = await errorOf(
    pool.apply(() => {
      lock.acquireSync();
      lock.acquireSync();
    }),
  );
  assert.match(error.message, /this one holds it itself/);
  // A task that ends keeps what it has: as in Python, the lock is its worker's.
  assert.equal(locked(lock), true);
  assert.equal(await pool.apply(() => (lock.release(), lock.locked())), false);
});

test("who blocks a thread gets what an earlier call of that thread waits for", async (t) => {
  const pool = makePool(t, 2);
  const lock = new mp.Lock();
  const cells = sharedCells(2);
  const holder = pool.apply(() => {
    using _ = lock.acquireSync();
    count(cells, 0);
    blockUntil(cells, 1, 1);
  });
  const order = await pool.apply(async () => {
    const seen: string[] = [];
    blockUntil(cells, 0, 1);
    const earlier = lock.with(() => seen.push("async"));
    count(cells, 1);
    {
      using _ = lock.acquireSync();
      seen.push("sync");
    }
    await earlier;
    return seen;
  });
  await holder;
  assert.deepEqual([order, locked(lock)], [["sync", "async"], false]);
});

test("processes exclude one another and the notebook, in every form", async (t) => {
  const lock = new mp.Lock();
  const queue = new mp.Queue<string>();
  const work = async (each: mp.Lock, told: mp.Queue<string>, name: string): Promise<void> => {
    for (let i = 0; i < 20; i++) {
      const held = i % 2 === 0 ? each.acquireSync() : await each.acquire();
      void told.put(`${name} in`);
      await told.put(`${name} out`);
      held[Symbol.dispose]();
    }
  };
  const children = ["a", "b"].map((name) => startProcess(t, work, lock, queue, name));
  await work(lock, queue, "c");
  for (const child of children) await child.join();
  assert.deepEqual([children.map(({ exitCode }) => exitCode), locked(lock)], [[0, 0], false]);
  for (let i = 0; i < 60; i++) {
    const name = (await queue.get()).replace(" in", "");
    assert.equal(await queue.get(), `${name} out`);
  }
});

test("a process is refused what it does not hold, sees the state, and gives up in time", async (t) => {
  const lock = new mp.Lock();
  await lock.acquire();
  const queue = new mp.Queue<unknown>();
  const child = startProcess(
    t,
    async (each: mp.Lock, told: mp.Queue<unknown>) => {
      const nameOf = (error: Error): string => error.name;
      await told.put(each.locked());
      await told.put(await each.acquire({ timeout: 1 }).catch(nameOf));
      const control = new AbortController();
      const waiting = each.acquire({ signal: control.signal }).catch(nameOf);
      control.abort();
      await told.put(await waiting);
      try {
        each.release();
      } catch (error) {
        await told.put((error as Error).message);
      }
      try {
        each.acquireSync({ timeout: 1 });
      } catch (error) {
        await told.put((error as Error).name);
      }
    },
    lock,
    queue,
  );
  const [isLocked, late, aborted, released, lateSync] = [
    await queue.get(),
    await queue.get(),
    await queue.get(),
    await queue.get(),
    await queue.get(),
  ];
  assert.deepEqual([isLocked, late, aborted, lateSync], [true, "TimeoutError", "AbortError", "TimeoutError"]);
  assert.match(String(released), /another one holds it/);
  await child.join();
  assert.equal(child.exitCode, 0);
  lock.release();
  await lock.acquire({ timeout: 1000 });
});

test("an abort in a worker never swallows the lock", async (t) => {
  const pool = makePool(t, 2);
  const lock = new mp.Lock();
  const results = await pool.map(
    async (n) => {
      let got = 0;
      for (let i = 0; i < 200; i++) {
        const control = new AbortController();
        const waiting = lock.with(() => got++, { signal: control.signal }).catch(() => undefined);
        if ((i + n) % 2 === 0) setImmediate(() => control.abort());
        await waiting;
      }
      return got;
    },
    [0, 1],
    { chunkSize: 1 },
  );
  assert.ok(results.every((got) => got >= 100));
  await until(() => !locked(lock));
});
