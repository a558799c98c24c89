// c8 and nyc count what runs in workers and processes, and nothing else.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runNode } from "./project.mjs";
import { toolFile } from "./tools.mjs";

/** Nothing runs the last line of `inWorker`, and the method. */
const BODY = `
function inWorker(x) {
  if (x < 100) return x * 2;

  return Math.max(x, 100);
}

class Unused {
  method() {
    return 1;
  }
}

const inProcess = (queue, x) =>
  queue.put(x + 1);

async function main() {
  const queue = new mp.Queue();
  const child = new mp.Process({ target: inProcess, args: [queue, 6] });
  child.start();
  const pool = new mp.Pool(2, { initializer: () => Unused.name });
  console.log(await pool.map(inWorker, [1, 2]), await queue.get());
  await child.join();
  await pool.terminate();
}
main();
`;
const PROGRAMS = {
  "counted.cjs": `const mp = require("parallel-typescript");${BODY}`,
  "counted.mjs": `import * as mp from "parallel-typescript";${BODY}`,
};

export async function measureCoverage({ folder }) {
  const away = join(folder, "covered");
  mkdirSync(away);
  writeFileSync(join(away, "package.json"), "{}");
  const missed = { c8: [4, 5, 10, 11], nyc: [5, 10] };
  for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(away, name), text);
  // nyc does not see ES modules.
  for (const [tool, file] of [
    ["c8", "counted.cjs"],
    ["c8", "counted.mjs"],
    ["nyc", "counted.cjs"],
  ]) {
    const options = ["--reporter=lcovonly", `--report-dir=${tool}`, "--temp-dir", `${tool}-temporary`, "--clean"];
    const { stdout } = await runNode(away, [toolFile(tool, "bin", `${tool}.js`), ...options, process.execPath, file]);
    assert.match(stdout, /\[ 2, 4 \] 7/);
    const lines = readFileSync(join(away, tool, "lcov.info"), "utf8").matchAll(/^DA:(\d+),(\d+)/gm);
    const uncovered = Array.from(lines).flatMap(([, line, count]) => (count === "0" ? [Number(line)] : []));
    assert.deepEqual(uncovered, missed[tool], `${tool} of ${file}`);
  }
}
