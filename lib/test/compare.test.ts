import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { catchPrints, pretendClock, pretendNotebook } from "./display.helpers";

/** Variants that only write their names into a log. */
function logging(names: string[]): { log: string[]; variants: Record<string, () => unknown> } {
  const log: string[] = [];
  return { log, variants: Object.fromEntries(names.map((name) => [name, () => void log.push(name)])) };
}

test("with n and r given, the variants take turns and each is called exactly n * r times", async (t) => {
  catchPrints(t);
  const single = logging(["A", "B", "C"]);
  await mp.compare(single.variants, { n: 1, r: 3 });
  assert.equal(single.log.join(""), "ABCABCABC");

  const looped = logging(["A", "B"]);
  const comparison = await mp.compare(looped.variants, { n: 4, r: 2 });
  assert.equal(looped.log.join(""), "AAAABBBBAAAABBBB");
  assert.equal(comparison.timings.B.loops, 4);
  assert.equal(comparison.timings.B.repeat, 2);
});

test("without r, one call of each comes before seven runs in turn", async (t) => {
  catchPrints(t);
  const { log, variants } = logging(["A", "B"]);
  const comparison = await mp.compare(variants, { n: 2 });
  assert.equal(log.join(""), "AB" + "AABB".repeat(7));
  assert.equal(comparison.timings.A.repeat, 7);
});

test("without n, each variant gets its own number of loops", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const { timings } = await mp.compare({ slow: () => pass(205), fast: () => pass(5) }, { r: 1 });
  assert.equal(timings.slow.loops, 1);
  assert.equal(timings.fast.loops, 100);
});

test("the speed-up is baseline average / variant average, the baseline's own is 1", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const { timings, speedup, firstCall } = await mp.compare({ serial: () => pass(6), parallel: () => pass(4) }, { n: 1, r: 3 });
  assert.deepEqual(speedup, { serial: 1, parallel: 1.5 });
  assert.deepEqual(Object.keys(timings), ["serial", "parallel"]);
  assert.deepEqual(timings.parallel.timings, [4, 4, 4]);
  assert.deepEqual(firstCall, { serial: 6, parallel: 4 });
});

test("the first call of all is kept apart, and out of the timings when the counts are left to compare", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const starting = () => {
    let calls = 0;
    return { starting: () => pass(calls++ === 0 ? 40 : 1) };
  };
  const apart = await mp.compare(starting(), { n: 3 });
  assert.equal(apart.firstCall.starting, 40);
  assert.deepEqual(apart.timings.starting.timings, Array(7).fill(1));
  const exact = await mp.compare(starting(), { n: 3, r: 2 });
  assert.equal(exact.firstCall.starting, 40);
  assert.deepEqual(exact.timings.starting.timings, [14, 1]);
});

test("results are what the variants returned, promises awaited", async (t) => {
  catchPrints(t);
  const comparison = await mp.compare({ serial: () => [1, 8, 27], parallel: async () => [1, 8, 27] }, { n: 1, r: 1 });
  assert.deepEqual(comparison.results, { serial: [1, 8, 27], parallel: [1, 8, 27] });
});

test("different results reject before the runs, naming the variants and the first difference", async (t) => {
  const lines = catchPrints(t);
  let calls = 0;
  const refuse = async (right: unknown, wrong: unknown, difference: string) => {
    const variants = { serial: () => right, parallel: () => (calls++, wrong) };
    await assert.rejects(mp.compare(variants, { n: 1, r: 5 }), (error: Error) => {
      assert.equal(error.message, `The variants "serial" and "parallel" returned different results: ${difference}. Mend the one that is wrong, or pass { sameResult: false } if they need not agree.`);
      return true;
    });
  };
  await refuse([1, 8, 27], [1, 8, 28], "[2]: 27 against 28");
  await refuse([1, 8], [1, 8, 27], "2 items against 3");
  await refuse({ dog: 1, "a b": [{ x: "y" }] }, { dog: 1, "a b": [{ x: "z" }] }, `["a b"][0].x: 'y' against 'z'`);
  await refuse({ dog: 1 }, {}, ".dog: 1 against undefined");
  await refuse(0, -0, "0 against -0");
  await refuse(new Map([[1, 2]]), new Map([[1, 3]]), "Map(1) { 1 => 2 } against Map(1) { 1 => 3 }");
  await refuse(new Float64Array([1, 2]), new Float64Array([1, 3]), "[1]: 2 against 3");
  const ring = (end: number) => {
    const value: Record<string, unknown> = {};
    value.self = value;
    value.end = end;
    return value;
  };
  await assert.rejects(mp.compare({ a: () => ring(1), b: () => ring(2) }, { n: 1, r: 1 }), /different results/);
  assert.equal(calls, 7, "each wrong variant was called once");
  assert.deepEqual(lines, [], "nothing is shown");
});

