import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { blockUntil, count, errorOf, makePool, runScript, sharedCells, until } from "../helpers/pool";

const sqr = (x: number): number => x * x;

test("close() lets accepted tasks finish and refuses new ones; join() waits for the workers' end", async (t) => {
  const pool = makePool(t, 2);
  const gate = sharedCells();
  const running = pool.mapAsync(
    (x: number) => {
      blockUntil(gate, 0, 1);
      return x;
    },
    mp.range(20),
    { chunkSize: 1 },
  );
  assert.match((await errorOf(pool.join())).message, /still open/);
  pool.close();
  pool.close();
  for (const refused of [
    pool.apply(sqr, [1]),
    pool.map(sqr, [1]),
    pool.applyAsync(sqr, [1]).get(),
    pool.imap(sqr, [1]).next(),
  ]) {
    assert.ok((await errorOf(refused)) instanceof mp.PoolClosedError);
  }
  const joined = pool.join();
  assert.equal(running.ready(), false);
  count(gate);
  await joined;
  assert.equal(running.ready(), true);
  assert.deepEqual(await running, mp.range(20));
});

test("close() waits for a call whose asynchronous source is still being read", async (t) => {
  const pool = makePool(t, 1);
  let go: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  const call = pool.map(
    sqr,
    (async function* () {
      yield 2;
      await gate;
      yield 3;
    })(),
  );
  pool.close();
  const joined = pool.join();
  go();
  assert.deepEqual(await call, [4, 9]);
  await joined;
});

test("terminate() stops endless loops at once and rejects whatever was pending (_TestPool.test_terminate)", async (t) => {
  const pool = makePool(t, 3);
  const begun = sharedCells();
  const forever = pool.mapAsync(
    () => {
      count(begun);
      for (;;);
    },
    mp.range(10_000),
    { chunkSize: 1 },
  );
  const waiting = mp.range(100).map(() => pool.applyAsync(sqr, [1]));
  const iteration = errorOf(pool.imap(sqr, mp.range(10)).next());
  const stuck = errorOf(
    pool.map(sqr, {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<number>>(() => undefined) }),
    }),
  );
  const idle = pool
    .imap(sqr, { [Symbol.asyncIterator]: () => ({ next: () => new Promise<IteratorResult<number>>(() => undefined) }) })
    .next();
  await until(() => Atomics.load(begun, 0) === 3);
  const ended = pool.terminate();
  for (const pending of [forever, ...waiting]) assert.ok((await errorOf(pending)) instanceof mp.PoolClosedError);
  for (const error of [await iteration, await stuck, await errorOf(idle)])
    assert.ok(error instanceof mp.PoolClosedError);
  await ended;
  await pool.join();
  assert.ok((await errorOf(pool.apply(sqr, [1]))) instanceof mp.PoolClosedError);
});

test("10,000 queued tasks are rejected at once by terminate()", async (t) => {
  const pool = makePool(t, 2);
  const busy = [
    pool.applyAsync(() => {
      for (;;);
    }),
    pool.applyAsync(() => {
      for (;;);
    }),
  ];
  const chunks = pool.mapAsync(sqr, mp.range(10_000), { chunkSize: 1 });
  const calls = mp.range(1000).map((x) => pool.applyAsync(sqr, [x]));
  const from = performance.now();
  await pool.terminate();
  const outcomes = await Promise.allSettled([...busy, chunks, ...calls]);
  t.diagnostic(`terminate took ${Math.round(performance.now() - from)} ms`);
  assert.ok(outcomes.every((outcome) => outcome.status === "rejected" && outcome.reason instanceof mp.PoolClosedError));
});

