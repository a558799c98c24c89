import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { errorOf, makePool, runScript, until } from "../helpers/pool";
import { startProcess as start } from "../helpers/process";

async function take<T>(queue: mp.Queue<T>, n: number): Promise<T[]> {
  const items: T[] = [];
  for (let i = 0; i < n; i++) items.push(await queue.get({ timeout: 20_000 }));
  return items;
}

test("put and get, first in, first out; full, empty and qsize (_TestQueue.test_put)", async (t) => {
  const queue = new mp.Queue<number>(6);
  assert.deepEqual([queue.empty(), queue.full(), queue.qsize()], [true, false, 0]);
  for (const x of [1, 2, 3, 4, 5, 6]) await queue.put(x);
  assert.deepEqual([queue.empty(), queue.full(), queue.qsize()], [false, true, 6]);
  for (const timeout of [0, 10]) {
    const error = await errorOf(queue.put(7, { timeout }));
    assert.ok(error instanceof mp.TimeoutError);
    assert.match(error.message, /full \(6 items\)/);
  }
  const child = start(
    t,
    async (q: mp.Queue<number>) => {
      for (let i = 0; i < 6; i++) await q.get();
    },
    queue,
  );
  await child.join();
  assert.deepEqual([child.exitCode, queue.empty(), queue.full()], [0, true, false]);
});

test("get takes what a process put, in its order; TimeoutError when there is nothing (_TestQueue.test_get, test_timeout)", async (t) => {
  const queue = new mp.Queue<number>();
  const child = start(
    t,
    (q: mp.Queue<number>) => {
      for (const x of [2, 3, 4, 5]) void q.put(x);
    },
    queue,
  );
  await child.join();
  assert.deepEqual([queue.empty(), queue.qsize()], [false, 4]);
  assert.deepEqual(
    [await queue.get(), await queue.get({ timeout: 0 }), await queue.get({ timeout: 1000 }), await queue.get()],
    [2, 3, 4, 5],
  );
  for (const timeout of [0, 10]) {
    const error = await errorOf(queue.get({ timeout }));
    assert.ok(error instanceof mp.TimeoutError);
    assert.match(error.message, new RegExp(`empty for ${timeout} ms`));
  }
});

test("what was put before a process starts comes first (_TestQueue.test_fork)", async (t) => {
  const queue = new mp.Queue<number>();
  for (const x of mp.range(10)) void queue.put(x);
  const child = start(
    t,
    (q: mp.Queue<number>) => {
      for (let x = 10; x < 20; x++) void q.put(x);
    },
    queue,
  );
  assert.deepEqual(await take(queue, 20), mp.range(20));
  await child.join();
  assert.ok((await errorOf(queue.get({ timeout: 0 }))) instanceof mp.TimeoutError);
});

test("qsize counts (_TestQueue.test_qsize)", async () => {
  const queue = new mp.Queue<number>();
  const sizes = [queue.qsize()];
  await queue.put(1);
  sizes.push(queue.qsize());
  await queue.put(5);
  sizes.push(queue.qsize());
  await queue.get();
  sizes.push(queue.qsize());
  await queue.get();
  sizes.push(queue.qsize());
  assert.deepEqual(sizes, [0, 1, 2, 1, 0]);
});

test("an item that cannot travel is refused and leaves the queue as it was (_TestQueue.test_queue_feeder_donot_stop_onexc)", async () => {
  const queue = new mp.Queue<unknown>(1);
  assert.ok((await errorOf(queue.put(new WeakMap()))) instanceof mp.SerializationError);
  assert.ok((await errorOf(queue.put(new SharedArrayBuffer(4)))) instanceof mp.SerializationError);
  await queue.put(true);
  assert.equal(queue.qsize(), 1);
  assert.equal(await queue.get(), true);
  assert.ok(queue.empty());
});

test("items are copied when they are put", async () => {
  const queue = new mp.Queue<{ n: number; when: Date }>();
  const item = { n: 1, when: new Date(5) };
  void queue.put(item);
  item.n = 2;
  assert.deepEqual(await queue.get(), { n: 1, when: new Date(5) });
});