test("sameResult: false lets them differ", async (t) => {
  catchPrints(t);
  const { results } = await mp.compare({ a: () => 1, b: () => 2 }, { n: 1, r: 1, sameResult: false });
  assert.deepEqual(results, { a: 1, b: 2 });
});

test("in a terminal: a line a variant, the verdict, what it was last time, and bars", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const times = [18, 20, 22];
  let run = 0;
  const variants = { serial: () => pass(40), parallel: () => pass(times[run++ % 3]) };
  await mp.compare(variants, { n: 1, r: 3, title: "Terminal" });
  assert.deepEqual(lines.splice(0), [
    "Terminal",
    "serial:   40 ms ± 0 ns per loop (mean ± std. dev. of 3 runs, 1 loop each)",
    "parallel: 20 ms ± 1.63 ms per loop (mean ± std. dev. of 3 runs, 1 loop each)",
    "parallel is 2.0 times as fast as serial (1.8 to 2.2 over 3 runs).",
    `serial   ${"█".repeat(40)} 40 ms`,
    `parallel ${"█".repeat(20)} 20 ms`,
  ]);
  await mp.compare({ serial: () => pass(1), parallel: () => pass(40) }, { n: 1, r: 3, title: "Terminal" });
  assert.deepEqual(lines.slice(3, 5), ["parallel is 40 times slower than serial (in all 3 runs).", "Last time: parallel was 2.0 times as fast."]);
});

test("without a title, only the same names and code count as the same comparison", async (t) => {
  const lines = catchPrints(t);
  await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });
  await mp.compare({ a: () => 1, b: () => 1 + 0 }, { n: 1, r: 2 });
  assert.ok(!lines.some((line) => line.startsWith("Last time")));
  await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });
  assert.equal(lines.filter((line) => line.startsWith("Last time")).length, 1);
});

test("one run allows no spread, and the verdict says so", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  await mp.compare({ serial: () => pass(2), parallel: () => pass(8) }, { n: 1, r: 1 });
  assert.equal(lines[2], "parallel is 4.0 times slower than serial (1 run: no telling how far it would vary).");
  await mp.compare({ serial: () => pass(2), parallel: () => pass(8) }, { n: 1, r: 1 });
  assert.equal(lines.find((line) => line.startsWith("Last time")), "Last time: parallel was 4.0 times slower (1 run).");
});

test("runs that contradict each other, or a clock that saw nothing, allow no number", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  let run = 0;
  await mp.compare({ steady: () => pass(8), fickle: () => pass(run++ % 2 === 0 ? 4 : 32) }, { n: 1, r: 4 });
  assert.equal(lines[2], "fickle is neither clearly faster nor clearly slower than steady (0.25 to 2.00 times as fast over 4 runs).");
  lines.length = 0;
  await mp.compare({ a: () => undefined, b: () => pass(1) }, { n: 1, r: 2, title: "no time" });
  assert.equal(lines[3], "b and a cannot be told apart: a run was shorter than the clock can see. Give a larger n.");
  lines.length = 0;
  await mp.compare({ a: () => pass(8), b: () => pass(8) }, { n: 1, r: 2, title: "no time" });
  assert.deepEqual(lines.slice(3, 5), ["b is as fast as a, within 1 % in all 2 runs.", "Last time: b was too fast to tell."]);
});

