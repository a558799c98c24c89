import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { inspect } from "node:util";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { whatChanged, historyFile } from "../../dist/internal";
import { catchPrints, pretendHistory, pretendNotebook, wordsOf } from "../helpers/display";
import { assertWellFormed } from "../helpers/svg";

/** What is warned of until the test ends. */
function catchWarnings(t: TestContext): string[] {
  const warnings: string[] = [];
  t.mock.method(console, "warn", (text: string) => void warnings.push(text));
  return warnings;
}

/** A kept comparison as it stands in the file. */
function entry(
  title: string,
  timings: Record<string, number[]>,
  more: { date?: string; name?: string; cores?: number; node?: string } = {},
): mp.HistoryEntry {
  const { date = "2026-01-02T03:04:05.000Z", name = "laptop", cores = 2, node = "24.1.0" } = more;
  return {
    date,
    title,
    key: title,
    machine: { name, processor: "p", cores, system: "linux x64", node },
    variants: Object.entries(timings).map(([variant, times]) => ({
      name: variant,
      code: `() => ${variant}`,
      loops: 1,
      timings: times,
      workers: 0,
    })),
  };
}

const COMPARE = (times: number) => `
  const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))});
  console.log = () => {};
  (async () => { for (let time = 0; time < ${times}; time++) await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2, title: process.argv[1] + "é".repeat(2000) }); })();`;

test("a comparison is kept with its date, machine, cores, Node version, code and runs, and survives a restart", (t) => {
  const file = pretendHistory(t);
  catchPrints(t);
  const { status, stderr } = spawnSync(process.execPath, ["-e", COMPARE(1), "first"], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.ok(existsSync(file));
  const [kept, ...others] = mp.history();
  assert.equal(others.length, 0);
  assert.ok(Math.abs(Date.now() - Date.parse(kept.date)) < 60_000);
  assert.ok(kept.title?.startsWith("first"));
  assert.deepEqual([kept.machine.node, kept.machine.cores], [process.versions.node, mp.availableCpus()]);
  assert.ok(
    kept.machine.name !== "" && kept.machine.processor !== "" && kept.machine.system.startsWith(process.platform),
  );
  assert.deepEqual(
    kept.variants.map(({ name, code, loops, timings, workers }) => [name, code, loops, timings.length >= 1, workers]),
    [
      ["a", "() => 1", 1, true, 0],
      ["b", "() => 1", 1, true, 0],
    ],
  );
});

test("two processes that write at once lose nothing and damage nothing", async (t) => {
  const file = pretendHistory(t);
  const warnings = catchWarnings(t);
  catchPrints(t);
  const run = (name: string) =>
    new Promise((resolve, reject) =>
      spawn(process.execPath, ["-e", COMPARE(100), name], { stdio: "ignore" })
        .on("exit", resolve)
        .on("error", reject),
    );
  assert.deepEqual(await Promise.all([run("one"), run("two")]), [0, 0]);
  const entries = mp.history();
  assert.deepEqual(
    ["one", "two"].map((name) => entries.filter(({ title }) => title?.startsWith(name)).length),
    [100, 100],
  );
  assert.deepEqual(warnings, []);
  assert.equal(
    readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "").length,
    200,
  );
});

test("damaged lines are skipped with one warning that names them; a line that a crash has cut off leaves the next one whole", async (t) => {
  const file = pretendHistory(t);
  const warnings = catchWarnings(t);
  catchPrints(t);
  mkdirSync(dirname(file), { recursive: true });
  const whole = JSON.stringify(entry("A", { a: [2], b: [1] }));
  const damaged = [
    "{",
    "null",
    "5",
    whole.replace("[2]", "[]"),
    whole.replace("[2]", '["2"]'),
    whole.replace("[2]", "[1,2]"),
    whole.replace('"date":"2', '"date":"x'),
    whole.replace(/"loops":\d+/, '"loops":"1"'),
  ];
  writeFileSync(file, `${[whole, ...damaged, "", whole].join("\n")}\n${whole.slice(0, 50)}`);
  await mp.compare({ a: () => 1 }, { n: 1, r: 1, title: "after the crash" });
  const warning = (lines: string) =>
    `${file}: lines ${lines} are damaged and skipped. Delete what is damaged to be rid of this warning.`;
  assert.deepEqual(
    warnings.splice(0),
    [warning("2, 3, 4, 5, 6, 7, 8, 9")],
    "the last line might be one that is just being written",
  );
  assert.deepEqual(
    mp.history().map(({ title }) => title),
    ["A", "A", "after the crash"],
  );
  assert.deepEqual(warnings, [warning("2, 3, 4, 5, 6, 7, 8, 9, 12")]);
});

