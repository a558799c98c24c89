import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { cpus } from "node:os";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { beginWork, endWork } from "../../dist/internal";
import { catchPrints, pretendClock, pretendHistory } from "../helpers/display";

/** A variant whose calls take these milliseconds in turn. */
function taking(pass: (milliseconds: number) => void, times: readonly number[], returns = true): () => unknown {
  let call = 0;
  return () => {
    pass(times[call++ % times.length]);
    return returns ? 1 : undefined;
  };
}

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 0.002 * expected, `${actual} is not ${expected}`);

test("ratio and interval are those of Wilcoxon's test in a textbook", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  // Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", table 3.1: the differences have the centre -0.46 and the interval -0.786 to -0.010.
  const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const { verdicts } = await mp.compare(
    { x: taking(pass, x.map(Math.exp)), y: taking(pass, y.map(Math.exp)) },
    { n: 1, r: 9 },
  );
  near(verdicts.y.ratio, Math.exp(0.46));
  near(verdicts.y.low, Math.exp(0.01));
  near(verdicts.y.high, Math.exp(0.786));
  assert.deepEqual([verdicts.y.kind, verdicts.y.rounds], ["unclear", 9]);
  assert.deepEqual(Object.keys(verdicts), ["y"], "the baseline has no verdict");
});

test("fewer rounds than that test needs take Student's t", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const { verdicts } = await mp.compare({ a: taking(pass, [10, 12]), b: taking(pass, [5]) }, { n: 1, r: 2 });
  const [mean, reach] = [(Math.log(2) + Math.log(2.4)) / 2, (12.7062 * (Math.log(2.4) - Math.log(2))) / 2];
  near(verdicts.b.ratio, Math.exp(mean));
  near(verdicts.b.low, Math.exp(mean - reach));
  near(verdicts.b.high, Math.exp(mean + reach));
});

test("of many comparisons of the same work, however much it varies, at most 5 % say faster or slower; a true difference is found", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const generator = mp.seededRandom("verdicts");
  const random = () => generator.random();
  // The order of the variants in each round is drawn, too.
  const order = mp.seededRandom("order");
  t.mock.method(Math, "random", () => order.random());
  /** Times with a spread of some 8 %, and a disturbance in one of 20 calls. */
  const varying = (milliseconds: number) => () => {
    const noise = (random() + random() + random() - 1.5) * 0.16 + (random() < 0.05 ? random() : 0);
    pass(milliseconds * Math.exp(noise));
    return 1;
  };
  const share = async (factor: number, options: mp.CompareOptions, kinds: readonly string[]) => {
    let found = 0;
    const times = 100;
    for (let time = 0; time < times; time++) {
      const { verdicts } = await mp.compare({ a: varying(10 * factor), b: varying(10) }, options);
      if (kinds.includes(verdicts.b.kind)) found++;
    }
    return found / times;
  };
  for (const r of [2, 4, 6, 9, 20]) {
    const wrong = await share(1, { n: 1, r }, ["faster", "slower"]);
    assert.ok(wrong <= 0.05, `${r} rounds: ${wrong}`);
  }
  const wrong = await share(1, { budget: 1000 }, ["faster", "slower"]);
  assert.ok(wrong <= 0.05, `until it is sure: ${wrong}`);
  assert.ok((await share(1.2, { budget: 1000 }, ["faster"])) > 0.9);
  assert.equal(await share(1.2, { budget: 1000 }, ["slower"]), 0);
});

/** The warnings of a comparison whose variants take these times in each round. */
async function warningsOf(
  variants: Record<string, () => unknown>,
  options: mp.CompareOptions = { n: 1, r: 8 },
): Promise<readonly string[]> {
  return (await mp.compare(variants, options)).warnings;
}

test("a quiet measurement has no warnings", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  assert.deepEqual(await warningsOf({ a: taking(pass, [20, 21]), b: taking(pass, [10, 10.4]) }), []);
});

