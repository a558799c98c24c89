import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";

const library = JSON.stringify(createRequire(import.meta.url).resolve("parallel-typescript"));

/** A folder for one test, with a history in it, and this command run there. */
function inFolder(work) {
  const folder = mkdtempSync(join(tmpdir(), "timings ü "));
  const env = { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: join(folder, "history.jsonl") };
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
    return { status, output: stdout + stderr };
  };
  try {
    work({ folder, compare: (title) => run("-e", `require(${library}).compare({ a: () => 1, b: () => 1 }, { n: 1, r: 1, title: "${title}" })`), timings: (...args) => run(inRoot("scripts", "timings.mjs"), ...args) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("npm run timings -- export", () => {
  it("writes the comparisons of this machine to one file, under the name that was asked for", () => inFolder(({ folder, compare, timings }) => {
    assert.equal(compare("one").status, 0);
    assert.equal(compare("two").status, 0);
    const { status, output } = timings("export", "--name", "Ada's laptop");
    assert.equal(status, 0, output);
    assert.match(output, /^2 comparisons of "Ada's laptop" written to .*timings-Ada-s-laptop\.jsonl$/m);
    const entries = readFileSync(join(folder, "timings-Ada-s-laptop.jsonl"), "utf8").trim().split("\n").map((line) => JSON.parse(line));
    assert.deepEqual(entries.map(({ title, machine }) => [title, machine.name]), [["one", "Ada's laptop"], ["two", "Ada's laptop"]]);
    assert.match(timings("export", "--name", "Ada's laptop").output, /exists already\.\nRemedy: /);
    assert.equal(timings("export", "--out", join(folder, "given.jsonl")).status, 0);
  }));

  it("says in a sentence what is wrong, and the remedy", () => inFolder(({ timings }) => {
    for (const [args, message] of [
      [["export"], /^\nNo comparison of this machine is kept in .*\nRemedy: /], [[], /^\nIt is not said what to do with the timings\.\nRemedy: /],
      [["import"], /^\nTimings cannot be asked to "import"\.\nRemedy: /], [["export", "--nam", "x"], /--nam.*\nRemedy: Write: npm run timings -- export/s],
    ]) {
      const { status, output } = timings(...args);
      assert.deepEqual([status, message.test(output)], [1, true], output);
    }
  }));
});
