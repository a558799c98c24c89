import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import * as mp from "parallel-typescript";
import { beginWork, endWork } from "../../dist/internal";
import { catchPrints, pretendClock, pretendHistory, pretendNotebook, wordsOf } from "../helpers/display";
import { assertWellFormed } from "../helpers/svg";

/** Variants that only write their names into a log. */
function logging(names: string[]): { log: string[]; variants: Record<string, () => unknown> } {
  const log: string[] = [];
  return { log, variants: Object.fromEntries(names.map((name) => [name, () => void log.push(name)])) };
}

/** The calls in each round, sorted: their order is random. */
const roundsOf = (calls: string, each: number) =>
  Array.from({ length: calls.length / each }, (_, round) =>
    [...calls.slice(round * each, (round + 1) * each)].sort().join(""),
  );

test("with n and r given, the variants take turns and each is called exactly n * r times", async (t) => {
  catchPrints(t);
  const single = logging(["A", "B", "C"]);
  await mp.compare(single.variants, { n: 1, r: 3 });
  assert.deepEqual(roundsOf(single.log.join(""), 3), ["ABC", "ABC", "ABC"]);

  const looped = logging(["A", "B"]);
  const comparison = await mp.compare(looped.variants, { n: 4, r: 2 });
  assert.deepEqual(roundsOf(looped.log.join(""), 8), ["AAAABBBB", "AAAABBBB"]);
  assert.equal(comparison.timings.B.loops, 4);
  assert.equal(comparison.timings.B.repeat, 2);
});

test("the order in a round is random, so that no variant always runs after the same one", async (t) => {
  catchPrints(t);
  const { log, variants } = logging(["A", "B"]);
  await mp.compare(variants, { n: 1, r: 41 });
  const orders = new Set(log.join("").match(/../g)?.slice(1));
  assert.deepEqual([...orders].sort(), ["AB", "BA"]);
});

test("without n and r it measures until it is sure, or until the budget is spent", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const clear = await mp.compare({ a: () => (pass(20), 1), b: () => (pass(10), 1) }, { budget: 10_000 });
  assert.deepEqual([clear.verdicts.b.kind, clear.verdicts.b.ratio], ["faster", 2]);
  assert.ok(clear.verdicts.b.rounds < 20, `${clear.verdicts.b.rounds} rounds for what is clear at once`);
  const start = performance.now();
  let call = 0;
  const fickle = () => (pass(5 + ((call++ * 37) % 61)), 1);
  const unclear = await mp.compare({ a: () => (pass(30), 1), fickle }, { n: 1, budget: 2000 });
  assert.equal(unclear.verdicts.fickle.kind, "unclear");
  const spent = performance.now() - start;
  assert.ok(spent > 1800 && spent <= 2000 + 100, `${spent} ms`);
  const slow = await mp.compare({ a: () => (pass(5000), 1), b: () => (pass(2500), 1) }, { budget: 1000 });
  assert.deepEqual(slow.timings.a.timings, [5000, 5000, 5000], "three rounds, whatever they take");
});

test("with n and without r, each run has n calls", async (t) => {
  catchPrints(t);
  const { log, variants } = logging(["A", "B"]);
  const { timings } = await mp.compare(variants, { n: 2, budget: 50 });
  assert.equal(timings.A.loops, 2);
  assert.equal(log.length, 2 + 4 * timings.A.repeat);
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
  const { timings, speedup, firstCall } = await mp.compare(
    { serial: () => pass(6), parallel: () => pass(4) },
    { n: 1, r: 3 },
  );
  assert.deepEqual(speedup, { serial: 1, parallel: 1.5 });
  assert.deepEqual(Object.keys(timings), ["serial", "parallel"]);
  assert.deepEqual(timings.parallel.timings, [4, 4, 4]);
  assert.deepEqual(firstCall, { serial: 6, parallel: 4 });
});

