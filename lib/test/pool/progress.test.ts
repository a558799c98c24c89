import { pressStop } from "../helpers/interrupt";
import assert from "node:assert/strict";
import { after, test } from "node:test";
import * as mp from "parallel-typescript";
import { pretendNotebook, type Shown } from "../helpers/display";

const pool = new mp.Pool(2);
after(() => pool.terminate());

const double = (x: number) => 2 * x;
/** The words beside a bar, of its newest state. */
const words = (shown: Shown[]) => /<span>(.*?)<\/span>/.exec(shown.at(-1)!.content)![1];

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

/** Waits in a worker until somebody opens the gate. */
function wait(gate: Int32Array): number {
  Atomics.wait(gate, 0, 0);
  return 1;
}

test("with progress: true each way to map shows one bar, which ends with the number of items; without it none", async (t) => {
  const shown = pretendNotebook(t);
  const items = mp.range(30);
  const options = { progress: true, chunkSize: 4 };
  const calls: (() => PromiseLike<unknown>)[] = [
    () => pool.map(double, items, options),
    () =>
      pool.starmap(
        double,
        items.map((x): [number] => [x]),
        options,
      ),
    () => pool.mapAsync(double, items, options),
    () =>
      pool.starmapAsync(
        double,
        items.map((x): [number] => [x]),
        options,
      ),
    () => collect(pool.imap(double, items, options)),
    () => collect(pool.imapUnordered(double, new Set(items), options)),
  ];
  for (const call of calls) {
    shown.length = 0;
    const results = (await call()) as number[];
    assert.deepEqual(
      results.sort((a, b) => a - b),
      items.map(double),
    );
    assert.match(words(shown), /^30 of 30 items, [\d.]+ \S+, [\d.,]+ items\/s$/);
    assert.equal(new Set(shown.map(({ place }) => place)).size, 1);
    assert.match(shown[0].content, /<strong[^>]*>double<\/strong>/);
  }
  shown.length = 0;
  await pool.map(double, items);
  await pool.map(double, items, { progress: false });
  assert.deepEqual(shown, []);
});

test("the bar of no items, and of a source of unknown length", async (t) => {
  const shown = pretendNotebook(t);
  assert.deepEqual(await pool.map(double, [], { progress: true }), []);
  assert.match(words(shown), /^0 of 0 items, /);
  assert.deepEqual(await collect(pool.imap(double, [], { progress: true })), []);
  assert.match(words(shown), /^0 of 0 items, /);
  await collect(
    pool.imap(
      double,
      (function* () {
        yield* [1, 2, 3];
      })(),
      { progress: true },
    ),
  );
  assert.match(words(shown), /^3 items, /);
});

test("the bar counts tasks as they end, while the call goes on", async (t) => {
  const shown = pretendNotebook(t);
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const opened = new Int32Array(new SharedArrayBuffer(4)).fill(1);
  const call = pool.map(wait, [opened, opened, opened, gate], { chunkSize: 1, progress: true });
  while (!shown.some(({ content }) => content.includes("75 %, 3 of 4 items")))
    await new Promise((resolve) => setTimeout(resolve, 5));
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
  await call;
  assert.match(words(shown), /^4 of 4 items/);
});

test("after an error the bar shows the items done, and that the call failed", async (t) => {
  const shown = pretendNotebook(t);
  const fragile = (x: number) => {
    if (x === 2) throw new RangeError("no");
    return x;
  };
  await assert.rejects(pool.map(fragile, [2], { progress: true }), RangeError);
  assert.match(words(shown), /^0 %, 0 of 1 item, failed after /);
  await assert.rejects(collect(pool.imap(fragile, [1, 2], { progress: true })), RangeError);
  assert.match(words(shown), /^50 %, 1 of 2 items, failed after /);
});

test("the bar says that the call was stopped: by a signal, by Stop, by leaving the loop, by the end of the pool", async (t) => {
  const shown = pretendNotebook(t);
  const closed = new Int32Array(new SharedArrayBuffer(4));
  const controller = new AbortController();
  const aborted = pool.map(wait, [closed], { progress: true, signal: controller.signal });
  controller.abort(new Error("enough"));
  await assert.rejects(aborted, { message: "enough" });
  assert.match(words(shown), /^0 %, 0 of 1 item, stopped after /);

  for (const call of [
    () => pool.map(wait, [closed], { progress: true }),
    () => collect(pool.imap(wait, [closed], { progress: true })),
  ]) {
    shown.length = 0;
    const stopped = assert.rejects(call(), { name: "Interrupted" });
    await new Promise(setImmediate);
    pressStop();
    assert.match(words(shown), /stopped after /, "at once, before any promise goes on");
    await stopped;
  }
  for await (const one of pool.imap(double, mp.range(9), { progress: true })) if (one === 4) break;
  assert.match(words(shown), / of 9 items, stopped after /);

  const ending = new mp.Pool(1);
  const cut = assert.rejects(ending.map(wait, [closed], { progress: true }), mp.PoolClosedError);
  await ending.terminate();
  await cut;
  assert.match(words(shown), /^0 %, 0 of 1 item, stopped after /);
});

test("ten thousand tasks send at most ten messages a second", async (t) => {
  const shown = pretendNotebook(t);
  const start = performance.now();
  await pool.map(double, mp.range(10_000), { chunkSize: 1, progress: true });
  const elapsed = performance.now() - start;
  assert.ok(shown.length >= 2 && shown.length <= 2 + elapsed / 100, `${shown.length} messages in ${elapsed} ms`);
});

test("a bar inside a bar stands below it, and a later one has a place of its own", async (t) => {
  const shown = pretendNotebook(t);
  for await (const part of mp.progress([1, 2], { label: "parts" })) await pool.map(double, [part], { progress: true });
  const placesOf = (label: string) => [
    ...new Set(shown.filter(({ content }) => content.includes(`>${label}<`)).map(({ place }) => place)),
  ];
  assert.deepEqual([placesOf("parts"), placesOf("double")], [[1], [2]]);
  await pool.map(double, [1], { progress: true });
  assert.deepEqual(placesOf("double"), [2, 3]);
});

test("progress must be true or false, and that comes through the promise or the iterator", async () => {
  const wrong = { progress: "yes" as unknown as boolean };
  await assert.rejects(pool.map(double, [1], wrong), {
    name: "TypeError",
    message: 'map: progress must be true or false; got the string "yes".',
  });
  await assert.rejects(pool.imap(double, [1], wrong).next(), TypeError);
});