test("too few rounds", async (t) => {
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const warnings = await warningsOf({ a: taking(pass, [20]), b: taking(pass, [10]) }, { n: 1, r: 5 });
  assert.match(warnings.join(), /^There were 5 rounds only/);
  assert.ok(
    lines.some((line) => line.startsWith("Note: There were 5 rounds only")),
    "it is shown",
  );
  assert.deepEqual(await warningsOf({ a: taking(pass, [20]), b: taking(pass, [10]) }, { n: 1, r: 6 }), []);
  assert.deepEqual(
    await warningsOf({ a: taking(pass, [20]) }, { n: 1, r: 1 }),
    [],
    "one variant is compared with none",
  );
});

test("runs that vary, and not one that was disturbed", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const varying = [10, 14, 11, 15, 10, 13, 14, 10];
  assert.deepEqual(await warningsOf({ a: taking(pass, [20]), b: taking(pass, varying), c: taking(pass, varying) }), [
    "The times of b and c vary by more than 10 % from round to round.",
  ]);
  assert.deepEqual(await warningsOf({ a: taking(pass, [20]), b: taking(pass, [10, 10, 10, 90, 10, 10, 10, 10]) }), []);
});

test("a drift during the measurement", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const rising = Array.from({ length: 24 }, (_, round) => (round < 12 ? 10 : 12));
  const options = { n: 1, r: 24 };
  assert.deepEqual(await warningsOf({ a: taking(pass, [20]), b: taking(pass, rising) }, options), [
    "b became 20 % slower during the measurement.",
  ]);
  assert.deepEqual(await warningsOf({ a: taking(pass, [20]), b: taking(pass, rising.toReversed()) }, options), [
    "b became 20 % faster during the measurement.",
  ]);
  assert.deepEqual(await warningsOf({ a: taking(pass, [20]), b: taking(pass, [10, 10.2]) }, options), []);
});

test("a first run that is start-up", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const first = [90, ...Array<number>(20).fill(10)];
  assert.match(
    (await warningsOf({ a: taking(pass, [20]), b: taking(pass, first) })).join(),
    /^The first call of b took 90 ms, later ones 10 ms/,
  );
});

test("a result that nobody looks at, unless they may differ", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  const variants = () => ({ a: taking(pass, [20], false), b: taking(pass, [10], false) });
  assert.match((await warningsOf(variants())).join(), /^Nobody looks at the result of a and b/);
  assert.deepEqual(await warningsOf(variants(), { n: 1, r: 8, sameResult: false }), []);
});

test("workers that go on after a variant has returned", async (t) => {
  catchPrints(t);
  const pool = new mp.Pool(1);
  t.after(() => pool.terminate());
  const wait = () => new Promise<number>((resolve) => setTimeout(() => resolve(1), 150));
  await pool.apply(wait);
  const options = { n: 1, r: 2, sameResult: false };
  const forgotten = { a: () => 1, b: () => (void pool.apply(wait), undefined) };
  assert.match((await warningsOf(forgotten, options)).join(), /The workers of b went on after it had returned/);
  await pool.apply(wait);
  assert.doesNotMatch((await warningsOf({ a: () => 1, b: () => pool.apply(wait) }, options)).join(), /went on/);
});

test("more workers than processors", async (t) => {
  catchPrints(t);
  const pass = pretendClock(t);
  process.env.PARALLEL_TYPESCRIPT_CPUS = "2";
  t.after(() => delete process.env.PARALLEL_TYPESCRIPT_CPUS);
  // What else runs on this machine is true, whatever the clock pretends.
  const ownWarnings = async (variants: Record<string, () => unknown>) =>
    (await warningsOf(variants)).filter((warning) => !warning.startsWith("Other programs"));
  const having = (workers: number) => () => {
    beginWork(workers);
    pass(10);
    endWork(workers);
    return 1;
  };
  assert.deepEqual(await ownWarnings({ a: taking(pass, [20]), b: having(2) }), []);
  assert.deepEqual(await ownWarnings({ a: taking(pass, [20]), b: having(4) }), [
    "More workers than processors: b had 4, and 2 can run at a time. The others wait.",
  ]);
  assert.deepEqual(await ownWarnings({ a: taking(pass, [20]), b: having(4), c: having(8) }), [
    "More workers than processors: b had 4 and c had 8, and 2 can run at a time. The others wait.",
  ]);
});