/** Lines that were broken to fit, whole again. */
const sentences = (lines: string[]) =>
  lines
    .join("\n")
    .replace(/\n {2}(?=\S)/g, " ")
    .split("\n");

/** A variant whose calls take these milliseconds in turn, the last for ever, with so many workers. */
function taking(pass: (milliseconds: number) => void, times: number[], workers = 0): () => string {
  let call = 0;
  return () => {
    beginWork(workers);
    pass(times[Math.min(call++, times.length - 1)]);
    endWork(workers);
    return "done";
  };
}

test("a start-up in the first call is shown apart, and counts in no mean", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const apart = await mp.compare({ starting: taking(pass, [40, 1]) }, { n: 3, r: 7 });
  assert.deepEqual([apart.firstCall.starting, apart.startUp], [40, ["starting"]]);
  assert.deepEqual(apart.timings.starting.timings, Array(7).fill(1));
  const startUp =
    "The first call of starting took 40 ms, later ones 1 ms: workers started, code was compiled, or something held it up. It is in no mean.";
  assert.deepEqual(apart.warnings, [startUp]);
  assert.ok(sentences(lines).includes(`Note: ${startUp}`));

  const looped = await mp.compare({ starting: taking(pass, [40, 1]), even: taking(pass, [2]) }, { n: 3, r: 2 });
  assert.deepEqual(
    [looped.timings.starting.timings, looped.timings.even.timings],
    [
      [1, 1],
      [2, 2],
    ],
  );
  assert.deepEqual(looped.startUp, ["starting"]);

  const single = await mp.compare({ starting: taking(pass, [40, 1]), even: taking(pass, [2]) }, { n: 1, r: 3 });
  assert.deepEqual(
    [single.timings.starting.timings, single.timings.even.timings],
    [
      [1, 1],
      [2, 2],
    ],
    "the first round counts for nobody",
  );
  assert.deepEqual(single.speedup, { starting: 1, even: 0.5 });
});

test("a first call without a start-up belongs to the first run; a single run belongs to the mean", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const steady = await mp.compare({ a: taking(pass, [22, 20, 18, 23]) }, { n: 1, r: 4 });
  assert.deepEqual([steady.timings.a.timings, steady.startUp], [[22, 20, 18, 23], []]);
  const looped = await mp.compare({ a: taking(pass, [4, 4, 4, 5, 5, 5]) }, { n: 3, r: 2 });
  assert.deepEqual(looped.timings.a.timings, [4, 5]);
  const once = await mp.compare({ a: taking(pass, [50]) }, { n: 1, r: 1 });
  assert.deepEqual([once.timings.a.timings, once.startUp], [[50], []]);
});