test("a history that cannot be written gives a warning; the comparison goes on", async (t) => {
  const file = pretendHistory(t);
  const warnings = catchWarnings(t);
  catchPrints(t);
  mkdirSync(file, { recursive: true });
  const { timings } = await mp.compare({ a: () => 1 }, { n: 1, r: 1 });
  assert.equal(timings.a.repeat, 1);
  assert.ok(
    warnings.some(
      (text) =>
        text.startsWith("This comparison could not be kept in ") && text.includes("PARALLEL_TYPESCRIPT_HISTORY"),
    ),
  );
});

test("where nothing is kept, history says so", (t) => {
  const lines = catchPrints(t);
  const before = process.env.PARALLEL_TYPESCRIPT_HISTORY;
  t.after(() => (process.env.PARALLEL_TYPESCRIPT_HISTORY = before));
  process.env.PARALLEL_TYPESCRIPT_HISTORY = "none";
  assert.deepEqual([...mp.history()], []);
  assert.match(
    lines.join("\n"),
    /No comparison is kept: the environment variable PARALLEL_TYPESCRIPT_HISTORY says none\./,
  );
});

test("the environment variable names the history's file, or none; else the file is in the user's data folder", (t) => {
  const before = process.env.PARALLEL_TYPESCRIPT_HISTORY;
  t.after(() => (process.env.PARALLEL_TYPESCRIPT_HISTORY = before));
  process.env.PARALLEL_TYPESCRIPT_HISTORY = join("some where", "file");
  assert.equal(historyFile(), join("some where", "file"));
  process.env.PARALLEL_TYPESCRIPT_HISTORY = "none";
  assert.equal(historyFile(), undefined);
  delete process.env.PARALLEL_TYPESCRIPT_HISTORY;
  assert.ok(historyFile()!.endsWith(join("parallel-typescript", "history.jsonl")));
  if (process.env.XDG_DATA_HOME === undefined && process.env.LOCALAPPDATA === undefined)
    assert.ok(historyFile()!.startsWith(homedir()));
});

test("history shows a table, newest first, and a chart of what was run more than once; clear empties it", (t) => {
  const file = pretendHistory(t);
  const lines = catchPrints(t);
  mkdirSync(dirname(file), { recursive: true });
  const now = new Date().getFullYear();
  for (let day = 1; day <= 3; day++)
    appendFileSync(
      file,
      `${JSON.stringify(entry("<A> & 'B'", { serial: [8, 8, 8], parallel: Array<number>(3).fill(8 / day) }, { date: new Date(now, 0, day, 9, 30).toISOString() }))}\n`,
    );
  appendFileSync(
    file,
    `${JSON.stringify(entry("once", { serial: [1, 1, 1], parallel: [4, 4, 4] }, { date: new Date(now, 0, 4, 9, 30).toISOString(), cores: 8 }))}\n`,
  );
  assert.equal(mp.history().length, 4);
  assert.deepEqual(lines.splice(0), [
    "<A> & 'B', 3 times since 1 Jan, 09:30; last: parallel: 3.0 times as fast.",
    "4 Jan, 09:30 once      parallel: 4.0 times slower  laptop, 8 cores, Node 24.1.0",
    "3 Jan, 09:30 <A> & 'B' parallel: 3.0 times as fast laptop, 2 cores, Node 24.1.0",
    "2 Jan, 09:30 <A> & 'B' parallel: 2.0 times as fast laptop, 2 cores, Node 24.1.0",
    "1 Jan, 09:30 <A> & 'B' parallel: the same          laptop, 2 cores, Node 24.1.0",
  ]);
  assert.equal(inspect(mp.history()), "4 comparisons", "not every timing, below a cell");
  assert.deepEqual(
    mp.history({ title: "once" }).map(({ title }) => title),
    ["once"],
  );

  const shown = pretendNotebook(t);
  mp.history();
  assert.deepEqual(
    shown.map(({ mime }) => mime),
    ["image/svg+xml", "text/html"],
  );
  for (const { content } of shown) assertWellFormed(content);
  assert.ok(
    shown[1].content.includes("&#60;A&#62; &#38; &#39;B&#39;") &&
      shown[1].content.indexOf("once") < shown[1].content.indexOf("&#60;A"),
  );
  assert.equal(shown[0].content.match(/<circle [^>]*r="3.5"/g)?.length, 3);
  for (const words of ["1×</text>", "2×</text>", ">3.0\u00a0times as fast</text>", ">3 times</text>"])
    assert.ok(shown[0].content.replaceAll("3.0 times", "3.0\u00a0times").includes(words), words);
  mp.history({ title: "cats" });
  assert.deepEqual(wordsOf(shown.at(-1)!), [
    'No comparison with the title "cats" is kept. There are: "<A> & \'B\'", "once".',
  ]);

  assert.deepEqual(mp.history({ clear: true }), []);
  assert.ok(!existsSync(file));
  assert.deepEqual(mp.history(), []);
  assert.throws(() => mp.history(5 as any), {
    name: "TypeError",
    message: /options as an object.*but the number 5 came/,
  });
  assert.throws(() => mp.history({ clear: "yes" as any }), { name: "TypeError", message: /clear to be true or false/ });
  assert.throws(() => mp.history({ title: 5 as any }), { name: "TypeError", message: /title to be a string/ });
});

