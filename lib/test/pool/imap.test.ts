import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as mp from "parallel-typescript";
import { blockUntil, collect, count, errorOf, makePool, runScript, sharedCells, until } from "../helpers/pool";

const sqr = (x: number): number => x * x;

/** 0, 1, 2, ... for ever; notes how many were asked for, and that it was closed. */
function endless(): { items: Generator<number>; asked: number; closed: boolean } {
  const source = { asked: 0, closed: false, items: undefined as unknown as Generator<number> };
  source.items = (function* () {
    try {
      for (;;) yield source.asked++;
    } finally {
      source.closed = true;
    }
  })();
  return source;
}
function* throwing(total: number, when: number): Generator<number> {
  for (const x of mp.range(Math.max(total, 1))) {
    if (x === when || when === -1) throw new RangeError("say when");
    yield x;
  }
}

test("imap gives results in the order of the items (_TestPool.test_imap)", async (t) => {
  const pool = makePool(t, 2);
  assert.deepEqual(await collect(pool.imap(sqr, mp.range(10))), mp.range(10).map(sqr));
  const byHand = pool.imap(sqr, mp.range(10));
  for (const x of mp.range(10)) assert.deepEqual(await byHand.next(), { done: false, value: x * x });
  assert.deepEqual(await byHand.next(), { done: true, value: undefined });
  assert.deepEqual(await collect(pool.imap(sqr, mp.range(1000), { chunkSize: 100 })), mp.range(1000).map(sqr));
});

test("imapUnordered gives all results (_TestPool.test_imap_unordered)", async (t) => {
  const pool = makePool(t, 2);
  const sorted = async (results: AsyncIterable<number>): Promise<number[]> =>
    (await collect(results)).sort((a, b) => a - b);
  assert.deepEqual(await sorted(pool.imapUnordered(sqr, mp.range(10))), mp.range(10).map(sqr));
  assert.deepEqual(await sorted(pool.imapUnordered(sqr, mp.range(1000), { chunkSize: 100 })), mp.range(1000).map(sqr));
});

for (const [method, theirs] of [
  ["imap", "test_imap_handle_iterable_exception"],
  ["imapUnordered", "test_imap_unordered_handle_iterable_exception"],
] as const) {
  test(`${method} gives the results of the items before an error of the source (_TestPool.${theirs})`, async (t) => {
    const pool = makePool(t, 2);
    for (const [total, when, chunkSize] of [
      [1, -1, 1],
      [1, -1, 1],
      [10, 3, 1],
      [20, 7, 2],
      [20, 7, 4],
    ]) {
      const results: number[] = [];
      const error = await errorOf(
        (async () => {
          for await (const x of pool[method](sqr, throwing(total, when), { chunkSize })) results.push(x);
        })(),
      );
      assert.equal(error.message, "say when");
      if (method === "imapUnordered") results.sort((a, b) => a - b);
      assert.deepEqual(results, mp.range(Math.max(when, 0)).map(sqr));
    }
  });
}

test("imapUnordered gives the result that is done first; imap waits for the earlier item", async (t) => {
  const pool = makePool(t, 2);
  const gate = sharedCells();
  const first = (x: number): number => {
    if (x === 0) blockUntil(gate, 0, 1);
    return x;
  };
  const unordered = pool.imapUnordered(first, [0, 1]);
  assert.deepEqual(await unordered.next(), { done: false, value: 1 });
  count(gate);
  assert.deepEqual(await unordered.next(), { done: false, value: 0 });
  Atomics.store(gate, 0, 0);
  const ordered = pool.imap(first, [0, 1]);
  const next = ordered.next();
  assert.equal(await Promise.race([next, pool.apply(() => "the other worker was free")]), "the other worker was free");
  count(gate);
  assert.deepEqual(await next, { done: false, value: 0 });
  assert.deepEqual(await collect(ordered), [1]);
});