test("waiting calls of get are served in turn, and those of put", async () => {
  const queue = new mp.Queue<number>(1);
  const got = [queue.get(), queue.get(), queue.get({ timeout: 5000 })];
  const late = errorOf(queue.get({ timeout: 5 }));
  assert.ok((await late) instanceof mp.TimeoutError);
  for (const x of [1, 2, 3]) await queue.put(x);
  assert.deepEqual(await Promise.all(got), [1, 2, 3]);
  const puts = [1, 2, 3].map((x) => queue.put(x));
  assert.ok((await errorOf(queue.put(4, { timeout: 5 }))) instanceof mp.TimeoutError);
  assert.deepEqual(await take(queue, 3), [1, 2, 3]);
  await Promise.all(puts);
  assert.ok(queue.empty());
});

test("a wrong size or timeout is refused", async () => {
  for (const size of [1.5, NaN, "3", null]) assert.throws(() => new mp.Queue(size as number), RangeError);
  for (const size of [undefined, 0, -1, Infinity]) assert.equal(new mp.Queue(size).full(), false);
  const queue = new mp.Queue();
  assert.equal((await errorOf(queue.put(1, { timeout: -1 }))).name, "RangeError");
  assert.equal((await errorOf(queue.get({ timeout: NaN }))).name, "RangeError");
  assert.equal(inspect(new mp.Queue(3)), "Queue { size: 0, maxSize: 3 }");
});

test("a bounded queue holds back a process that puts too fast", async (t) => {
  const queue = new mp.Queue<number>(2);
  const child = start(
    t,
    async (q: mp.Queue<number>) => {
      for (let i = 0; i < 10; i++) await q.put(i);
      const late = await q.put(99, { timeout: 20 }).then(
        () => "put",
        (error: Error) => error.name,
      );
      process.exitCode = late === "put" ? 0 : 3;
    },
    queue,
  );
  await until(() => queue.full());
  assert.equal(queue.qsize(), 2);
  assert.deepEqual(await take(queue, 8), mp.range(8));
  await child.join();
  assert.equal(child.exitCode, 3);
  assert.deepEqual(await take(queue, 2), [8, 9]);
  assert.ok(queue.empty());
});

test("10,000 items put without waiting all arrive, in order, from a process that ends at once", async (t) => {
  const queue = new mp.Queue<number>();
  const child = start(
    t,
    (q: mp.Queue<number>) => {
      for (let i = 0; i < 10_000; i++) void q.put(i);
    },
    queue,
  );
  await child.join();
  assert.equal(child.exitCode, 0);
  assert.equal(queue.qsize(), 10_000);
  assert.deepEqual(await take(queue, 10_000), mp.range(10_000));
});

test("many calls of put may wait at a time, and Node warns of nothing", async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on("warning", note);
  t.after(() => process.off("warning", note));
  const queue = new mp.Queue<number>(1);
  await mp.withPool(1, async (pool) => {
    const task = pool.apply(() => Promise.all(mp.range(30).map((x) => queue.put(x))).then(() => undefined));
    for (const x of mp.range(30)) assert.equal(await queue.get(), x);
    await task;
  });
  assert.deepEqual(warnings, []);
});

test("a large item arrives whole from a process that ends at once, even by an error", async (t) => {
  const queue = new mp.Queue<Uint8Array>();
  const large = (q: mp.Queue<Uint8Array>, fails: boolean): void => {
    void q.put(new Uint8Array(50_000_000).fill(7));
    if (fails) throw new Error("after the put (expected in the output of this test)");
  };
  for (const fails of [false, true]) {
    const child = start(t, large, queue, fails);
    await child.join();
    assert.equal(child.exitCode, fails ? 1 : 0);
    const item = await queue.get({ timeout: 0 });
    assert.equal(item.length, 50_000_000);
    assert.ok(item.every((byte) => byte === 7));
  }
});

