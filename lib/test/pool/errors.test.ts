import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { blockUntil, count, errorOf, makePool, runScript, sharedCells } from "../helpers/pool";

const sqr = (x: number): number => x * x;

test("an error keeps its class, message and properties, and says where it came from (_TestPool.test_traceback)", async (t) => {
  // A pool's workers are counted from 1, whatever other threads there are.
  await makePool(t, 2).ready;
  const pool = makePool(t, 1);
  const error = await errorOf(
    pool.apply(function parse() {
      throw Object.assign(new RangeError("123"), { line: 4 });
    }),
  );
  assert.ok(error instanceof RangeError);
  assert.equal(error.message, "123");
  assert.equal((error as unknown as { line: number }).line, 4);
  assert.ok(error.cause instanceof mp.RemoteError);
  assert.match(error.cause.stack ?? "", /worker 1 of the pool, running `parse`/);
  assert.match(error.cause.stack ?? "", /at parse .*errors\.test/);
  const inMap = await errorOf(
    pool.map(
      (x: number) => {
        if (x === 6) throw new Error("six");
        return x;
      },
      mp.range(10),
      { chunkSize: 4 },
    ),
  );
  assert.match(inMap.cause.stack, /on item 6/);
});

test("an error is the one that was thrown, not wrapped in another (_TestPool.test_wrapped_exception)", async (t) => {
  const error = await errorOf(
    makePool(t, 1).apply(() => {
      throw new Error("foo", { cause: new TypeError("inner") });
    }),
  );
  assert.equal(Object.getPrototypeOf(error), Error.prototype);
  assert.ok(error.cause instanceof TypeError);
  assert.ok((error.cause as Error).cause instanceof mp.RemoteError);
});

test("map rejects at the first failure and starts no further chunk; large errors do not block it (_TestPool.test_map_no_failfast)", async (t) => {
  const pool = makePool(t, 2);
  const begun = sharedCells();
  const error = await errorOf(
    pool.map(
      () => {
        count(begun);
        throw new RangeError("x".repeat(1024 * 1024 + 1));
      },
      mp.range(1000),
      { chunkSize: 1 },
    ),
  );
  assert.equal(error.message.length, 1024 * 1024 + 1);
  assert.deepEqual(await pool.map(sqr, mp.range(10), { chunkSize: 1 }), mp.range(10).map(sqr));
  assert.ok(Atomics.load(begun, 0) <= 4, `${Atomics.load(begun, 0)} chunks were begun`);
  pool.close();
  await pool.join();
});

test("map rejects without waiting for chunks that are still running", async (t) => {
  const pool = makePool(t, 2);
  const gate = sharedCells(2);
  const error = await errorOf(
    pool.map(
      (x: number) => {
        if (x === 1) throw new Error("one");
        blockUntil(gate, 0, 1);
        return count(gate, 1);
      },
      [0, 1],
      { chunkSize: 1 },
    ),
  );
  assert.equal(error.message, "one");
  assert.equal(Atomics.load(gate, 1), 0);
  count(gate);
  assert.equal(await pool.apply(sqr, [2]), 4);
});

test("items that cannot travel reject and leave the pool as it was (_TestPool.test_map_unplicklable)", async (t) => {
  const pool = makePool(t, 2);
  const error = await errorOf(pool.map((x: unknown) => x, [1, 2, new WeakMap()]));
  assert.ok(error instanceof mp.SerializationError);
  assert.match(error.message, /item 2/);
  const captured = new WeakMap();
  assert.match(
    (
      await errorOf(
        pool.apply(function lookUp() {
          return captured;
        }),
      )
    ).message,
    /captured variable `captured` of `lookUp`/,
  );
  assert.equal(await pool.apply(sqr, [2]), 4);
});

test("a result that cannot travel rejects, again and again, and costs no worker (_TestPoolWorkerErrors.test_unpickleable_result)", async (t) => {
  const pool = makePool(t, 1);
  await pool.apply(() => {
    (globalThis as any).marked = true;
  });
  for (let round = 0; round < 20; round++) {
    let told: unknown;
    const error = await errorOf(
      pool
        .applyAsync(() => () => 42, [], {
          errorCallback: (reason) => {
            told = reason;
          },
        })
        .get(),
    );
    assert.ok(error instanceof mp.SerializationError);
    assert.equal(told, error);
  }
  assert.equal(await pool.apply(() => (globalThis as any).marked), true);
});

test("errorCallback gets the error (_TestPoolWorkerErrors.test_async_error_callback)", async (t) => {
  let told: unknown;
  const result = makePool(t, 2).applyAsync(
    () => {
      throw new TypeError("key");
    },
    [],
    {
      errorCallback: (error) => {
        told = error;
      },
    },
  );
  assert.equal(await errorOf(result.get()), told);
  assert.ok(told instanceof TypeError);
});

test("what is thrown need not be an Error", async (t) => {
  const pool = makePool(t, 1);
  for (const thrown of ["text", undefined, null, 7, { code: 3 }]) {
    const outcome = await pool
      .apply(
        (value: unknown) => {
          throw value;
        },
        [thrown],
      )
      .then(
        () => "resolved",
        (error: unknown) => [error],
      );
    assert.deepEqual(outcome, [thrown]);
  }
});

test("an unread failure does not end the program, and causes a warning when it is collected; a read one does not", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(2);
      const turn = () => new Promise((resolve) => setTimeout(resolve, 20));
      (() => {
        pool.applyAsync(function unread() { throw new RangeError("lost"); });
        pool.applyAsync(function unreadEarly() { throw new RangeError("collected while it ran"); });
        pool.applyAsync(function read() { throw new RangeError("known"); }).get().catch(() => 0);
        pool.applyAsync(function awaited() { throw new RangeError("known"); }).then(() => 0, () => 0);
        pool.applyAsync(function told() { throw new RangeError("known"); }, [], { errorCallback() {} });
        pool.applyAsync(function fine() { return 1; });
      })();
      gc();
      await pool.map((x) => x, [1, 2, 3]);
      for (let i = 0; i < 20; i++) { await turn(); gc(); }
      console.log("went on");
      pool.close();
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.equal(code, 0);
  assert.equal(stdout, "went on\n");
  const warnings = stderr.split("\n").filter((line) => line.includes("Warning:"));
  assert.equal(warnings.length, 2, stderr);
  assert.ok(
    warnings.some((line) => /`unread` failed in a pool, and nobody asked for its result: RangeError: lost/.test(line)),
  );
  assert.ok(warnings.some((line) => line.includes("`unreadEarly`")));
});

test("arguments and results are not kept when the call is over (_TestPool.test_release_task_refs)", async (t) => {
  const { stdout } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(2);
      const refs = await (async () => {
        const items = Array.from({ length: 10 }, (_, n) => ({ n, data: [n] }));
        const results = await pool.map((item) => item, items);
        return [...items, ...results].map((item) => new WeakRef(item));
      })();
      for (let i = 0; i < 10; i++) { await new Promise((resolve) => setTimeout(resolve, 10)); gc(); }
      console.log(refs.filter((ref) => ref.deref() !== undefined).length);
      pool.close();
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.equal(stdout, "0\n");
});
