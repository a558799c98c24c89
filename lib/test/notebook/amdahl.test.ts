import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { liveAmdahl, speedupWith } from "../../dist/internal";
import { catchPrints, pretendNotebook } from "../helpers/display";
import { assertWellFormed } from "../helpers/svg";

const close = (value: number, expected: number) =>
  assert.ok(Math.abs(value - expected) < 1e-12, `${value} is not ${expected}`);

test("the serial share is that of the measured speed-up, the limit its inverse", (t) => {
  const lines = catchPrints(t);
  const { serialShare, limit } = mp.amdahl({ 2: 1.6 });
  close(serialShare, 0.25);
  close(limit, 4);
  assert.deepEqual(lines.slice(0, 3), [
    "25 % of the work can be done by one worker only, so no number of workers is more than 4 times as fast.",
    "2 workers:  1.6 times as fast",
    "4 workers:  2.3 times as fast",
  ]);
  close(mp.amdahl({ 1: 1, 2: speedupWith(0.1, 2), 8: speedupWith(0.1, 8) }).serialShare, 0.1);
});

test("a limit a little above 1 is not written as 1", (t) => {
  const lines = catchPrints(t);
  mp.amdahl({ 2: 1.01 });
  assert.match(lines[0], /^98 % of the work .* more than 1\.02 times as fast\.$/);
  assert.equal(lines[1], "2 workers:  1.01 times as fast");
});

test("below a cell it prints three digits, the live picture's limit is that of the still one", (t) => {
  catchPrints(t);
  assert.equal(inspect(mp.amdahl({ 2: 1.86, 4: 3.2 })), "{ serialShare: 0.0809, limit: 12.4 }");
  const { content } = liveAmdahl({ title: "t", conclusion: "c", points: [], serialShare: 0.0808519 }) as {
    content: { params: { value: number }[] };
  };
  assert.equal(content.params[0].value, 8.09);
});

test("more than the ideal is no negative share, and is told", (t) => {
  const lines = catchPrints(t);
  assert.deepEqual(mp.amdahl({ 2: 2.5 }), { serialShare: 0, limit: Infinity });
  assert.match(
    lines[0],
    /^With 2 workers it was 2\.5 times as fast, more than sharing the work can give: something else/,
  );
});

test("where more workers made it slower the law does not apply: no share, no curve, no slider, and a sentence that says so", (t) => {
  const lines = catchPrints(t);
  assert.deepEqual(mp.amdahl({ 1: 0.9, 2: 0.5, 4: 1.5 }), { serialShare: NaN, limit: NaN });
  assert.deepEqual(lines, [
    "With 2 workers it took 2 times as long: more workers made it slower, so Amdahl's law does not apply, and there is no curve.",
    "1 worker:  0.9 times as fast",
    "2 workers: 0.5 times as fast",
    "4 workers: 1.5 times as fast",
  ]);
  const shown = pretendNotebook(t);
  mp.amdahl({ 2: 0.5 });
  const curve = /<path [^>]*d="M[^"]{200,}"/;
  assert.doesNotMatch(shown[0].content, curve);
  assert.match(shown[0].content, />0\.500×<\/text>/);
  mp.amdahl({ 1: 0.9, 2: 1.5 });
  assert.match(shown[1].content, curve, "one worker of a pool may be slower than none");
});

test("in a notebook whose kernel carries one form only, the still picture is shown, with the measured points in their places", (t) => {
  const shown = pretendNotebook(t);
  mp.amdahl({ 2: 1.5, 4: 2, 16: 4 }, { title: "<b>" });
  assert.deepEqual(
    shown.map(({ mime }) => mime),
    ["image/svg+xml"],
  );
  assertWellFormed(shown[0].content);
  const points = [...shown[0].content.matchAll(/<circle r="5.5" cy="([\d.]+)" cx="([\d.]+)"/g)].map(([, y, x]) => [
    Number(x),
    Number(y),
  ]);
  assert.equal(points.length, 3);
  // Across, 4 to 16 are two doublings; up, 2 to 4 is one, and 1.5 to 2 is 0.415 of one.
  const [[x1, y1], [x2, y2], [x3, y3]] = points;
  assert.ok(x2 > x1 && Math.abs((x3 - x2) / (x2 - x1) - 2) < 0.01, `${x1}, ${x2}, ${x3}`);
  assert.ok(y2 < y1 && Math.abs((y2 - y3) / (y1 - y2) - 1 / Math.log2(2 / 1.5)) < 0.05, `${y1}, ${y2}, ${y3}`);
});

test("wrong arguments throw with what was expected and what came", () => {
  assert.throws(() => mp.amdahl(5 as any), {
    name: "TypeError",
    message: /speed-ups by number of workers.*but the number 5 came/,
  });
  assert.throws(() => mp.amdahl([1.9]), { name: "TypeError" });
  assert.throws(() => mp.amdahl({}), { name: "RangeError", message: /at least one speed-up with 2 workers/ });
  assert.throws(() => mp.amdahl({ 1.5: 1 }), { name: "RangeError", message: /whole numbers of workers/ });
  assert.throws(() => mp.amdahl({ 2: 0 }), { name: "RangeError", message: /above 0, but the number 0 came/ });
  assert.throws(() => mp.amdahl({ 2: 1 }, { title: 3 as any }), { name: "TypeError", message: /title to be a string/ });
});

test("a verdict that is unclear draws no curve, and says why", (t) => {
  const lines = catchPrints(t);
  const verdict = { kind: "unclear", ratio: 1.4, low: 0.9, high: 2.1, rounds: 5 } as const;
  assert.deepEqual(mp.amdahl({ 2: verdict }), { serialShare: NaN, limit: NaN });
  assert.match(
    lines.join(" "),
    /^With 2 workers it may be anything from 0\.9 to 2\.1 times as fast, so there is no curve/,
  );
  assert.equal(mp.amdahl({ 2: { ...verdict, kind: "faster", ratio: 1.6, low: 1.5, high: 1.7 } }).serialShare, 0.25);
});

test("one round draws no curve, and says why", (t) => {
  const lines = catchPrints(t);
  mp.amdahl({ 2: { kind: "unclear", ratio: 1.4, low: 0, high: Infinity, rounds: 1 } });
  assert.match(lines.join(" "), /^One round does not say how much the times vary, so there is no curve/);
});

test("a verdict that says the same is not said to be slower", (t) => {
  const lines = catchPrints(t);
  const same = { kind: "same", ratio: 0.99, low: 0.98, high: 1.01, rounds: 20 } as const;
  assert.deepEqual({ ...mp.amdahl({ 2: same }) }, { serialShare: 1, limit: 1 });
  assert.doesNotMatch(lines.join(" "), /slower/);
});
