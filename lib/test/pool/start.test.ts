import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import * as mp from "parallel-typescript";

const stackThere = (): string => String(new Error().stack);

/** Pools, one after the other, until their workers start out of the bundle that one of the first has made. */
async function poolOfBundle(): Promise<mp.Pool> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const pool = new mp.Pool(1);
    if ((await pool.apply(stackThere)).includes("bundle of modules")) return pool;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await pool.terminate();
  }
  return assert.fail("no worker started out of a bundle");
}

test("later workers start out of a bundle, and are like the first ones", async () => {
  const pool = await poolOfBundle();
  const queue = new mp.Queue<number>();
  const there = await pool.apply(
    async (items: mp.Queue<number>, base: typeof mp.TimeoutError) => {
      const own = await import("parallel-typescript");
      await items.put(1);
      return [
        own.TimeoutError === base,
        items instanceof own.Queue,
        await own.withPool(1, (inner) => inner.apply((x: number) => x + 1, [1])),
      ];
    },
    [queue, mp.TimeoutError],
  );
  assert.deepEqual(there, [true, true, 2]);
  assert.equal(await queue.get(), 1);
  await assert.rejects(
    pool.apply(() => {
      throw new mp.WorkerDiedError("as one of ours");
    }),
    (error: Error) => {
      assert.ok(error instanceof mp.WorkerDiedError);
      // The library's own frames are folded away, in a bundle too.
      assert.doesNotMatch(String((error.cause as Error).stack), /bundle of modules/);
      return true;
    },
  );
  await pool.terminate();
});

test("a bundle that was spoilt is left aside", async () => {
  const file = join(require.resolve("parallel-typescript"), "..", "pool", "worker", "entry.js");
  const main = join(file, "..", "main.js");
  for (const text of [
    "(",
    "({})",
    "undefined",
    `({ ${JSON.stringify(main)}: () => { throw new Error("spoilt"); } })`,
  ]) {
    const workerData = { voice: 0, bundle: { text, code: new Uint8Array(8) } };
    const worker = new Worker(file, { workerData });
    const { is } = await new Promise<{ is: string }>((resolve, reject) =>
      worker.once("message", resolve).once("error", reject),
    );
    assert.equal(is, "hello", text);
    await worker.terminate();
  }
});
