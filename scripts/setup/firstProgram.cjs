// Uses a pool and a process of the library, as the first program that loads its bundles: that one keeps V8's code for them. Its worker keeps its own after a while.
// Only functions that were called have code. Arguments: the library's folder, the bundle of its workers.
const { existsSync } = require("node:fs");
const { join } = require("node:path");

const [library, bundleOfWorkers] = process.argv.slice(2);
const { Pool, Process } = require(join(library, "main.js"));
const { codeFileOf } = require(join(library, "base", "bundle.js"));

async function main() {
  const pool = new Pool(1);
  await pool.apply((x) => x + 1, [1]);
  await pool.map((x) => x + 1, [1, 2, 3]);
  const child = new Process({ target: () => {} });
  child.start();
  await child.join();
  while (!existsSync(codeFileOf(bundleOfWorkers))) await new Promise((resolve) => setTimeout(resolve, 20));
  await pool.terminate();
}
void main();