test("items that a process put before it was killed can be read, and nothing else", async (t) => {
  const queue = new mp.Queue<string>();
  const child = start(
    t,
    async (q: mp.Queue<string>) => {
      for (let i = 0; ; i++) await q.put(`${i} ${"x".repeat(10_000)}`);
    },
    queue,
  );
  await until(() => queue.qsize() > 50);
  child.kill();
  await child.join();
  const n = queue.qsize();
  const items = await take(queue, n);
  items.forEach((item, i) => assert.equal(item, `${i} ${"x".repeat(10_000)}`));
  assert.ok((await errorOf(queue.get({ timeout: 10 }))) instanceof mp.TimeoutError);
});

test("an item for which a killed process waited to have room never arrives", async (t) => {
  const queue = new mp.Queue<string>(1);
  const child = new mp.Process({
    target: async (q: mp.Queue<string>) => {
      await q.put("first");
      await q.put("second");
    },
    args: [queue],
  });
  t.after(() => child.kill());
  child.start();
  while (!queue.full()) await new Promise((resolve) => setTimeout(resolve, 5));
  // The child is told of its first item, and then asks for room for its second.
  await new Promise((resolve) => setTimeout(resolve, 300));
  child.kill();
  await child.join();
  assert.equal(await queue.get(), "first");
  await queue.put("third");
  assert.equal(await queue.get(), "third");
  assert.equal(queue.qsize(), 0);
});

test("a killed process loses no item of get(), neither a waiting one nor one on its way", async (t) => {
  const queue = new mp.Queue<number>();
  const ready = new mp.Queue<string>();
  const waits = async (q: mp.Queue<number>, r: mp.Queue<string>): Promise<void> => {
    const item = q.get();
    await r.put("waiting");
    await item;
    for (;;);
  };
  const first = start(t, waits, queue, ready);
  await ready.get();
  first.kill();
  // Nobody here knows yet that it is dead.
  await queue.put(1);
  await queue.put(2);
  await first.join();
  assert.deepEqual(await take(queue, 2), [1, 2]);
  const second = start(t, waits, queue, ready);
  await ready.get();
  second.kill();
  await second.join();
  await queue.put(3);
  assert.deepEqual(await take(queue, 1), [3]);
  const pool = makePool(t, 1);
  const control = new AbortController();
  const stopped = errorOf(pool.applyAsync(waits, [queue, ready], { signal: control.signal }));
  await ready.get();
  control.abort();
  await stopped;
  await queue.put(4);
  assert.deepEqual(await take(queue, 1), [4]);
});

test("a process knows the size of a queue from its start on, and sees what it put and took", async (t) => {
  const queue = new mp.Queue<number>(3);
  const answers = new mp.Queue<unknown>();
  await queue.put(1);
  await queue.put(2);
  const child = start(
    t,
    async (q: mp.Queue<number>, out: mp.Queue<unknown>) => {
      const seen: unknown[] = [[q.qsize(), q.empty(), q.full()]];
      await q.put(3);
      seen.push([q.qsize(), q.empty(), q.full()]);
      while (!q.empty()) seen.push(await q.get());
      await out.put(seen);
      // What others do shows after a moment.
      while (q.qsize() !== 1) await new Promise((resolve) => setTimeout(resolve, 5));
      await out.put("seen");
    },
    queue,
    answers,
  );
  assert.deepEqual(await answers.get(), [[2, false, false], [3, false, true], 1, 2, 3]);
  await queue.put(4);
  assert.equal(await answers.get({ timeout: 20_000 }), "seen");
  await child.join();
});

test("many processes put into one queue, and each one's items stay in order", async (t) => {
  const queue = new mp.Queue<[number, number]>();
  const children = mp.range(4).map((rank) =>
    start(
      t,
      (r: number, q: mp.Queue<[number, number]>) => {
        for (let i = 0; i < 50; i++) void q.put([r, i]);
      },
      rank,
      queue,
    ),
  );
  await Promise.all(children.map((child) => child.join()));
  const items = await take(queue, 200);
  for (const rank of mp.range(4))
    assert.deepEqual(
      items.filter(([r]) => r === rank).map(([, i]) => i),
      mp.range(50),
    );
});