test("what changed: code, variants, machine and Node, each named", () => {
  const before = entry("A", { serial: [1], parallel: [1] });
  const withCode = (code: string) => ({ ...before, variants: [before.variants[0], { ...before.variants[1], code }] });
  const said = (old: mp.HistoryEntry, now: mp.HistoryEntry) => whatChanged(old, now).replace(/^Since then /, "");
  assert.equal(said(before, before), "the code of the variants is the same; what they call was not looked at.");
  const calling = (add: number) => ({ ...before, variants: [{ ...before.variants[0], calls: { add } }] });
  assert.equal(said(calling(1), calling(1)), "no change of the code was found.");
  assert.equal(said(calling(1), calling(2)), "add, which serial calls, changed.");
  assert.equal(
    said(withCode("() => pool.map(f, xs)"), withCode("() => pool.map(f, xs, { chunkSize: 64 })")),
    "the code of parallel changed: `pool.map(f, xs)` became `pool.map(f, xs, { chunkSize: 64 })`.",
  );
  assert.equal(said(withCode("a".repeat(90)), withCode("b".repeat(90))), "the code of parallel changed.");
  assert.equal(
    said(before, entry("A", { serial: [1] }, { name: "server", cores: 8, node: "22.1.0" })),
    "parallel is gone, the machine changed (it was laptop with 2 cores) and Node 24.1.0 became 22.1.0.",
  );
});

test("machines lays the files of several machines over each other: the newest run of each, speed-up against cores", (t) => {
  const folder = dirname(pretendHistory(t));
  mkdirSync(folder, { recursive: true });
  const lines = catchPrints(t);
  const write = (name: string, ...entries: mp.HistoryEntry[]) => {
    writeFileSync(join(folder, name), entries.map((one) => `${JSON.stringify(one)}\n`).join(""));
    return join(folder, name);
  };
  const files = [
    write(
      "grace.jsonl",
      entry("cubes", { serial: [8], map: [1] }, { name: "grace <8>", cores: 8 }),
      entry("primes", { serial: [8], map: [2] }, { name: "grace <8>", cores: 8 }),
    ),
    write(
      "ada.jsonl",
      entry("primes", { serial: [8], map: [8] }, { name: "ada" }),
      entry("primes", { serial: [8], map: [5] }, { name: "ada", date: "2026-02-01T00:00:00Z" }),
    ),
  ];
  const expected = [
    { machine: "ada", cores: 2, variant: "map", speedup: 1.6 },
    { machine: "grace <8>", cores: 8, variant: "map", speedup: 4 },
  ];
  assert.deepEqual(mp.machines(files), expected, "the title that most machines have");
  assert.deepEqual(lines.splice(0), [
    "primes",
    "ada       2 cores map 1.6 times as fast",
    "grace <8> 8 cores map 4.0 times as fast",
  ]);
  assert.deepEqual(
    mp.machines(files, { title: "cubes" }).map(({ speedup }) => speedup),
    [8],
  );
  assert.throws(
    () => mp.machines(files, { title: "cats" }),
    /^Error: No file holds a comparison with the title "cats"\. There are: cubes, primes\.$/,
  );
  assert.throws(() => mp.machines([]), { name: "TypeError", message: /expects a folder, or a list of files/ });
  assert.throws(() => mp.machines(files, { title: 5 as any }), { name: "TypeError", message: /title to be a string/ });

  const shown = pretendNotebook(t);
  mp.machines(files);
  assertWellFormed(shown[0].content);
  assert.equal(shown[0].content.match(/<circle r="5" c/g)?.length, 2);
});
