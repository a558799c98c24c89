/** Options: what a function does not know is refused with the list of what it knows, what is wrong with what was expected. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { errorOf, makePool } from "../helpers/pool";

const same = <T>(x: T): T => x;

/** What a call throws, or rejects with. */
async function thrownBy(call: () => unknown): Promise<any> {
  return errorOf((async () => call())());
}

test("an unknown option is refused, with the list of the known ones", async (t) => {
  const pool = makePool(t, 1);
  const queue = new mp.Queue();
  const child = new mp.Process({ target: same, args: [1] });
  const result = pool.applyAsync(same, [1]);
  const wrong = { chunksize: 5 } as never;
  const calls: Record<string, [() => unknown, string]> = {
    apply: [() => pool.apply(same, [1], wrong), "signal and timeout"],
    applyAsync: [() => pool.applyAsync(same, [1], wrong), "signal, timeout, callback and errorCallback"],
    map: [() => pool.map(same, [1], wrong), "chunkSize, signal and progress"],
    mapAsync: [() => pool.mapAsync(same, [1], wrong), "chunkSize, signal, progress, callback and errorCallback"],
    starmap: [() => pool.starmap(same, [[1]], wrong), "chunkSize, signal and progress"],
    starmapAsync: [
      () => pool.starmapAsync(same, [[1]], wrong),
      "chunkSize, signal, progress, callback and errorCallback",
    ],
    imap: [() => pool.imap(same, [1], wrong).next(), "chunkSize, signal and progress"],
    imapUnordered: [() => pool.imapUnordered(same, [1], wrong).next(), "chunkSize, signal and progress"],
    Pool: [
      () => new mp.Pool(1, wrong),
      "initializer, initargs, finalizer, resourceLimits, env, execArgv, idleTimeout, maxQueue and maxTasksPerChild",
    ],
    "Pool in withPool": [
      () => mp.withPool(1, same, wrong),
      "initializer, initargs, finalizer, resourceLimits, env, execArgv, idleTimeout, maxQueue and maxTasksPerChild",
    ],
    Process: [() => new mp.Process({ target: same, chunksize: 5 } as never), "target, args and name"],
    get: [() => result.get(wrong), "only timeout"],
    wait: [() => result.wait(wrong), "only timeout"],
    join: [() => child.join(wrong), "only timeout"],
    put: [() => queue.put(1, wrong), "only timeout"],
    "get of a queue": [() => queue.get(wrong), "only timeout"],
    cpuCount: [() => mp.cpuCount(wrong), "only logical"],
    readInChunks: [() => mp.readInChunks(__filename, wrong).next(), "only chunkSize"],
    timeit: [() => mp.timeit(() => 1, wrong), "n and r"],
    compare: [() => mp.compare({ a: () => 1 }, wrong), "n, r, budget, title and sameResult"],
    progress: [() => mp.progress([1], wrong).next(), "total, label and unit"],
    timeline: [() => mp.timeline(pool, wrong), "title, calls and live"],
    history: [() => mp.history(wrong), "clear and title"],
    amdahl: [() => mp.amdahl({ 2: 1.5 }, wrong), "only title"],
    machines: [() => mp.machines([__filename], wrong), "only title"],
  };
  for (const [name, [call, known]] of Object.entries(calls)) {
    const error = await thrownBy(call);
    const caller = name.split(" ")[0];
    assert.deepEqual(
      [error.name, error.message],
      ["TypeError", `${caller} has no option "chunksize". It knows ${known}.`],
      name,
    );
  }
  assert.equal(await result, 1);
});

test("an option that only another method has is refused", async (t) => {
  const pool = makePool(t, 1);
  const { signal } = new AbortController();
  assert.match(
    (await errorOf(pool.apply(same, [1], { callback: same } as never))).message,
    /apply has no option "callback"/,
  );
  assert.match(
    (await errorOf(pool.applyAsync(same, [1], { chunkSize: 1 } as never))).message,
    /applyAsync has no option "chunkSize"/,
  );
  assert.match(
    (await errorOf(pool.applyAsync(same, [1], { progress: true } as never))).message,
    /no option "progress"/,
  );
  assert.match((await errorOf(pool.map(same, [1], { timeout: 5 } as never))).message, /map has no option "timeout"/);
  assert.match(
    (await errorOf(pool.map(same, [1], { callback: same } as never))).message,
    /map has no option "callback"/,
  );
  assert.equal(await pool.apply(same, [1], { signal, timeout: undefined }), 1);
});

