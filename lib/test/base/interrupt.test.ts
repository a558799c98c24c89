import { pressStop } from "../helpers/interrupt";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as mp from "parallel-typescript";

const pool = new mp.Pool(2);
after(() => pool.terminate());

/** Says that a worker is in an endless loop, and goes on in it. */
function spin(begun: Int32Array): void {
  Atomics.add(begun, 0, 1);
  Atomics.notify(begun, 0);
  for (;;) Atomics.load(begun, 0);
}

async function until(begun: Int32Array, count: number): Promise<void> {
  while (Atomics.load(begun, 0) < count) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("Stop ends endless tasks, waiting calls and iterations; the pool stays usable", async () => {
  for (let round = 0; round < 3; round++) {
    const begun = new Int32Array(new SharedArrayBuffer(4));
    const calls = [
      pool.starmap(spin, [[begun], [begun], [begun], [begun]]),
      pool.applyAsync(Math.max, [1, 2]).get(),
      (async () => {
        for await (const x of pool.imap(Math.abs, mp.range(100))) assert.fail(`${x} came`);
      })(),
    ];
    const ends = Promise.all(
      calls.map((call) =>
        call.then(
          () => "well",
          (error: Error) => error.name,
        ),
      ),
    );
    await until(begun, 2);
    pressStop();
    assert.deepEqual(await ends, ["Interrupted", "Interrupted", "Interrupted"]);
    assert.deepEqual(await pool.map((x: number) => x * x, [1, 2, 3]), [1, 4, 9]);
  }
});

test("Stop ends a map whose source never gives its next item, and one whose source has no end; the pool can be closed", async () => {
  const own = new mp.Pool(1);
  let given = 0;
  let closed = 0;
  async function* endless(): AsyncGenerator<number> {
    try {
      for (;;) yield given++;
    } finally {
      closed++;
    }
  }
  const waits = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => undefined) }) };
  const calls = [own.map(Math.abs, endless()), own.map(Math.abs, waits)];
  const ends = Promise.all(
    calls.map((call) =>
      call.then(
        () => "well",
        (error: Error) => error.name,
      ),
    ),
  );
  while (given < 2000) await new Promise((resolve) => setImmediate(resolve));
  pressStop();
  assert.deepEqual(await ends, ["Interrupted", "Interrupted"]);
  while (closed === 0) await new Promise((resolve) => setImmediate(resolve));
  own.close();
  await own.join();
});

test("Stop releases what `with` has acquired for a body that does not end, and the next one is told", async () => {
  for (const one of [new mp.Lock(), new mp.Semaphore(1)]) {
    const never = one.with(() => new Promise<never>(() => undefined));
    const waiting = assert.rejects(one.acquire(), { name: "Interrupted" });
    await new Promise((resolve) => setImmediate(resolve));
    pressStop();
    await waiting;
    assert.equal((await one.acquire({ timeout: 5000 })).abandoned, true);
    void never;
  }
});

test("Stop ends initializers and the calls that wait for them; the pool stays usable", async () => {
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const own = new mp.Pool(2, {
    initializer: (cells: Int32Array) => {
      if (Atomics.add(cells, 0, 1) < 2) for (;;);
    },
    initargs: [begun],
  });
  after(() => own.terminate());
  const ends = Promise.all(
    [own.ready, own.apply(Math.max, [1, 2])].map((call) =>
      call.then(
        () => "well",
        (error: Error) => error.name,
      ),
    ),
  );
  await until(begun, 2);
  pressStop();
  assert.deepEqual(await ends, ["Interrupted", "Interrupted"]);
  assert.deepEqual(await own.map((x: number) => x * x, [1, 2, 3]), [1, 4, 9]);
  await own.ready;
});