test("in a notebook: text lines and one SVG, well-formed, with every text escaped", async (t) => {
  const shown = pretendNotebook(t);
  const lines = catchPrints(t);
  const title = `<script>alert("1")</script> & 'more' \ud800 \u0007`;
  const names = ["serial", "<b>&\"bold\"</b>"];
  const pass = pretendClock(t);
  await mp.compare({ [names[0]]: () => pass(3), [names[1]]: () => pass(1) }, { n: 1, r: 5, title });
  assert.equal(lines.length, 3, "the title is in the picture");
  assert.deepEqual(shown.map(({ mime, place }) => [mime, place]), [["image/svg+xml", 0]]);
  const svg = shown[0].content;
  assert.ok(!/<script|<b>/.test(svg));
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 600 \d+" width="600"/);
  assert.match(svg, /role="img" aria-label="[^"<>]+times as fast as serial[^"<>]+"/);
  assert.equal(svg.match(/<circle /g)?.length, 10, "every run of both variants is a point");
  assertWellFormed(svg);
  assert.ok(svg.includes(`<title>&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;more&#39; � �</title>`));
});

test("the picture's positions are the timings'", async (t) => {
  const shown = pretendNotebook(t);
  catchPrints(t);
  const pass = pretendClock(t);
  let run = 1;
  const { timings } = await mp.compare({ a: () => pass(10 + run++), b: () => pass(4 + run) }, { n: 1, r: 3 });
  const positions = [...shown[0].content.matchAll(/<circle cx="([\d.]+)"/g)].map((match) => Number(match[1]));
  const zero = Number(/<line x1="([\d.]+)"/.exec(shown[0].content)![1]);
  const all = [...timings.a.timings, ...timings.b.timings];
  const scale = (positions[0] - zero) / all[0];
  for (const [index, timing] of all.entries()) assert.ok(Math.abs(zero + scale * timing - positions[index]) < 0.05, `point ${index}`);
});

test("one variant alone is timed and shown without a verdict", async (t) => {
  const shown = pretendNotebook(t);
  const lines = catchPrints(t);
  const { speedup } = await mp.compare({ only: () => 1 }, { n: 1, r: 1 });
  assert.deepEqual(speedup, { only: 1 });
  assert.equal(lines.length, 1);
  assertWellFormed(shown[0].content);
});

test("a comparison prints shortly", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const comparison = await mp.compare({ a: () => pass(2), b: () => pass(80) }, { n: 1, r: 1 });
  assert.equal(inspect(comparison), "Comparison { speed-up: a 1.00, b 0.0250 }");
});

test("wrong arguments reject with what was expected and what came", async (t) => {
  catchPrints(t);
  const wrong = (variants: unknown, options?: unknown) => () => mp.compare(variants as any, options as any);
  await assert.rejects(wrong([() => 1]), { name: "TypeError", message: /object of functions.*but an array of 1 items came/ });
  await assert.rejects(wrong(undefined), { name: "TypeError", message: /but undefined came/ });
  await assert.rejects(wrong({}), { name: "TypeError", message: /at least one variant/ });
  await assert.rejects(wrong({ a: () => 1, b: 5 }), { name: "TypeError", message: /function for the variant "b".*but the number 5 came/ });
  await assert.rejects(wrong({ a: () => 1 }, { n: 0 }), { name: "RangeError", message: /^compare expects n/ });
  await assert.rejects(wrong({ a: () => 1 }, { title: 5 }), { name: "TypeError", message: /title to be a string, but the number 5 came/ });
  await assert.rejects(wrong({ a: () => 1 }, null), { name: "TypeError", message: /but null came/ });
  const error = new Error("mine");
  await assert.rejects(mp.compare({ a: () => 1, b: () => { throw error; } }, { n: 1, r: 1 }), (thrown) => thrown === error);
});

/** Every tag closed in order, no stray "<" or "&". */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const tag = /<(\/?)([a-z]+)((?: [\w-]+="[^"<]*")*)(\/?)>/gi;
  const texts = svg.replace(tag, (_, closing: string, name: string, __, selfClosing: string) => {
    if (closing) assert.equal(open.pop(), name);
    else if (!selfClosing) open.push(name);
    return "";
  });
  assert.deepEqual(open, []);
  assert.ok(!texts.includes("<"), "no stray <");
  assert.ok(!/&(?!#\d+;)/.test(svg), "no stray &");
}