test("the verdict measures a speed-up by what the workers could give, where their number is known", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  process.env.PARALLEL_TYPESCRIPT_CPUS = "2";
  t.after(() => delete process.env.PARALLEL_TYPESCRIPT_CPUS);
  const verdictOf = async (variants: Record<string, () => unknown>) => {
    lines.length = 0;
    const { workers } = await mp.compare(variants, { n: 1, r: 2 });
    return [sentences(lines)[2], workers];
  };
  assert.deepEqual(await verdictOf({ serial: taking(pass, [38]), parallel: taking(pass, [20], 2) }), [
    "parallel is 1.9 times as fast as serial (95 % sure: 1.9; 2 rounds): 95 % of what 2 workers could give.",
    { serial: 0, parallel: 2 },
  ]);
  assert.ok(lines.some((line) => line.includes("╎ ideal for 2 workers")));
  assert.equal(
    (await verdictOf({ serial: taking(pass, [30]), parallel: taking(pass, [20], 4) }))[0],
    "parallel is 1.5 times as fast as serial (95 % sure: 1.5; 2 rounds): 75 % of what 4 workers on 2 processors could give.",
  );
  assert.equal(
    (await verdictOf({ serial: taking(pass, [80]), parallel: taking(pass, [20], 2) }))[0],
    "parallel is 4.0 times as fast as serial (95 % sure: 4.0; 2 rounds): more than 2 workers can give by sharing, so something else makes it faster, too.",
  );
  assert.equal(
    (await verdictOf({ serial: taking(pass, [1]), parallel: taking(pass, [40], 2) }))[0],
    "parallel is 40 times slower than serial (95 % sure: 40; 2 rounds): starting, sending and waiting cost more than the workers save.",
  );
  // Two pools against each other say nothing of one worker; two serial variants have none.
  assert.equal(
    (await verdictOf({ default: taking(pass, [30], 2), chunks: taking(pass, [20], 2) }))[0],
    "chunks is 1.5 times as fast as default (95 % sure: 1.5; 2 rounds).",
  );
  assert.equal(
    (await verdictOf({ a: taking(pass, [30]), b: taking(pass, [20]) }))[0],
    "b is 1.5 times as fast as a (95 % sure: 1.5; 2 rounds).",
  );
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
      assert.equal(
        error.message,
        `The variants "serial" and "parallel" returned different results: ${difference}. Mend the one that is wrong, or pass { sameResult: false } if they need not agree.`,
      );
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

test("sameResult: false allows different results", async (t) => {
  catchPrints(t);
  const { results } = await mp.compare({ a: () => 1, b: () => 2 }, { n: 1, r: 1, sameResult: false });
  assert.deepEqual(results, { a: 1, b: 2 });
});

test("in a terminal: a line a variant, the verdict, and a chart of all runs", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  await mp.compare(
    { serial: taking(pass, [40]), parallel: taking(pass, [18, 20, 22]) },
    { n: 1, r: 3, title: "Terminal" },
  );
  assert.deepEqual(lines, [
    "Terminal",
    "serial:   40 ms ± 0 ns per loop (mean ± std. dev. of 3 runs, 1 loop each)",
    "parallel: 20 ms ± 1.63 ms per loop (mean ± std. dev. of 3 runs, 1 loop each)",
    "parallel is 2.0 times as fast as serial (95 % sure: between 1.6 and 2.6; 3 rounds).",
    "Note: There were 3 rounds only, so one that is disturbed may decide. Leave n and r out, or",
    "  give r: 6 or more.",
    "serial   │                                       ┃ │ 40 ms, baseline",
    "parallel │                 ● ┃ ●                   │ 20 ms, 2.0 times as fast",
    "          0 to 41.2 ms   ● one run   ┃ mean",
  ]);
});

test("means that are far apart are drawn in powers of ten", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  await mp.compare({ here: taking(pass, [2]), there: taking(pass, [200]) }, { n: 1, r: 2 });
  assert.deepEqual(lines.slice(-3), [
    "here  │    ┃                                    │ 2 ms, baseline",
    "there │                               ┃         │ 200 ms, 100 times slower",
    "       1 ms to 1 s, in powers of ten   ● one run   ┃ mean",
  ]);
});

