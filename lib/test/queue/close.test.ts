import assert from "node:assert/strict";
import { test } from "node:test";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { collect, errorOf, makePool } from "../helpers/pool";
import { startProcess } from "../helpers/process";

test("a loop takes the items in order, and ends when the queue is closed and empty", async () => {
  const queue = new mp.Queue<number>();
  const reading = collect(queue);
  for (const x of [1, 2, 3]) await queue.put(x);
  queue.close();
  queue.close();
  assert.deepEqual(await reading, [1, 2, 3]);
  assert.deepEqual(await collect(queue), []);
});

test("after close() put is refused, get takes what is left and is refused then", async () => {
  const queue = new mp.Queue<number>();
  const waiting = [queue.get(), errorOf(queue.get())];
  await queue.put(1);
  queue.close();
  assert.match((await errorOf(queue.put(2))).message, /put: expected an open queue, but it was closed/);
  assert.equal(await waiting[0], 1);
  assert.match(
    ((await waiting[1]) as unknown as Error).message,
    /get: expected an item, but the queue was closed and is empty/,
  );
  assert.match((await errorOf(queue.get({ timeout: 0 }))).message, /closed and is empty/);
});

test("who waited for room before close() still gets it", async () => {
  const queue = new mp.Queue<number>(1);
  const puts = [1, 2, 3].map((x) => queue.put(x));
  queue.close();
  assert.deepEqual(await collect(queue), [1, 2, 3]);
  await Promise.all(puts);
});

test("leaving a loop leaves the rest to others", async () => {
  const queue = new mp.Queue<number>();
  for (const x of mp.range(5)) await queue.put(x);
  queue.close();
  for await (const x of queue) if (x === 1) break;
  assert.deepEqual(await collect(queue), [2, 3, 4]);
});

test("Stop ends a loop", async () => {
  const queue = new mp.Queue<number>();
  const reading = errorOf(collect(queue));
  pressStop();
  assert.equal((await reading).name, "Interrupted");
  await queue.put(1);
  assert.equal(await queue.get(), 1);
});

test("loops in tasks, processes and here share the items, and all end", async (t) => {
  const pool = makePool(t, 2);
  const [queue, results] = [new mp.Queue<number>(), new mp.Queue<number>()];
  const read = async (from: mp.Queue<number>, to: mp.Queue<number>): Promise<void> => {
    for await (const x of from) await to.put(x);
  };
  const children = [1, 2].map(() => startProcess(t, read, queue, results));
  const all = [pool.map(() => read(queue, results), [1, 2], { chunkSize: 1 }), read(queue, results)];
  for (const x of mp.range(300)) await queue.put(x);
  queue.close();
  await Promise.all([...all, ...children.map((child) => child.join())]);
  assert.deepEqual(
    children.map(({ exitCode }) => exitCode),
    [0, 0],
  );
  results.close();
  assert.deepEqual(
    (await collect(results)).sort((a, b) => a - b),
    mp.range(300),
  );
});

test("a process or task may close it, and is refused afterwards", async (t) => {
  const pool = makePool(t, 1);
  for (const inTask of [true, false]) {
    const queue = new mp.Queue<number>();
    const fill = async (each: mp.Queue<number>): Promise<unknown> => {
      for (let x = 0; x < 5; x++) void each.put(x);
      each.close();
      return each.put(9).catch((error: Error) => error.message);
    };
    const reading = collect(queue);
    if (inTask) assert.match(String(await pool.apply(fill, [queue])), /it was closed/);
    else await startProcess(t, (each: mp.Queue<number>, does: typeof fill) => void does(each), queue, fill).join();
    assert.deepEqual(await reading, [0, 1, 2, 3, 4]);
    const get = (each: mp.Queue<number>): Promise<unknown> => each.get().catch((error: Error) => error.message);
    assert.match(String(await pool.apply(get, [queue])), /closed and is empty/);
  }
});

test("an item that its reader died with comes back: loops do not end before", async (t) => {
  const [queue, told] = [new mp.Queue<string>(), new mp.Queue<string>()];
  const child = startProcess(
    t,
    (each: mp.Queue<string>, to: mp.Queue<string>) => {
      void each.get();
      void to.put("asked");
      // What it is sent from now on it never has.
      process.kill(process.pid, "SIGSTOP");
    },
    queue,
    told,
  );
  await told.get();
  await queue.put("first");
  queue.close();
  assert.equal(queue.qsize(), 0);
  const pool = makePool(t, 1);
  const read = async (each: mp.Queue<string>): Promise<string[]> => {
    const items: string[] = [];
    for await (const item of each) items.push(item);
    return items;
  };
  const readers = [read(queue), pool.apply(read, [queue])];
  child.kill();
  assert.deepEqual((await Promise.all(readers)).flat(), ["first"]);
});