test("a pool's task may put and end, or wait for items", async (t) => {
  const pool = makePool(t, 2, { maxTasksPerChild: 3 });
  const queue = new mp.Queue<number>();
  await pool.map(
    (x: number) => {
      void queue.put(x);
    },
    mp.range(20),
    { chunkSize: 1 },
  );
  assert.deepEqual(
    (await take(queue, 20)).sort((a, b) => a - b),
    mp.range(20),
  );
  const sums = pool.map(async (q: mp.Queue<number>) => (await q.get()) + (await q.get()), [queue, queue]);
  for (const x of [1, 2, 3, 4]) await queue.put(x);
  assert.equal(
    (await sums).reduce((a, b) => a + b),
    10,
  );
  void pool.apply(
    (q: mp.Queue<number>) => {
      void q.put(99);
    },
    [queue],
  );
  pool.close();
  await pool.join();
  assert.deepEqual(await take(queue, 1), [99]);
});

test("a queue goes on to grandchildren, to pools inside processes, and through other queues", async (t) => {
  const queue = new mp.Queue<string>();
  const passOn = async (q: mp.Queue<string>, boxes: mp.Queue<mp.Queue<string>>): Promise<void> => {
    const child = new mp.Process({ target: (inner: mp.Queue<string>) => inner.put("grandchild"), args: [q] });
    child.start();
    await child.join();
    await mp.withPool(1, (pool) =>
      pool.apply(
        (inner: mp.Queue<string>) => {
          void inner.put("worker of a child");
        },
        [q],
      ),
    );
    await (await boxes.get()).put("through a queue");
  };
  const boxes = new mp.Queue<mp.Queue<string>>();
  const child = start(t, passOn, queue, boxes);
  await boxes.put(queue);
  await child.join();
  assert.deepEqual(await take(queue, 3), ["grandchild", "worker of a child", "through a queue"]);
  assert.equal(child.exitCode, 0);
});

test("a queue can only be handed down: going up is refused with the reason", async (t) => {
  const pool = makePool(t, 1);
  const error = await errorOf(pool.apply(() => new mp.Queue()));
  assert.ok(error instanceof mp.SerializationError);
  assert.match(error.message, /handed down.*main program/);
  const queue = new mp.Queue<unknown>();
  assert.match(
    (await errorOf(pool.apply((q: mp.Queue) => q.put({ inner: new mp.Queue() }), [queue]))).message,
    /the item holds a Queue/,
  );
  assert.equal(await pool.apply((q: mp.Queue) => q, [queue]), queue);
});

test("a queue is kept for those it was handed to, and is gone afterwards", async (t) => {
  const { code, stdout } = await runScript(
    t,
    `
    const turn = () => new Promise((resolve) => setTimeout(resolve, 10));
    const collectAll = async () => { for (let i = 0; i < 20; i++) { await turn(); gc(); } };
    (async () => {
      const pool = new mp.Pool(1);
      const waits = async (q) => { await new Promise((resolve) => setTimeout(resolve, 500)); await q.put(1); return "put into a queue that only the task has"; };
      let ref;
      const running = (() => { const queue = new mp.Queue(); ref = new WeakRef(queue); return pool.apply(waits, [queue]); })();
      const child = (() => { const p = new mp.Process({ target: waits, args: [new mp.Queue()] }); p.start(); return p; })();
      const item = new mp.Queue();
      (() => { item.put(new mp.Queue()); })();
      await collectAll();
      await (await item.get()).put("inside");
      console.log(await running);
      await child.join();
      console.log(child.exitCode);
      await collectAll();
      console.log(ref.deref());
      pool.close();
    })();`,
    { flags: ["--expose-gc"] },
  );
  assert.deepEqual([code, stdout], [0, "put into a queue that only the task has\n0\nundefined\n"]);
});

test("a full queue of one item says so in the singular", async () => {
  const queue = new mp.Queue<number>(1);
  await queue.put(1);
  await assert.rejects(queue.put(2, { timeout: 1 }), {
    name: "TimeoutError",
    message: /^put: the queue was full \(1 item\) for 1 ms\./,
  });
});
