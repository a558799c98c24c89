import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { blockUntil, collect, count, errorOf, makePool, sharedCells } from "../helpers/pool";

const sqr = (x: number): number => x * x;
const mul = (a: number, b: number): number => a * b;
const tuples = mp.range(100).map((x): [number, number] => [x, 99 - x]);
const products = tuples.map(([a, b]) => a * b);

test("apply calls a function once in a worker (_TestPool.test_apply)", async (t) => {
  const pool = makePool(t, 2);
  assert.equal(await pool.apply(sqr, [5]), 25);
  assert.equal(await pool.apply(() => 7), 7);
  assert.equal(await pool.apply((...all: number[]) => all.length, [1, 2, 3]), 3);
});

test("map gives the results in the order of the items, for any chunk size (_TestPool.test_map)", async (t) => {
  const pool = makePool(t, 3);
  const squares = mp.range(100).map(sqr);
  for (const chunkSize of [undefined, 1, 7, 20, 100, 1000])
    assert.deepEqual(await pool.map(sqr, mp.range(100), { chunkSize }), squares);
  assert.deepEqual(await pool.map(sqr, new Set([1, 2, 3])), [1, 4, 9]);
});

test("map gives the item and nothing else to the function", async (t) => {
  assert.deepEqual(await makePool(t, 2).map((...all: unknown[]) => all, ["a", "b"]), [["a"], ["b"]]);
});

test("map gives one result for each item, also where results are lists, undefined or promises", async (t) => {
  const pool = makePool(t, 2);
  assert.deepEqual(await pool.map((x: number) => [[x]], [1, 2, 3], { chunkSize: 2 }), [[[1]], [[2]], [[3]]]);
  assert.deepEqual(await pool.map(() => undefined, [1, 2, 3]), [undefined, undefined, undefined]);
  assert.deepEqual(await pool.map(async (x: number) => x + 1, [1, 2, 3]), [2, 3, 4]);
});

test("map works on the list as it was when it was called", async (t) => {
  const pool = makePool(t, 1);
  const items = [1, 2];
  const results = pool.mapAsync(sqr, items);
  items.push(3);
  assert.deepEqual(await results.get(), [1, 4]);
  const busy = pool.applyAsync(() => new Promise(() => undefined));
  const unbegun = pool.mapAsync(sqr, items);
  items.push(4);
  assert.equal(unbegun.cancel(), true);
  await assert.rejects(unbegun.get(), mp.CancelledError);
  await pool.terminate();
  await assert.rejects(busy.get(), mp.PoolClosedError);
});

test("map takes an asynchronous source", async (t) => {
  const pool = makePool(t, 2);
  async function* source(): AsyncGenerator<number> {
    for (const x of [1, 2, 3]) yield Promise.resolve(x);
  }
  assert.deepEqual(await pool.map(sqr, source()), [1, 4, 9]);
  assert.deepEqual(
    await pool.starmap(
      mul,
      (async function* () {
        yield [2, 3] as [number, number];
      })(),
    ),
    [6],
  );
  const error = await errorOf(
    pool.map(
      sqr,
      (async function* () {
        yield 1;
        throw new RangeError("source");
      })(),
    ),
  );
  assert.equal(error.message, "source");
});

test("map sends a function's variables as they are at the time of the call, whenever the source comes", async (t) => {
  let factor = 2;
  async function* source(): AsyncGenerator<number> {
    await new Promise((resolve) => setImmediate(resolve));
    yield 1;
  }
  const call = makePool(t, 1).map((x: number) => x * factor, source());
  factor = 3;
  assert.deepEqual(await call, [2]);
});

test("starmap spreads each item over the parameters (_TestPool.test_starmap)", async (t) => {
  const pool = makePool(t, 2);
  assert.deepEqual(await pool.starmap(mul, tuples), products);
  assert.deepEqual(await pool.starmap(mul, tuples, { chunkSize: 20 }), products);
});

test("starmapAsync and mapAsync hand back a result at once (_TestPool.test_starmap_async, test_map_async)", async (t) => {
  const pool = makePool(t, 2);
  assert.deepEqual(await pool.starmapAsync(mul, tuples).get(), products);
  assert.deepEqual(await pool.mapAsync(sqr, mp.range(10)).get(), mp.range(10).map(sqr));
});

test("callbacks get the result or the error, before get() resolves (_TestPool.test_map_async_callbacks)", async (t) => {
  const pool = makePool(t, 2);
  const calls: unknown[] = [];
  const options = {
    callback: (value: unknown) => void calls.push(value),
    errorCallback: (error: unknown) => void calls.push(error),
  };
  await pool.mapAsync(Number, ["1"], options).wait();
  assert.deepEqual(calls, [[1]]);
  await pool
    .mapAsync(
      (text: string) => {
        throw new RangeError(text);
      },
      ["a"],
      options,
    )
    .wait();
  assert.equal(calls.length, 2);
  assert.ok(calls[1] instanceof RangeError);
});

