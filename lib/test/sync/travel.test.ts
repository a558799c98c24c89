import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { errorOf, makePool, runScript } from "../helpers/pool";
import { startProcess } from "../helpers/process";

test("one that comes back is the one that it was; in a worker it is one, too", async (t) => {
  const pool = makePool(t, 1);
  const all = [new mp.Lock(), new mp.Semaphore(2), new mp.Event(), new mp.Barrier(3)] as const;
  const back = await pool.apply((...things: unknown[]) => things, [...all]);
  for (const [n, thing] of all.entries()) assert.equal(back[n], thing);
  const [lock] = all;
  assert.ok(await pool.apply((each: mp.Lock) => each === lock, [lock]));
});

test("it can only be handed down: going up is refused with the reason", async (t) => {
  const pool = makePool(t, 1);
  const makers: Record<string, () => unknown> = {
    Lock: () => new mp.Lock(),
    Semaphore: () => new mp.Semaphore(),
    Event: () => new mp.Event(),
    Barrier: () => new mp.Barrier(2),
  };
  for (const [name, make] of Object.entries(makers)) {
    const error = await errorOf(pool.apply(make));
    assert.ok(error instanceof mp.SerializationError);
    assert.match(error.message, new RegExp(`holds a ${name} .*handed down.*main program`));
  }
});

test("what a worker made works there, and in its own pool", async (t) => {
  const pool = makePool(t, 1);
  const sum = await pool.apply(async () => {
    const lock = new mp.Lock();
    const cells = mp.sharedArray(Int32Array, 1);
    await mp.withPool(2, (inner) =>
      inner.map(
        async () => {
          for (let i = 0; i < 50; i++) {
            using _ = lock.acquireSync();
            cells[0] = cells[0] + 1;
          }
          await lock.with(() => undefined);
        },
        [1, 2],
        { chunkSize: 1 },
      ),
    );
    return [cells[0], lock.locked()];
  });
  assert.deepEqual(sum, [100, false]);
});

test("they go through queues, from a process to its own processes, and to pools in processes", async (t) => {
  const lock = new mp.Lock();
  const event = new mp.Event();
  const queue = new mp.Queue<unknown>();
  await queue.put([lock, event]);
  await lock.acquire();
  const child = startProcess(
    t,
    async (from: mp.Queue<unknown>) => {
      const [each, stop] = (await from.get()) as [mp.Lock, mp.Event];
      const inner = new mp.Process({ target: async (l: mp.Lock) => l.with(() => undefined), args: [each] });
      inner.start();
      const inPool = mp.withPool(1, (pool) =>
        pool.apply(async () => {
          stop.set();
          using _ = each.acquireSync();
          return stop.isSet();
        }),
      );
      await inner.join();
      await from.put([inner.exitCode, await inPool]);
    },
    queue,
  );
  await event.wait();
  lock.release();
  await child.join();
  assert.equal(child.exitCode, 0);
  assert.deepEqual(await queue.get(), [0, true]);
  await lock.acquire({ timeout: 10_000 });
});

test("a function that a cell defines anew captures the same lock, in the same pool", async (t) => {
  const pool = makePool(t, 2);
  const lock = new mp.Lock();
  const cells = mp.sharedArray(Int32Array, 1);
  for (let run = 0; run < 3; run++) {
    const work = (): Promise<void> =>
      lock.with(() => {
        cells[0] = cells[0] + 1;
      });
    await pool.map(work, mp.range(20));
  }
  assert.deepEqual([cells[0], lock.locked()], [60, false]);
});

test("only a lock is a lock", async () => {
  for (const method of ["acquire", "acquireSync", "release", "locked"] as const) {
    const call = async (): Promise<unknown> => Reflect.apply(mp.Lock.prototype[method], new mp.Event(), []);
    assert.match((await errorOf(call())).message, /This is no Lock: make one with new Lock\(\)/);
  }
  assert.equal((await errorOf(new mp.Lock().with(3 as never))).name, "TypeError");
  assert.match((await errorOf(new mp.Lock().acquire({ timout: 3 } as never))).message, /no option "timout"/);
});

test("a program with a held lock, for which a worker waits, ends by itself; locks are kept for those they were handed to, and are gone afterwards", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    const turn = () => new Promise((resolve) => setTimeout(resolve, 10));
    const collectAll = async () => { for (let i = 0; i < 20; i++) { await turn(); gc(); } };
    (async () => {
      const pool = new mp.Pool(1);
      const refs = [];
      const make = (thing) => (refs.push(new WeakRef(thing)), thing);
      const waits = async (lock, event) => { await new Promise((resolve) => setTimeout(resolve, 500)); return lock.with(() => { event.set(); return event.isSet(); }); };
      const running = (() => pool.apply(waits, [make(new mp.Lock()), make(new mp.Event())]))();
      const child = (() => { const p = new mp.Process({ target: waits, args: [make(new mp.Lock()), make(new mp.Event())] }); p.start(); return p; })();
      await collectAll();
      console.log(await running);
      await child.join();
      console.log(child.exitCode);
      await collectAll();
      console.log(refs.map((ref) => ref.deref()));
      const lock = new mp.Lock();
      await lock.acquire();
      pool.apply((each) => void each.acquire(), [lock]).then(() => console.log("over"));
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual([code, stdout, stderr], [0, "true\n0\n[ undefined, undefined, undefined, undefined ]\nover\n", ""]);
});

test("a lock that a task kept is the same for a later task, whatever the collector does meanwhile", async (t) => {
  const { stdout, stderr } = await runScript(
    t,
    `
    const lock = new mp.Lock();
    mp.withPool(1, async (pool) => {
      await pool.apply((each) => void each.acquireSync(), [lock]);
      for (let i = 0; i < 10; i++) await pool.apply(async () => { globalThis.gc(); await new Promise((resolve) => setTimeout(resolve, 10)); });
      await pool.apply((each) => each.release(), [lock]);
      console.log(lock.locked());
    });`,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual([stdout, stderr], ["false\n", ""]);
});