test("a rerun says how it was last time and what changed in the code since", async (t) => {
  pretendHistory(t);
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const lastTime = () =>
    sentences(lines.splice(0))
      .find((line) => line.startsWith("Last time"))
      ?.replace(/\(\d+ \w+, \d\d:\d\d\)/, "(DATE)");
  await mp.compare({ serial: () => pass(40), parallel: () => pass(20) }, { n: 1, r: 6, title: "A" });
  assert.equal(lastTime(), undefined);
  await mp.compare({ serial: () => pass(40), parallel: () => pass(20) }, { n: 1, r: 6, title: "A" });
  assert.equal(
    lastTime(),
    "Last time (DATE): parallel was 2.0 times as fast, now as before. Since then no change of the code was found.",
  );
  await mp.compare({ serial: () => pass(40), parallel: () => pass(10 * 1) }, { n: 1, r: 6, title: "A" });
  assert.equal(
    lastTime(),
    "Last time (DATE): parallel was 2.0 times as fast, now faster than before. Since then the code of parallel changed: `() => pass(20)` became `() => pass(10 * 1)`.",
  );
  await mp.compare({ serial: () => pass(40), apply: () => pass(20) }, { n: 1, r: 6, title: "A" });
  assert.equal(
    lastTime(),
    "Last time (DATE): parallel was 4.0 times as fast, and one cannot tell whether that changed. Since then apply is new and parallel is gone.",
  );
  for (let time = 0; time < 2; time++) {
    await mp.compare({ serial: () => pass(40) }, { n: 1, r: 1, title: "B" });
    assert.equal(lastTime(), undefined, "a single variant has no verdict");
  }

  // The variant is the same text, and calls another function.
  let work = () => pass(20);
  const calling = () => ({ serial: () => pass(40), parallel: () => work() });
  await mp.compare(calling(), { n: 1, r: 6, title: "D" });
  lastTime();
  work = () => pass(10);
  await mp.compare(calling(), { n: 1, r: 6, title: "D" });
  assert.equal(
    lastTime(),
    "Last time (DATE): parallel was 2.0 times as fast, now faster than before. Since then work, which parallel calls, changed.",
  );

  // What a cell's code becomes in the notebook's compiler is not what was written there.
  const exports = { work: () => pass(1) };
  await mp.compare({ cell: () => (0, exports.work)() }, { n: 1, r: 1, title: "C" });
  assert.equal(mp.history({ title: "C" })[0].variants[0].code, "() => work()");
});

test("without a title, only the same names and code count as the same comparison", async (t) => {
  pretendHistory(t);
  const lines = catchPrints(t);
  await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });
  await mp.compare({ a: () => 1, b: () => 1 + 0 }, { n: 1, r: 2 });
  assert.ok(!lines.some((line) => line.startsWith("Last time")));
  await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });
  assert.equal(lines.filter((line) => line.startsWith("Last time")).length, 1);
});

test("one round does not say how much the times vary, and the verdict says so", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const { verdicts, warnings } = await mp.compare(
    { serial: () => (pass(2), 1), parallel: () => (pass(8), 1) },
    { n: 1, r: 1 },
  );
  assert.deepEqual(verdicts, { parallel: { kind: "unclear", ratio: 0.25, low: 0, high: Infinity, rounds: 1 } });
  assert.equal(
    sentences(lines)[2],
    "Cannot tell whether parallel is faster or slower than serial: one round does not say how much the times vary.",
  );
  assert.match(warnings[0], /^There was 1 round only/);
});

test("rounds that contradict each other, or a clock that saw nothing, allow no number", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  await mp.compare({ steady: taking(pass, [8]), fickle: taking(pass, [4, 32, 4, 32, 4, 32, 4, 32]) }, { n: 1, r: 8 });
  assert.equal(
    sentences(lines)[2],
    "Cannot tell whether fickle is faster or slower than steady: it may be anything from 4.0 times slower to 2.0 times as fast (95 % sure; 8 rounds). Four times the budget or the rounds make this range half as wide.",
  );
  lines.length = 0;
  await mp.compare({ a: () => 1, b: () => (pass(1), 1) }, { n: 1, r: 2 });
  assert.equal(
    sentences(lines)[2],
    "Cannot tell whether b is faster or slower than a: a run was shorter than the clock can see. Give a larger n.",
  );
  lines.length = 0;
  const { verdicts } = await mp.compare({ a: taking(pass, [100]), b: taking(pass, [101, 99]) }, { n: 1, r: 6 });
  assert.equal(sentences(lines)[2], "b takes the same time as a (95 % sure: less than 3 % apart; 6 rounds).");
  assert.equal(verdicts.b.kind, "same");
});