test("a callback that throws is reported, and the pool goes on", async (t) => {
  const errors = t.mock.method(console, "error", () => undefined);
  const pool = makePool(t, 2);
  const fail = (): never => {
    throw new Error("callback");
  };
  assert.equal(await pool.applyAsync(sqr, [2], { callback: fail }).get(), 4);
  assert.equal(
    (
      await errorOf(
        pool
          .applyAsync(
            () => {
              throw new Error("task");
            },
            [],
            { errorCallback: fail },
          )
          .get(),
      )
    ).message,
    "task",
  );
  assert.equal(await pool.apply(sqr, [3]), 9);
  assert.equal(errors.mock.callCount(), 2);
});

test("an empty source gives an empty result (_TestPool.test_empty_iterable, test_map_chunksize)", async (t) => {
  const pool = makePool(t, 1);
  assert.deepEqual(await pool.map(sqr, []), []);
  assert.deepEqual(await pool.starmap(mul, []), []);
  assert.deepEqual(await collect(pool.imap(sqr, [])), []);
  assert.deepEqual(await collect(pool.imapUnordered(sqr, [])), []);
  assert.deepEqual(await pool.mapAsync(sqr, []).get(), []);
  assert.deepEqual(await pool.mapAsync(sqr, [], { chunkSize: 1 }).get({ timeout: 10_000 }), []);
});

test("an error of the source ends map (_TestPool.test_map_handle_iterable_exception)", async (t) => {
  const pool = makePool(t, 2);
  function* throwing(total: number, when: number): Generator<number> {
    if (when === -1) throw new RangeError("now");
    for (const x of mp.range(total)) {
      if (x === when) throw new RangeError("now");
      yield x;
    }
  }
  for (const source of [throwing(1, -1), throwing(1, -1), throwing(10, 3)]) {
    const error = await errorOf(pool.map(sqr, source, { chunkSize: 1 }));
    assert.ok(error instanceof RangeError);
    assert.equal(error.cause, undefined, "nothing was thrown in a worker");
  }
  assert.deepEqual(await pool.map(sqr, [2]), [4]);
});

test("as many tasks as there are workers run at once (_TestPool.test_async)", async (t) => {
  const pool = makePool(t, 3);
  const inside = sharedCells();
  // Each of the three ends only when all three have begun.
  const meet = (): number => {
    const before = count(inside);
    blockUntil(inside, 0, 3);
    return before;
  };
  const results = [1, 2, 3].map(() => pool.applyAsync(meet));
  assert.deepEqual((await Promise.all(results)).sort(), [0, 1, 2]);
  assert.deepEqual((await pool.map(meet, [1, 2, 3], { chunkSize: 1 })).length, 3);
});

test("tasks wait for their turn in the order of their calls", async (t) => {
  const pool = makePool(t, 1);
  const turn = sharedCells();
  const results = mp.range(50).map(() => pool.applyAsync(() => Atomics.add(turn, 0, 1)));
  assert.deepEqual(await Promise.all(results), mp.range(50));
});

test("map starts one task a chunk, and sends the function once a worker", async (t) => {
  const pool = makePool(t, 1);
  let calls = 0;
  // What the function does to its variables stays in the worker's copy, which all chunks share.
  assert.deepEqual(await pool.map(() => ++calls, mp.range(6), { chunkSize: 2 }), [1, 2, 3, 4, 5, 6]);
  assert.equal(calls, 0);
});

test("a pool with less than one worker is refused (_TestPool.test_make_pool)", async (t) => {
  for (const processes of [-1, 0, 1.5, NaN, "3", null])
    assert.throws(() => new mp.Pool(processes as number), RangeError);
  assert.equal(makePool(t, 3).size, 3);
  assert.equal(makePool(t).size, mp.availableCpus());
});

test("wrong arguments reject with a sentence for a beginner", async (t) => {
  const pool = makePool(t, 1);
  const wrong: [PromiseLike<unknown>, string, RegExp][] = [
    [pool.map(5 as never, [1]), "TypeError", /map: expected a function first, got the number 5/],
    [pool.map(sqr, 5 as never), "TypeError", /can be iterated.*the number 5/],
    [pool.apply(sqr, 5 as never), "TypeError", /list, such as \[3\]/],
    [pool.starmap(mul, [1] as never), "TypeError", /item 0 must be a list/],
    [pool.map(sqr, [1], { chunkSize: 0 }), "RangeError", /chunkSize/],
    [pool.map(sqr, [1], { signal: 5 as never }), "TypeError", /AbortSignal/],
    [pool.applyAsync(5 as never), "TypeError", /applyAsync/],
    [pool.imap(sqr, 5 as never).next(), "TypeError", /imap/],
    [pool.imap(sqr, [1], { chunkSize: 1.5 }).next(), "RangeError", /chunkSize/],
    [pool.imapUnordered(null as never, []).next(), "TypeError", /imapUnordered/],
  ];
  for (const [promise, name, message] of wrong) {
    const error = await errorOf(promise);
    assert.equal(error.name, name);
    assert.match(error.message, message);
  }
});

test("a pool prints what it is", async (t) => {
  const pool = makePool(t, 2);
  assert.equal(inspect(pool), "Pool { size: 2, state: 'open' }");
  pool.close();
  assert.equal(inspect(pool), "Pool { size: 2, state: 'closed' }");
  await pool.terminate();
  assert.equal(inspect(pool), "Pool { size: 2, state: 'terminated' }");
});