test("work that the compiler may have left out, and a clock that is too coarse", async (t) => {
  catchPrints(t);
  const busy = () => {
    let sum = 0;
    for (let index = 0; index < 3000; index++) sum += Math.sqrt(index);
    return sum;
  };
  const nothing = await warningsOf({ busy, nothing: () => 1 }, { budget: 300, sameResult: false });
  assert.match(nothing.join(), /A call of nothing takes no longer than one of a function that does nothing/);
  // That its times vary is another matter, and true on a machine that is busy.
  assert.doesNotMatch(nothing.join(), /A call of [^:]*\bbusy\b/);
  const coarse = await warningsOf({ nothing: () => 1, busy: () => busy() + busy() }, { n: 1, r: 8, sameResult: false });
  assert.match(coarse.join(), /The clock is too coarse for nothing: a run takes less than 50 of its steps of /);
  const fine = await warningsOf({ nothing: () => 1, busy }, { n: 100_000, r: 6, sameResult: false });
  assert.doesNotMatch(fine.join(), /too coarse/);
});

test(
  "other programs that keep processors busy",
  { skip: process.platform === "linux" ? false : "only Linux tells what child processes used" },
  async (t) => {
    catchPrints(t);
    // Children of a shell that has ended are not this program's.
    const start = `"${process.execPath}" -e "for (;;);" > /dev/null 2>&1 & echo $!`;
    const spinners = cpus().map(() => Number(execFileSync("sh", ["-c", start], { encoding: "utf8" })));
    t.after(() => spinners.forEach((spinner) => process.kill(spinner, "SIGKILL")));
    const spin = (milliseconds: number) => () => {
      const end = performance.now() + milliseconds;
      while (performance.now() < end);
      return 1;
    };
    const warnings = await warningsOf({ a: spin(40), b: spin(20) }, { n: 1, r: 12 });
    assert.match(warnings.join(), /Other programs used \d+\.\d of the \d+ processors meanwhile/);
  },
);

test(
  "this program's own child processes are no other programs",
  { skip: process.platform === "linux" ? false : "only Linux tells what child processes use" },
  async (t) => {
    const spinners = cpus().map(() => spawn(process.execPath, ["-e", "for (;;);"], { stdio: "ignore" }));
    t.after(() => spinners.forEach((spinner) => spinner.kill("SIGKILL")));
    await Promise.all(spinners.map((spinner) => once(spinner, "spawn")));
    // Milliseconds of their main threads, of which the kernel counts nanoseconds.
    const spun = (): number =>
      spinners.reduce(
        (sum, { pid }) => sum + Number.parseInt(readFileSync(`/proc/${pid}/schedstat`, "latin1")) / 1e6,
        0,
      );
    let first: number | undefined;
    let last = 0;
    const wait = async (): Promise<void> => {
      first ??= spun();
      await sleep(30);
      last = spun();
    };
    const begun = performance.now();
    const warnings = await warningsOf({ a: wait, b: wait }, { n: 1, r: 12 });
    const children = (last - (first as number)) / (performance.now() - begun);
    const [, used = "0"] = /Other programs used (\d+\.\d) of/.exec(warnings.join()) ?? [];
    // Whatever else runs on this machine has what they have left. It is told to a tenth, in ticks of 10 ms for each processor.
    assert.ok(Number(used) < cpus().length - children + 0.2, `${used}, while children used ${children}`);
  },
);

test("a rerun is told from the last one by the same test", async (t) => {
  pretendHistory(t);
  const lines = catchPrints(t);
  const pass = pretendClock(t);
  const rerun = async (milliseconds: number) => {
    lines.length = 0;
    const slow = Array.from({ length: 12 }, (_, round) => 20 + (round % 3) * 0.1);
    await mp.compare({ a: taking(pass, slow), b: taking(pass, [milliseconds]) }, { n: 1, r: 12, title: "rerun" });
    return lines.join(" ").replaceAll(/ +/g, " ");
  };
  await rerun(10);
  assert.match(await rerun(10), /b was 2\.0 times as fast, now as before\./);
  assert.match(await rerun(8), /b was 2\.0 times as fast, now faster than before\./);
  assert.match(await rerun(9), /b was 2\.5 times as fast, now slower than before\./);
});