test("close, terminate and join work in any order, and twice", async (t) => {
  const pool = makePool(t, 2);
  const forever = errorOf(
    pool.apply(() => {
      for (;;);
    }),
  );
  pool.close();
  const joined = pool.join();
  const first = pool.terminate();
  const second = pool.terminate();
  await Promise.all([joined, first, second, pool.join()]);
  assert.ok((await forever) instanceof mp.PoolClosedError);
  pool.close();
  await pool.join();
  await pool[Symbol.asyncDispose]();
  assert.match(String((await errorOf(pool.apply(sqr, [1]))).message), /terminated/);
});

test("join() waits until the worker threads have ended", async (t) => {
  const { stdout } = await runScript(
    t,
    `
    const { readdirSync, existsSync } = require("node:fs");
    const threads = () => (existsSync("/proc/self/task") ? readdirSync("/proc/self/task").length : 0);
    (async () => {
      const warm = new mp.Pool(1);
      await warm.apply(() => 1);
      await warm.terminate();
      const before = threads();
      for (let round = 0; round < 3; round++) {
        const pool = new mp.Pool(3);
        const control = new AbortController();
        const stopped = pool.map(() => { for (;;); }, [1, 2, 3], { signal: control.signal, chunkSize: 1 }).catch(() => 0);
        setTimeout(() => control.abort(), 50);
        await stopped;
        if (round === 1) await pool.map((x) => x, [1, 2, 3], { chunkSize: 1 });
        if (round === 2) pool.close(); else await pool.terminate();
        await pool.join();
        console.log(threads() - before);
      }
    })();`,
  );
  assert.equal(stdout, "0\n0\n0\n");
});

test("asyncDispose closes and joins (_TestPool.test_context)", async (t) => {
  const pool = makePool(t, 2);
  const result = pool.mapAsync(sqr, mp.range(10));
  await pool[Symbol.asyncDispose]();
  assert.deepEqual(await result.get(), mp.range(10).map(sqr));
  assert.ok((await errorOf(pool.mapAsync(sqr, [1]))) instanceof mp.PoolClosedError);
});

test("withPool returns the body's result, and the pool has ended (_TestPool.test_context, test_enter)", async () => {
  let kept: mp.Pool | undefined;
  const result = await mp.withPool(2, async (pool) => {
    kept = pool;
    return await pool.mapAsync(sqr, mp.range(10)).get();
  });
  assert.deepEqual(result, mp.range(10).map(sqr));
  assert.ok((await errorOf((kept as mp.Pool).apply(sqr, [1]))) instanceof mp.PoolClosedError);
  await (kept as mp.Pool).join();
  assert.equal(await mp.withPool(1, () => 5), 5);
});

test("withPool lets tasks finish that the body has not awaited", async () => {
  const done = sharedCells();
  await mp.withPool(2, (pool) => {
    void pool.map(
      () => {
        for (const end = performance.now() + 5; performance.now() < end;);
        return count(done);
      },
      mp.range(10),
      { chunkSize: 1 },
    );
  });
  assert.equal(Atomics.load(done, 0), 10);
});

test("withPool whose body throws terminates the pool and passes the error on", async () => {
  let pending: Promise<unknown> | undefined;
  const error = await errorOf(
    mp.withPool(2, (pool) => {
      pending = errorOf(
        pool.apply(() => {
          for (;;);
        }),
      );
      throw new RangeError("body");
    }),
  );
  assert.equal(error.message, "body");
  assert.ok((await pending) instanceof mp.PoolClosedError);
  assert.equal((await errorOf(mp.withPool(0, () => 1))).name, "RangeError");
  assert.equal((await errorOf(mp.withPool(1, 5 as never))).name, "TypeError");
});