test("options that are no object are refused", async (t) => {
  const pool = makePool(t, 1);
  const queue = new mp.Queue();
  for (const [wrong, words] of [
    [5, "the number 5"],
    [null, "null"],
    [same, "the function same"],
    [[5], "an array of 1 item"],
    ["5", 'the string "5"'],
  ] as [never, string][]) {
    const calls: [string, () => unknown][] = [
      ["map", () => pool.map(same, [1], wrong)],
      ["imap", () => pool.imap(same, [1], wrong).next()],
      ["apply", () => pool.apply(same, [1], wrong)],
      ["applyAsync", () => pool.applyAsync(same, [1], wrong)],
      ["mapAsync", () => pool.mapAsync(same, [1], wrong)],
      ["Pool", () => new mp.Pool(1, wrong)],
      ["put", () => queue.put(1, wrong)],
      ["get", () => queue.get(wrong)],
      ["get", () => pool.applyAsync(same, [1]).get(wrong)],
      ["timeit", () => mp.timeit(() => 1, wrong)],
      ["compare", () => mp.compare({ a: () => 1 }, wrong)],
      ["progress", () => mp.progress([], wrong).next()],
      ["timeline", () => mp.timeline(pool, wrong)],
      ["history", () => mp.history(wrong)],
      ["amdahl", () => mp.amdahl({ 2: 1.5 }, wrong)],
      ["machines", () => mp.machines(["x"], wrong)],
      ["cpuCount", () => mp.cpuCount(wrong)],
      ["readInChunks", () => mp.readInChunks(__filename, wrong).next()],
    ];
    for (const [caller, call] of calls) {
      const error = await thrownBy(call);
      assert.equal(error.name, "TypeError", caller);
      assert.ok(
        error.message.startsWith(`${caller} expects its options as an object, e.g. { `) &&
          error.message.includes(`but ${words} came. It knows `),
        `${caller}: ${error.message}`,
      );
    }
  }
});

test("a call's timeout is a number of milliseconds of more than 0; callbacks are functions", async (t) => {
  const pool = makePool(t, 1);
  for (const timeout of [0, -1, NaN, "5", null, 5n]) {
    for (const call of [
      pool.apply(same, [1], { timeout: timeout as number }),
      pool.applyAsync(same, [1], { timeout: timeout as number }),
    ]) {
      assert.match(
        String(await errorOf(call)),
        /^RangeError: apply(Async)?: timeout must be a number of milliseconds, more than 0; got/,
      );
    }
  }
  assert.equal(await pool.apply(same, [1], { timeout: Infinity }), 1);
  assert.equal(await pool.apply(same, [1], { timeout: 2 ** 40 }), 1);
  assert.match(
    String(await errorOf(pool.applyAsync(same, [1], { callback: 5 as never }))),
    /^TypeError: applyAsync: callback must be a function; got the number 5\./,
  );
  const told: unknown[] = [];
  const error = await errorOf(
    pool.mapAsync(same, [1], { chunkSize: 0, errorCallback: (failure) => told.push(failure) }),
  );
  assert.deepEqual(told, [error]);
});

test("apply listens to its signal: the call rejects with the reason, and its worker is free again", async (t) => {
  const pool = makePool(t, 1);
  const reason = new Error("enough");
  assert.equal(await errorOf(pool.apply(same, [1], { signal: AbortSignal.abort(reason) })), reason);
  const controller = new AbortController();
  const begun = new Int32Array(new SharedArrayBuffer(4));
  const endless = pool.apply(
    (cells: Int32Array) => {
      Atomics.store(cells, 0, 1);
      for (;;);
    },
    [begun],
    { signal: controller.signal },
  );
  while (Atomics.load(begun, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort(reason);
  assert.equal(await errorOf(endless), reason);
  assert.equal(await pool.apply(same, [2]), 2);
});
