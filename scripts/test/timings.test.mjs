import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";

const library = JSON.stringify(createRequire(import.meta.url).resolve("parallel-typescript"));

/** One comparison of a pool with a loop, with real times. */
const COMPARE_POOLS = `
  const mp = require(${library});
  const work = (count) => { let sum = 0; for (let i = 0; i < count; i++) sum += Math.sqrt(i); return sum; };
  const items = mp.range(8).map((item) => 300_000 + item);
  mp.withPool(2, (pool) => mp.compare({
    serial: () => items.map((item) => work(item)), map: () => pool.map(work, items), apply: () => Promise.all(items.map((item) => pool.apply(work, [item]))),
  }, { n: 1, r: 3, title: "sums" }));`;
/** What mp.machines returns, and what it shows in a notebook, of the files that are named. */
const OVERLAY = `
  const shown = [];
  globalThis.__tslab__ = { require: () => ({ display: { raw: (mime, content) => shown.push(content) } }) };
  const results = require(${library}).machines(process.argv.slice(1));
  process.stdout.write(JSON.stringify({ results, svg: shown[0] }));`;

/** A folder for one test, with a history in it, and this command run there. */
function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "timings ü "));
  const env = { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: join(folder, "history.jsonl") };
  const run = (args, more = {}) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: folder,
      env: { ...env, ...more },
      encoding: "utf8",
    });
    return { status, output: stdout + stderr };
  };
  const timings = (args, more) => run([inRoot("scripts", "timings.mjs"), ...args], more);
  try {
    work({
      folder,
      run,
      timings,
      compare: (title) =>
        run(["-e", `require(${library}).compare({ a: () => 1, b: () => 1 }, { n: 1, r: 1, title: "${title}" })`]),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("npm run timings -- export", () => {
  it("writes the comparisons of this machine to one file, under the name that was asked for", () =>
    inFolder(({ folder, compare, timings }) => {
      assert.equal(compare("one").status, 0);
      assert.equal(compare("two").status, 0);
      const { status, output } = timings(["export", "--name", "Ada's laptop"]);
      assert.equal(status, 0, output);
      assert.match(output, /^2 comparisons of "Ada's laptop" written to .*timings-Ada-s-laptop\.jsonl$/m);
      const entries = readFileSync(join(folder, "timings-Ada-s-laptop.jsonl"), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      assert.deepEqual(
        entries.map(({ title, machine }) => [title, machine.name]),
        [
          ["one", "Ada's laptop"],
          ["two", "Ada's laptop"],
        ],
      );
      assert.match(timings(["export", "--name", "Ada's laptop"]).output, /exists already\.\nRemedy: /);
      assert.equal(timings(["export", "--out", join(folder, "given.jsonl")]).status, 0);
    }));

  it("gives files that mp.machines lays over each other: every number in the picture is one of theirs, also of machines of one name", () =>
    inFolder(({ folder, run, timings }) => {
      const files = [1, 2].map((cores) => {
        const env = {
          PARALLEL_TYPESCRIPT_HISTORY: join(folder, `${cores}.jsonl`),
          PARALLEL_TYPESCRIPT_CPUS: `${cores}`,
        };
        assert.equal(run(["-e", COMPARE_POOLS], env).status, 0);
        const file = join(folder, `export of ${cores}.jsonl`);
        const { status, output } = timings(["export", "--out", file], env);
        assert.equal(status, 0, output);
        return file;
      });
      const { status, output } = run(["-e", OVERLAY, ...files]);
      assert.equal(status, 0, output);
      const { results, svg } = JSON.parse(output);

      /** The ratio of a verdict on fewer than six rounds: the geometric mean of the ratios of the rounds. */
      const ratio = (baseline, variant) => {
        const logs = baseline.timings.map((time, round) => Math.log(time / variant.timings[round]));
        assert.ok(logs.length < 6);
        return Math.exp(logs.reduce((sum, log) => sum + log, 0) / logs.length);
      };
      const expected = files.flatMap((file) => {
        const {
          machine,
          variants: [baseline, ...others],
        } = JSON.parse(readFileSync(file, "utf8"));
        return others.map((variant) => ({
          machine: `${machine.name} (${basename(file)})`,
          cores: machine.cores,
          variant: variant.name,
          speedup: ratio(baseline, variant),
        }));
      });
      assert.deepEqual(
        expected.map(({ cores, variant }) => [cores, variant]),
        [
          [1, "map"],
          [1, "apply"],
          [2, "map"],
          [2, "apply"],
        ],
      );
      const rounded = (list) => list.map((result) => ({ ...result, speedup: result.speedup.toFixed(9) }));
      assert.deepEqual(rounded(results), rounded(expected));

      // The ideals of one core and of two tell how long a doubling is.
      const ideals = /<g stroke-dasharray="4 3"[^>]*>(.*?)<\/g>/.exec(svg)[1];
      const [x1, x2] = [...ideals.matchAll(/ x1="([\d.]+)"/g)].map(([, x]) => Number(x));
      // The first variant is drawn in circles, the second in squares; each machine has a row of its own.
      const circles = [...svg.matchAll(/<circle r="5" cy="([\d.]+)" cx="([\d.]+)"/g)].map(([, y, x]) => [x, y]);
      const squares = [...svg.matchAll(/<path [^>]*transform="translate\(([\d.]+),([\d.]+)\)"/g)].map(([, x, y]) => [
        x,
        y,
      ]);
      const points = [...circles, ...squares].map(([x, y]) => ({ x: Number(x), y: Number(y) }));
      const drawn = ["map", "apply"].flatMap((name) => expected.filter(({ variant }) => variant === name));
      assert.equal(points.length, drawn.length);
      for (const [index, { x, y }] of points.entries()) {
        const { cores, speedup } = drawn[index];
        assert.ok(Math.abs(x1 + (x2 - x1) * Math.log2(speedup) - x) < 0.1, `${x} is not ${speedup}`);
        assert.equal(y, cores === 1 ? 20 : 60, "the machine's own row");
      }
      for (const file of files)
        assert.equal(svg.split(`(${basename(file)})</text>`).length, 2, "each name stands once");
    }));

  it("says in a sentence what is wrong, and the remedy", () =>
    inFolder(({ timings }) => {
      for (const [args, message] of [
        [["export"], /^\nNo comparison of this machine is kept in .*\nRemedy: /],
        [[], /^\nIt is not said what to do with the timings\.\nRemedy: /],
        [["import"], /^\nTimings cannot be asked to "import"\.\nRemedy: /],
        [["export", "--nam", "x"], /--nam.*\nRemedy: Write: npm run timings -- export/s],
      ]) {
        const { status, output } = timings(args);
        assert.deepEqual([status, message.test(output)], [1, true], output);
      }
    }));
});