test("Stop ends an initializer without end: it does not begin again before there is a task", async () => {
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const own = new mp.Pool(1, { initializer: spin, initargs: [begun] });
  after(() => own.terminate());
  const ready = own.ready;
  await until(begun, 1);
  pressStop();
  await assert.rejects(ready, { name: "Interrupted" });
  // A worker takes the other's place meanwhile.
  await new Promise((resolve) => setTimeout(resolve, 1000));
  assert.equal(begun[0], 1);
  const task = assert.rejects(own.apply(Math.abs, [1]), { name: "Interrupted" });
  await until(begun, 2);
  pressStop();
  await task;
});

test("Stop ends processes, and each wait for a queue", async () => {
  const queue = new mp.Queue<string>();
  const child = new mp.Process({
    target: async (own: mp.Queue<string>) => {
      await own.put("begun");
      for (;;);
    },
    args: [queue],
  });
  child.start();
  assert.equal(await queue.get(), "begun");
  const waiting = assert.rejects(queue.get(), { name: "Interrupted" });
  pressStop();
  await waiting;
  await child.join();
  assert.ok((child.exitCode as number) < 0);
  await queue.put("after");
  assert.equal(await queue.get(), "after");
});

test("Stop does nothing to what has ended", async () => {
  const result = pool.applyAsync(Math.max, [1, 2]);
  await result.wait();
  pressStop();
  assert.equal(await result.get(), 2);
});

test("timeit and compare run no further loop after Stop", async () => {
  for (const measure of [
    (work: () => unknown) => mp.timeit(work),
    (work: () => unknown) => mp.timeit(work, { n: 100, r: 100 }),
    (work: () => unknown) => mp.compare({ one: work, two: work }),
    (work: () => unknown) => mp.compare({ one: work, two: work }, { n: 100, r: 100 }),
  ]) {
    let calls = 0;
    const measured = measure(
      () =>
        new Promise<void>((resolve) => {
          if (++calls === 2) pressStop();
          setImmediate(resolve);
        }),
    );
    await assert.rejects(measured, { name: "Interrupted" });
    assert.equal(calls, 2);
  }
});

test("Stop between the runs of a comparison ends it", async () => {
  let calls = 0;
  await assert.rejects(
    mp.compare(
      {
        one: () => {
          if (++calls === 3) pressStop();
        },
      },
      { n: 1, r: 1000 },
    ),
  );
  assert.equal(calls, 3);
});

test("progress ends its bar at Stop, and takes no further item", async (t) => {
  const written: string[] = [];
  t.mock.method(process.stderr, "write", (text: string) => written.push(text));
  let taken = 0;
  async function* source(): AsyncGenerator<number> {
    for (;;) yield taken++;
  }
  await assert.rejects(
    async () => {
      for await (const n of mp.progress(source())) if (n === 2) pressStop();
    },
    { name: "Interrupted" },
  );
  assert.equal(taken, 4);
  assert.equal(written.length, 1);
  assert.match(written[0], /2 items.*stopped/);
});

test("Stop ends a process that waits for a queue, and the process sees no TimeoutError", async (t) => {
  const [full, empty, told] = [new mp.Queue<number>(1), new mp.Queue<number>(), new mp.Queue<string>()];
  await full.put(1);
  const child = new mp.Process({
    target: async (...[f, e, answer]: [mp.Queue<number>, mp.Queue<number>, mp.Queue<string>]) => {
      // It outlives the signal for a moment, so that it could hear of more.
      process.on("SIGTERM", () => undefined);
      const tell = (error: Error): Promise<void> => answer.put(error.name);
      const waiting = [f.put(2).catch(tell), e.get().catch(tell)];
      await answer.put("waits");
      await Promise.all(waiting);
    },
    args: [full, empty, told],
  });
  t.after(() => child.kill());
  child.start();
  assert.equal(await told.get(), "waits");
  pressStop();
  await child.join();
  assert.equal(child.exitCode, -9);
  assert.deepEqual([told.qsize(), full.qsize(), empty.qsize()], [0, 1, 0]);
  assert.equal(await full.get(), 1);
  assert.equal(full.qsize(), 0);
});
