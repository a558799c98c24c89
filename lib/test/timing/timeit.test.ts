import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { pretendClock } from "../helpers/display";

test("with n and r given, the statement is called exactly n * r times", async () => {
  for (const [n, r] of [
    [1, 1],
    [5, 3],
    [1, 7],
    [100, 2],
  ]) {
    let calls = 0;
    const result = await mp.timeit(() => void calls++, { n, r });
    assert.equal(calls, n * r);
    assert.equal(result.loops, n);
    assert.equal(result.repeat, r);
    assert.equal(result.timings.length, r);
  }
});

test("promises are awaited one after the other, other thenables too", async () => {
  let running = 0;
  let most = 0;
  let finished = 0;
  const statement = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
    finished++;
  };
  await mp.timeit(statement, { n: 4, r: 2 });
  assert.deepEqual([most, running, finished], [1, 0, 8]);

  let settled = 0;
  const thenable = { then: (resolve: (value: unknown) => void) => setImmediate(() => resolve(++settled)) };
  await mp.timeit(() => thenable, { n: 3, r: 1 });
  assert.equal(settled, 3);
});

test("a synchronous statement is not interrupted by an await within a run", async () => {
  let calls = 0;
  let seen = -1;
  const running = mp.timeit(
    () => {
      if (calls++ === 0) queueMicrotask(() => (seen = calls));
    },
    { n: 50, r: 1 },
  );
  await running;
  assert.equal(seen, 50, "a microtask of the first call ran only after the last call of the run");
});

test("without n, the number of loops is the first of 1, 10, 100, ... whose run lasts 0.2 s", async (t) => {
  const pass = pretendClock(t);
  for (const [milliseconds, loops] of [
    [200, 1],
    [199, 10],
    [20, 10],
    [19, 100],
    [3, 100],
    [0.0625, 10000],
  ]) {
    let calls = 0;
    const result = await mp.timeit(() => (calls++, pass(milliseconds)), { r: 2 });
    assert.equal(result.loops, loops, `${milliseconds} ms`);
    const tried = [1, 10, 100, 1000, 10000].filter((count) => count <= loops);
    assert.equal(calls, tried.reduce((sum, count) => sum + count) + 2 * loops);
    assert.equal(result.average, milliseconds);
  }
});

test("without r there are 7 runs", async () => {
  const result = await mp.timeit(() => 1, { n: 1 });
  assert.equal(result.repeat, 7);
});

test("the figures of a result are those of its timings, in milliseconds per loop", () => {
  const result = new mp.TimeitResult(2, [2, 4, 4, 4, 5, 5, 7, 9]);
  assert.deepEqual([result.average, result.stdev, result.best, result.worst], [5, 2, 2, 9]);
  assert.deepEqual([result.loops, result.repeat], [2, 8]);
});

test("measured times are per loop, waiting for promises included", async (t) => {
  const pass = pretendClock(t);
  let call = 0;
  const statement = async () => {
    await null;
    pass([10, 20, 30, 50][call++]);
  };
  const result = await mp.timeit(statement, { n: 2, r: 2 });
  assert.deepEqual(result.timings, [15, 40]);
});

test("the real clock is read in milliseconds", async () => {
  const result = await mp.timeit(() => new Promise((resolve) => setTimeout(resolve, 20)), { n: 1, r: 2 });
  // Timers may fire a millisecond early by this clock.
  assert.ok(result.best >= 18 && result.best < 10_000, `${result.best} ms`);
  assert.ok(result.best <= result.average && result.average <= result.worst);
});

test("shown in a cell a result is IPython's line and nothing else", () => {
  const result = new mp.TimeitResult(1, [37_900]);
  assert.equal(inspect(result), "37.9 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)");
  assert.equal(
    inspect({ deep: { deeper: [result] } }, { depth: 5, breakLength: Infinity }),
    `{ deep: { deeper: [ ${result} ] } }`,
  );
});

test("wrong arguments reject with what was expected and what came", async () => {
  const wrong = (statement: unknown, options?: unknown) => () => mp.timeit(statement as any, options as any);
  await assert.rejects(wrong("cube(3)"), {
    name: "TypeError",
    message: 'timeit expects a function, e.g. timeit(() => cube(3)), but the string "cube(3)" came.',
  });
  await assert.rejects(wrong(undefined), { name: "TypeError", message: /but undefined came/ });
  await assert.rejects(wrong(Math.random, 5), {
    name: "TypeError",
    message: /options as an object.*but the number 5 came/,
  });
  await assert.rejects(wrong(Math.random, null), { name: "TypeError", message: /but null came/ });
  for (const n of [0, -1, 1.5, NaN, Infinity, "3", null]) {
    await assert.rejects(wrong(Math.random, { n, r: 1 }), {
      name: "RangeError",
      message: /n, the number of loops a run, to be a whole number of at least 1/,
    });
    await assert.rejects(wrong(Math.random, { n: 1, r: n }), {
      name: "RangeError",
      message: /r, the number of runs, to be a whole number of at least 1/,
    });
  }
});

test("what the statement throws or rejects with comes through the promise, and ends the timing", async () => {
  let calls = 0;
  const error = new Error("on the third call");
  const failing = () => {
    if (++calls === 3) throw error;
  };
  await assert.rejects(mp.timeit(failing, { n: 2, r: 5 }), (thrown) => thrown === error);
  assert.equal(calls, 3);
  await assert.rejects(
    mp.timeit(() => Promise.reject(error), { n: 1, r: 1 }),
    (thrown) => thrown === error,
  );
});