test("in a notebook the words are those of a terminal, in HTML that wraps between them", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const compare = () => mp.compare({ serial: taking(pass, [38]), "own pool": taking(pass, [20]) }, { n: 1, r: 6 });
  await compare();
  const shown = pretendNotebook(t);
  await compare();
  assert.deepEqual(wordsOf(shown[0]), lines.slice(0, 3));
  assert.match(shown[0].content, />serial: {3}38 ms ± 0 ns per loop \(mean/, "to the letter, in columns");
  assert.doesNotMatch(
    shown[0].content,
    /<pre|color/,
    "JupyterLab breaks the lines of <pre> within words; the page's colours are right in every theme",
  );
  assert.match(shown[0].content, /is 1\.9\u00a0times as fast as serial \(95.% sure: 1\.9; 6\u00a0rounds\)/);
});

test("in a notebook: the words and one SVG, well-formed, with every text escaped", async (t) => {
  const shown = pretendNotebook(t);
  const lines = catchPrints(t);
  const title = `<script>alert("1")</script> & 'more' \ud800 \u0007`;
  const names = ["serial", '<b>&"bold"</b>'];
  const pass = pretendClock(t);
  await mp.compare({ [names[0]]: taking(pass, [3]), [names[1]]: taking(pass, [1]) }, { n: 1, r: 6, title });
  assert.deepEqual(lines, []);
  assert.deepEqual(
    shown.map(({ mime, place }) => [mime, place]),
    [
      ["text/html", 0],
      ["image/svg+xml", 0],
    ],
    "in this order and nothing else",
  );
  assertWellFormed(shown[0].content);
  const words = wordsOf(shown[0]);
  assert.equal(words.length, 3, "the title is in the picture");
  assert.match(words[1], /^<b>&"bold"<\/b>: .* per loop \(mean ± std\. dev\. of 6 runs, 1 loop each\)$/);
  assert.match(words[2], /^<b>&"bold"<\/b> is 3\.0 times as fast as serial /);
  const svg = shown[1].content;
  assert.ok(!/<script|<b>/.test(svg));
  assert.match(svg, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 480 \d+" width="480"/);
  assert.match(svg, /role="img" aria-label="[^"<>]+times as fast as serial[^"<>]+"/);
  assert.equal(svg.match(/<circle fill="#[0-9a-f]+" r="3.5"/g)?.length, 12, "every run of both variants is a point");
  assertWellFormed(svg);
  assert.ok(
    svg.includes(`<title>&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62; &#38; &#39;more&#39; � �</title>`),
  );
});

test("the picture's positions and figures are those of the result, earlier runs dimmed behind", async (t) => {
  pretendHistory(t);
  const shown = pretendNotebook(t);
  catchPrints(t);
  const pass = pretendClock(t);
  const variants = () => ({ a: taking(pass, [11, 12, 13]), b: taking(pass, [7, 5, 6], 2) });
  process.env.PARALLEL_TYPESCRIPT_CPUS = "2";
  t.after(() => delete process.env.PARALLEL_TYPESCRIPT_CPUS);
  await mp.compare(variants(), { n: 1, r: 3, title: "again" });
  const { timings } = await mp.compare(variants(), { n: 1, r: 3, title: "again" });
  const svg = shown.filter(({ mime }) => mime === "image/svg+xml")[1].content;
  const numbers = (pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => Number(match[1]));
  const points = numbers(/<circle fill="#[0-9a-f]+" r="3.5" cy="[\d.]+" cx="([\d.]+)"/g);
  const all = [...timings.a.timings, ...timings.b.timings];
  const scale = points[0] / all[0];
  const near = (positions: number[], times: number[]) => {
    assert.equal(positions.length, times.length);
    times.forEach((time, index) =>
      assert.ok(Math.abs(time * scale - positions[index]) < 0.6, `${positions[index]} is not ${time} ms`),
    );
  };
  near(points, all);
  near(numbers(/<circle fill="#[0-9a-f]+" r="3" cy="[\d.]+" cx="([\d.]+)"/g), all);
  const lines = (attributes: string) =>
    numbers(new RegExp(`<g [^>]*${attributes}[^>]*aria-label="rule"[^>]*><line [^>]*x1="([\\d.]+)"`, "g"));
  near(lines('stroke-width="1.75"'), [timings.a.average / 2]);
  near(numbers(/<line stroke="#[0-9a-f]{6}"[^>]* x1="([\d.]+)"/g), [timings.a.average, timings.b.average]);
  const speedups = [...svg.matchAll(/aria-label="arrow"><path d="M([\d.]+),[\d.]+L([\d.]+),/g)].map(([, from, to]) => [
    Number(from),
    Number(to),
  ]);
  near(speedups.flat(), [timings.a.average, timings.b.average]);
  assert.match(svg, />12 ms<\/text>/);
  assert.match(svg, />2\.0 times as fast<\/text>/);
});

test("a long comparison shows that it runs, and removes the sign at its end", async (t) => {
  const shown = pretendNotebook(t);
  catchPrints(t);
  const pass = pretendClock(t);
  t.mock.method(Math, "random", () => 0.99);
  await mp.compare({ "a<b": () => pass(300), c: () => pass(300) }, { n: 1, r: 4, title: "long" });
  const signs = shown.filter(({ place }) => place > 0).map(({ content }) => content.replace(/<[^>]*>/g, ""));
  assert.deepEqual(signs, ["long: c, first call", "long: a&#60;b, round 3 of 4", "long: a&#60;b, round 4 of 4", ""]);
});

test("Stop ends a comparison between two runs", async (t) => {
  pretendNotebook(t);
  catchPrints(t);
  const before = process.listenerCount("SIGINT");
  let calls = 0;
  const stopped = mp.compare({ a: () => void (++calls === 3 && process.emit("SIGINT")) }, { n: 1, r: 1000 });
  await assert.rejects(stopped, /^Error: The comparison was stopped before its end/);
  assert.equal(calls, 3);
  assert.equal(process.listenerCount("SIGINT"), before);
});

test("one variant alone is timed and shown without a verdict", async (t) => {
  const shown = pretendNotebook(t);
  const lines = catchPrints(t);
  const { speedup } = await mp.compare({ only: () => 1 }, { n: 1, r: 1 });
  assert.deepEqual(speedup, { only: 1 });
  assert.deepEqual([lines, wordsOf(shown[0]).length], [[], 1]);
  assertWellFormed(shown[1].content);
});

test("a comparison prints as one short line", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const comparison = await mp.compare({ a: () => pass(2), b: () => pass(80) }, { n: 1, r: 1 });
  assert.equal(inspect(comparison), "Comparison { speed-up: a 1.00, b 0.0250 }");
});

