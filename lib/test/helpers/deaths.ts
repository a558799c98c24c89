import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { makePool, until } from "./pool";

/**
 * Workers that die with a lock and a unit of a semaphore in their hands, by the way that `seed` says, while others wait for both: nobody may wait for ever,
 * and no two may have the lock at a time.
 */
export async function dieWithLocks(t: TestContext, rounds: number, seed: number): Promise<void> {
  const pool = makePool(t, 3);
  const lock = new mp.Lock();
  const semaphore = new mp.Semaphore(2);
  const [inside, wrong, had] = [0, 1, 2];
  const cells = mp.sharedArray(Int32Array, 3);
  const random = mp.seededRandom(seed);
  const work = async (way: string): Promise<string> => {
    const unit = way.includes("sync") ? semaphore.acquireSync() : await semaphore.acquire();
    const held = way.includes("sync") ? lock.acquireSync() : await lock.acquire();
    // Who died with it could not count itself out.
    if (held.abandoned) Atomics.store(cells, inside, 0);
    if (Atomics.add(cells, inside, 1) !== 0) Atomics.add(cells, wrong, 1);
    Atomics.add(cells, had, 1);
    if (way.includes("exit")) process.exit(1);
    if (way.includes("hang")) await new Promise(() => setInterval(() => undefined, 1000));
    Atomics.sub(cells, inside, 1);
    held[Symbol.dispose]();
    unit[Symbol.dispose]();
    return "done";
  };
  let deaths = 0;
  const one = async (): Promise<void> => {
    const way = random.choice(["exit sync", "exit", "hang", "hang sync"]);
    const control = new AbortController();
    const ended = pool.apply(work, [way], { signal: control.signal }).catch((error: Error) => error.name);
    if (way.includes("hang")) setTimeout(() => control.abort(), random.randint(0, 20));
    assert.match(await ended, /WorkerDiedError|AbortError/);
    deaths++;
  };
  const others = async (): Promise<void> => {
    while (deaths < rounds) assert.equal(await pool.apply(work, [random.choice(["sync", "async"])]), "done");
  };
  const here = async (): Promise<void> => {
    while (deaths < rounds) {
      using held = await lock.acquire();
      if (held.abandoned) Atomics.store(cells, inside, 0);
      if (Atomics.add(cells, inside, 1) !== 0) Atomics.add(cells, wrong, 1);
      await new Promise(setImmediate);
      Atomics.sub(cells, inside, 1);
    }
  };
  const mortals = Array.from({ length: 2 }, async (_, n) => {
    for (let round = n; round < rounds; round += 2) await one();
  });
  await Promise.all([...mortals, others(), here()]);
  assert.deepEqual([deaths, cells[wrong]], [rounds, 0]);
  assert.ok(cells[had] > 0);
  await until(() => !lock.locked());
  for (let unit = 0; unit < 2; unit++) await semaphore.acquire({ timeout: 30_000 });
}