for (const method of ["imap", "imapUnordered"] as const) {
  test(`${method} reads an endless source only a bounded way ahead, and closes it on break`, async (t) => {
    const pool = makePool(t, 2);
    for (const chunkSize of [1, 5]) {
      const source = endless();
      let seen = 0;
      for await (const x of pool[method](sqr, source.items, { chunkSize })) {
        assert.equal(typeof x, "number");
        seen++;
        assert.ok(source.asked <= seen + 4 * 2 * chunkSize, `${source.asked} asked for, ${seen} seen`);
        if (seen === 200) break;
      }
      assert.ok(source.closed);
    }
  });

  test(`${method} closes its source when the loop throws, and when an item fails`, async (t) => {
    const pool = makePool(t, 2);
    const source = endless();
    assert.equal(
      (
        await errorOf(
          (async () => {
            for await (const x of pool[method](sqr, source.items)) throw new Error(`in the loop: ${typeof x}`);
          })(),
        )
      ).message,
      "in the loop: number",
    );
    assert.ok(source.closed);
    const other = endless();
    const error = await errorOf(
      collect(
        pool[method]((x: number) => {
          if (x === 7) throw new RangeError("seven");
          return x;
        }, other.items),
      ),
    );
    assert.equal(error.message, "seven");
    assert.match(error.cause.stack, /on item 7/);
    assert.ok(other.closed);
    assert.deepEqual(await collect(pool[method](sqr, [3])), [9]);
  });

  test(`${method} that is never iterated reads nothing and runs nothing`, async (t) => {
    const pool = makePool(t, 1);
    const source = endless();
    const begun = sharedCells();
    const results = pool[method](() => Atomics.add(begun, 0, 1), source.items);
    await pool.apply(() => undefined);
    assert.equal(source.asked, 0);
    assert.deepEqual(await results.return?.(), { done: true, value: undefined });
    await pool.apply(() => undefined);
    assert.equal(Atomics.load(begun, 0), 0);
    assert.deepEqual(await results.next(), { done: true, value: undefined });
  });

  test(`${method} gives each result at once while its source is slow`, async (t) => {
    const pool = makePool(t, 2);
    let give: (x: number) => void = () => undefined;
    async function* source(): AsyncGenerator<number> {
      for (;;)
        yield await new Promise<number>((resolve) => {
          give = resolve;
        });
    }
    const results = pool[method](sqr, source());
    for (const x of [1, 2, 3]) {
      const next = results.next();
      await new Promise((resolve) => setImmediate(resolve));
      give(x);
      assert.deepEqual(await next, { done: false, value: x * x });
    }
    // It waits for an item that never comes, and can be left all the same.
    const pending = results.next();
    assert.deepEqual(await results.return?.(), { done: true, value: undefined });
    assert.deepEqual(await pending, { done: true, value: undefined });
  });
}

test("return() by hand closes the source and stops the work", async (t) => {
  const pool = makePool(t, 1);
  const source = endless();
  const begun = sharedCells();
  const results = pool.imap(() => count(begun), source.items);
  await results.next();
  await results.return?.();
  assert.ok(source.closed);
  await pool.apply(() => undefined);
  const after = Atomics.load(begun, 0);
  await pool.apply(() => undefined);
  assert.equal(Atomics.load(begun, 0), after);
  assert.deepEqual(await results.next(), { done: true, value: undefined });
});

test("leaving the loop frees workers even from an endless loop", async (t) => {
  const pool = makePool(t, 2);
  const begun = sharedCells();
  for await (const x of pool.imapUnordered(
    (item: number) => {
      if (item === 0) return 0;
      count(begun);
      for (;;);
    },
    [0, 1, 2],
  )) {
    assert.equal(x, 0);
    await until(() => Atomics.load(begun, 0) === 2);
    break;
  }
  assert.deepEqual(await pool.map(sqr, [1, 2], { chunkSize: 1 }), [1, 4]);
});

for (const method of ["imap", "imapUnordered"] as const)
  test(`${method}: what has not begun when the loop is left never does`, async (t) => {
    const pool = makePool(t, 1);
    const [begun, go] = [sharedCells(), sharedCells()];
    for await (const x of pool[method]((item: number) => {
      count(begun);
      if (item > 0) blockUntil(go, 0, 1);
      return item;
    }, mp.range(10))) {
      assert.equal(x, 0);
      await until(() => Atomics.load(begun, 0) === 2);
      break;
    }
    count(go);
    assert.equal(await pool.apply(sqr, [2]), 4);
    assert.equal(Atomics.load(begun, 0), 2);
  });

test("leaving the loop lets a short task end by itself: its worker is kept", async (t) => {
  const pool = makePool(t, 1);
  const thread = await pool.apply(() => {
    (globalThis as any).kept = true;
  });
  assert.equal(thread, undefined);
  const slow = pool.imap((x: number) => {
    for (const end = performance.now() + 20; performance.now() < end;);
    return x;
  }, endless().items);
  await slow.next();
  await slow.return?.();
  assert.equal(await pool.apply(() => (globalThis as any).kept), true);
});