test("a program with an open pool exits by itself, when its tasks are done (_TestPoolWorkerLifetime.test_worker_finalization_via_atexit_handler_of_multiprocessing)", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    globalThis.kept = new mp.Pool(2);
    kept.apply((x) => new Promise((resolve) => setTimeout(() => resolve(x * x), 100)), [3]).then((result) => console.log(result));
    new mp.Pool(2);
    new mp.Pool(1, { initializer: () => undefined });
    const other = new mp.Pool(1);
    other.apply(() => process.exit(2)).catch((error) => other.apply(() => error.name).then(console.log));
    const iteration = other.imap((x) => x, [1, 2]);
    iteration.next().then(({ value }) => console.log("item", value));`,
  );
  assert.equal(code, 0, stderr);
  assert.equal(stderr, "");
  assert.deepEqual(stdout.trim().split("\n").sort(), ["9", "WorkerDiedError", "item 1"]);
});

test("a program may end with process.exit while workers are busy", async (t) => {
  const { code } = await runScript(
    t,
    `
    const pool = new mp.Pool(2);
    pool.map(() => { for (;;); }, [1, 2]);
    setTimeout(() => process.exit(7), 100);`,
  );
  assert.equal(code, 7);
});

test("a pool that nobody refers to ends its workers, after its tasks", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    const { readdirSync, existsSync } = require("node:fs");
    const threads = () => readdirSync("/proc/self/task").length;
    const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    (async () => {
      if (!existsSync("/proc/self/task")) return console.log("all done\\n0\\nstill iterating 5");
      await mp.withPool(1, (pool) => pool.apply(() => 1));
      const before = threads();
      const pending = (() => new mp.Pool(2).map((x) => new Promise((resolve) => setTimeout(() => resolve(x), 200)), [1, 2, 3, 4], { chunkSize: 1 }))();
      // As when the cell that makes a pool is run again and again.
      for (let i = 0; i < 3; i++) { globalThis.pool = new mp.Pool(2); await pool.apply(() => 1); }
      globalThis.pool = undefined;
      for (let i = 0; i < 5; i++) { await turn(10); gc(); }
      await pending;
      console.log("all done");
      for (let i = 0; i < 100 && threads() > before; i++) { await turn(20); gc(); }
      console.log(threads() - before);
      let seen = 0;
      for await (const x of new mp.Pool(1).imap((x) => x, [1, 2, 3, 4, 5])) { gc(); await turn(5); gc(); seen++; }
      console.log("still iterating", seen);
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual([code, stdout, stderr], [0, "all done\n0\nstill iterating 5\n", ""]);
});

test(
  "of many forgotten pools only a few have threads at a time",
  { skip: process.platform !== "linux" && "threads are counted on Linux" },
  async (t) => {
    const { code, stdout, stderr } = await runScript(
      t,
      `
    const { readdirSync } = require("node:fs");
    const threads = () => readdirSync("/proc/self/task").length;
    (async () => {
      const before = threads();
      let most = 0;
      for (let round = 0; round < 30; round++) {
        const pool = new mp.Pool(2);
        await pool.apply((x) => x + 1, [1]);
        most = Math.max(most, threads() - before);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      console.log(most);
    })();`,
    );
    assert.equal(code, 0, stderr);
    assert.ok(Number(stdout) > 0 && Number(stdout) <= 24, stdout);
  },
);

test("a printed pool can be collected, although a function was sent just before", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const collect = () => require("node:vm").runInNewContext("gc")();
    const factor = 3;
    const triple = (x) => x * factor;
    const printed = async () => {
      const pool = new mp.Pool(1);
      const result = await pool.apply(triple, [1]);
      console.debug(pool);
      return new WeakRef(pool);
    };
    async function isLetGo() {
      const pool = await printed();
      for (let i = 0; i < 100 && pool.deref() !== undefined; i++) { await turn(20); collect(); }
      return pool.deref() === undefined;
    }
    (async () => {
      console.log(await isLetGo(), await isLetGo());
      // Workers ask V8, too.
      console.log(await mp.withPool(1, (pool) => pool.apply(isLetGo)));
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual(
    [code, stdout.replaceAll("Pool { size: 1, state: 'open' }\n", ""), stderr],
    [0, "true true\ntrue\n", ""],
  );
});
