import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { catchPrints, pretendClock, pretendNotebook } from "../helpers/display";
import { assertWellFormed } from "../helpers/svg";

test("sweep times a function for each value, in rounds", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const calls: number[] = [];
  const result = await mp.sweep(
    async (milliseconds) => {
      calls.push(milliseconds);
      pass(milliseconds);
    },
    [30, 10, 20],
    { n: 1, r: 6, label: "milliseconds" },
  );
  assert.deepEqual(result.values, [30, 10, 20]);
  assert.deepEqual(
    result.timings.map(({ average, repeat }) => [average, repeat]),
    [
      [30, 6],
      [10, 6],
      [20, 6],
    ],
  );
  for (let round = 0; round < 6; round++)
    assert.deepEqual(calls.slice(3 * round, 3 * round + 3).sort(), [10, 20, 30], "each once a round");
  assert.match(lines[0], /^milliseconds 30: 30 ms ± 0 ns per loop/);
  assert.ok(lines.join(" ").includes("milliseconds 10 is 3.0 times as fast as milliseconds 30 (95 % sure: 3.0;"));
  assert.equal(inspect(result), "Sweep { milliseconds: 30, 10, 20 }");
});

test("results may differ, unless they are said to be the same", async (t) => {
  catchPrints(t);
  await mp.sweep((value) => value, [1, 2], { n: 1, r: 1 });
  await assert.rejects(
    mp.sweep((value) => value, [1, 2], { n: 1, r: 1, sameResult: true }),
    /different results/,
  );
});

test("over workers the chart has Amdahl's law beside the times, and their intervals", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const shown = pretendNotebook(t);
  let call = 0;
  const law = (workers: number) => void pass(100 * (0.2 + 0.8 / workers) + (call++ % 3));
  await mp.sweep(law, [1, 2, 4], { n: 1, r: 9, label: "workers", title: "cubes <b>" });
  const svg = shown.at(-1)!.content;
  assertWellFormed(svg);
  assert.match(svg, /Amdahl/);
  assert.match(svg, /95 % sure/);
  assert.equal(svg.match(/r="4\.5"/g)?.length, 3, "a point for each value");
  const words = shown.map(({ content }) => content).join(" ");
  assert.match(
    words,
    /By Amdahl's law (19|20|21)\u00a0?% of the work can be done by one worker only|By Amdahl&#39;s law/,
  );
});

test("where nobody can tell what more workers do, nothing is said of the share that cannot be shared", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const times = [20, 30, 20, 30, 20, 30, 15];
  const calls = new Map<number, number>();
  const noisy = (workers: number) => {
    const call = calls.get(workers) ?? 0;
    calls.set(workers, call + 1);
    pass(times[(call + 2 * workers) % 7]);
  };
  await mp.sweep(noisy, [1, 2], { n: 1, r: 7, label: "workers" });
  assert.match(lines.join(" "), /Cannot tell whether workers 2 is faster or slower/);
  assert.doesNotMatch(lines.join(" "), /Amdahl/);
});

test("a point of the chart lies within its interval, though one round took far longer than the others", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const shown = pretendNotebook(t);
  let call = 0;
  await mp.sweep(() => pass([10, 11, 10, 11, 10, 11, 10, 500][call++]), ["a"], { n: 1, r: 8 });
  assert.match(shown.at(-1)!.content, /value a: 10\.5 ms\./);
});

test("over anything else, and for one value, there is no law", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const shown = pretendNotebook(t);
  await mp.sweep((name) => pass(name.length), ["a", "bcd"], { n: 1, r: 6, label: "name" });
  assert.doesNotMatch(shown.at(-1)!.content, /Amdahl/);
  await mp.sweep((workers) => pass(10 * workers), [1], { n: 1, r: 1, label: "workers" });
  assert.doesNotMatch(shown.at(-1)!.content, /Amdahl/);
  await mp.sweep((workers) => pass(10 * workers), [1, 2], { n: 1, r: 6, label: "workers" });
  assert.doesNotMatch(shown.at(-1)!.content, /Amdahl/, "more workers made it slower");
});

test("wrong arguments reject with what was expected and what came", async (t) => {
  catchPrints(t);
  const wrong = (...args: unknown[]) => (mp.sweep as (...args: unknown[]) => Promise<unknown>)(...args);
  await assert.rejects(wrong(5, [1]), {
    name: "TypeError",
    message: /^sweep expects a function of one value.*number 5/,
  });
  await assert.rejects(wrong(Number, []), {
    name: "TypeError",
    message: /^sweep expects a list of at least one value/,
  });
  await assert.rejects(wrong(Number, [1, 1]), { name: "RangeError", message: /^sweep expects each value once/ });
  await assert.rejects(wrong(Number, [1], { label: 5 }), { name: "TypeError", message: /^sweep expects its label/ });
  await assert.rejects(wrong(Number, [1], { budget: 0 }), { name: "RangeError", message: /^sweep expects its budget/ });
  await assert.rejects(wrong(Number, [1], { lable: "a" }), {
    name: "TypeError",
    message: /^sweep has no option "lable"/,
  });
});