test("an error of the source when it is closed reaches the loop that broke, but hides no other error", async (t) => {
  const errors = t.mock.method(console, "error", () => undefined);
  const pool = makePool(t, 1);
  function* source(): Generator<number> {
    try {
      for (;;) yield 1;
    } finally {
      throw new Error("closing");
    }
  }
  assert.equal(
    (
      await errorOf(
        (async () => {
          for await (const x of pool.imap(sqr, source())) if (x === 1) break;
        })(),
      )
    ).message,
    "closing",
  );
  assert.equal(
    (
      await errorOf(
        collect(
          pool.imap(() => {
            throw new Error("item");
          }, source()),
        ),
      )
    ).message,
    "item",
  );
  assert.equal(errors.mock.callCount(), 1);
});

test("an item that cannot travel ends the iteration with the reason", async (t) => {
  const pool = makePool(t, 1);
  const error = await errorOf(collect(pool.imap((x: unknown) => x, [1, new WeakMap()])));
  assert.ok(error instanceof mp.SerializationError);
  assert.match(error.message, /item 1/);
});

test("iterations begun before close() go on after it", async (t) => {
  const pool = makePool(t, 2);
  const results = pool.imap(sqr, mp.range(50));
  const begun = pool.imapUnordered(sqr, mp.range(50));
  await begun.next();
  pool.close();
  assert.equal((await collect(begun)).length, 49);
  assert.deepEqual(await collect(results), mp.range(50).map(sqr));
  await pool.join();
});

test("join() does not wait for an iterator that nobody reads; reading on is refused", async (t) => {
  const pool = makePool(t, 2);
  const results = pool.imap(sqr, endless().items);
  await results.next();
  pool.close();
  await pool.join();
  const error = await errorOf(
    (async () => {
      for (;;) await results.next();
    })(),
  );
  assert.ok(error instanceof mp.PoolClosedError);
});

test("many iterations run at once without a warning", async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  t.after(() => process.off("warning", note));
  const pool = makePool(t, 2);
  const { signal } = new AbortController();
  const all = await Promise.all(
    mp.range(20).map((n) => collect(pool.imap((x: number) => x + n, mp.range(20), { signal }))),
  );
  all.forEach((results, n) =>
    assert.deepEqual(
      results,
      mp.range(20).map((x) => x + n),
    ),
  );
  await sleep(1);
  assert.deepEqual(warnings, []);
});

test("the memory does not grow over a long source", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    (async () => {
      const pool = new mp.Pool(2);
      const used = () => { gc(); return process.memoryUsage().heapUsed; };
      let seen = 0, before = 0;
      function* source() { for (let i = 0; i < 400000; i++) yield i; }
      for await (const x of pool.imapUnordered((x) => x, source(), { chunkSize: 200 })) if (++seen === 100000) before = used();
      console.log(seen, used() - before < 5e6);
      pool.close();
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual([code, stdout, stderr], [0, "400000 true\n", ""]);
});

test("an iterator that nobody refers to is collected with all that it holds, finished or not", async (t) => {
  const { code, stdout, stderr } = await runScript(
    t,
    `
    const turn = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const { existsSync, readdirSync } = require("node:fs");
    const threads = () => (existsSync("/proc/self/task") ? readdirSync("/proc/self/task").length : 0);
    const until = async (done) => { for (let i = 0; i < 100 && !done(); i++) { await turn(20); gc(); } return done(); };
    (async () => {
      await mp.withPool(1, (pool) => pool.apply(() => 1));
      const before = threads();
      const pool = new mp.Pool(2);
      const finished = await (async () => {
        const items = [1, 2, 3, 4];
        for await (const x of pool.imap((x) => x, items)) ;
        return new WeakRef(items);
      })();
      const left = await (async () => {
        const items = { *[Symbol.iterator]() { for (let i = 0; ; i++) yield i; } };
        await pool.imapUnordered((x) => x, items).next();
        return new WeakRef(items);
      })();
      console.log(await until(() => finished.deref() === undefined), await until(() => left.deref() === undefined));
      // A closed pool stays for an iteration that may go on; this one cannot.
      await (async () => { await pool.imap((x) => x, mp.range(100)).next(); })();
      pool.close();
      console.log(await until(() => threads() <= before));
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual([code, stdout, stderr], [0, "true true\ntrue\n", ""]);
});