test("wrong arguments reject with what was expected and what came", async (t) => {
  catchPrints(t);
  const wrong = (variants: unknown, options?: unknown) => () => mp.compare(variants as any, options as any);
  await assert.rejects(wrong([() => 1]), {
    name: "TypeError",
    message: /object of functions.*but an array of 1 item came/,
  });
  await assert.rejects(wrong(undefined), { name: "TypeError", message: /but undefined came/ });
  await assert.rejects(wrong({}), { name: "TypeError", message: /at least one variant/ });
  await assert.rejects(wrong({ a: () => 1, b: 5 }), {
    name: "TypeError",
    message: /function for the variant "b".*but the number 5 came/,
  });
  await assert.rejects(wrong({ a: () => 1 }, { n: 0 }), { name: "RangeError", message: /^compare expects n/ });
  await assert.rejects(wrong({ a: () => 1 }, { title: 5 }), {
    name: "TypeError",
    message: /title to be a string, but the number 5 came/,
  });
  await assert.rejects(wrong({ a: () => 1 }, null), { name: "TypeError", message: /but null came/ });
  const error = new Error("mine");
  await assert.rejects(
    mp.compare(
      {
        a: () => 1,
        b: () => {
          throw error;
        },
      },
      { n: 1, r: 1 },
    ),
    (thrown) => thrown === error,
  );
});
