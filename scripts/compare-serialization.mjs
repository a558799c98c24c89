// Writes the table of docs/serialize.md: runs each row through this library, plain structured clone, workerpool and Python's cloudpickle.
// Usage: node scripts/compare-serialization.mjs PYTHON, where PYTHON is a Python that has cloudpickle.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import * as mp from "parallel-typescript";
import workerpool from "workerpool";
import { inRoot } from "./setup/checkout.mjs";
import { rows } from "./compare/rows.mjs";

const python = process.argv[2];
if (python === undefined)
  throw new Error("Name a Python that has cloudpickle: node scripts/compare-serialization.mjs path/to/python");
const { version } = createRequire(import.meta.url)("workerpool/package.json");
const echo = (it) => it;
const LIMIT_MS = 10_000;

/** "yes", or what went wrong instead. */
async function judge(action, right) {
  let timer;
  try {
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(Object.assign(new Error(), { name: "hangs" })), LIMIT_MS);
    });
    return (await right(await Promise.race([action(), late]))) ? "yes" : "wrong";
  } catch (error) {
    return `no: ${error?.name ?? typeof error}`;
  } finally {
    clearTimeout(timer);
  }
}

const ours = new mp.Pool(1);
const results = [];
for (const { what, test, fn, args = [], value, right, py } of rows) {
  const given = value === undefined ? undefined : value();
  const call = value === undefined ? fn() : echo;
  const list = value === undefined ? args : [given];
  // A new one for each row: what goes wrong in one must not spoil the next.
  const theirs = workerpool.pool({ maxWorkers: 1, workerType: "thread" });
  const check = (back) => /** @type {(back: unknown, given: unknown) => unknown} */ (right)(back, given);
  results.push({
    what,
    test,
    py,
    ours: await judge(() => ours.apply(call, list), check),
    clone: await judge(
      async () => (value === undefined ? structuredClone(call)(...list) : structuredClone(given)),
      check,
    ),
    workerpool: await judge(() => theirs.exec(call, list), check),
  });
  await theirs.terminate(true);
}
await ours.terminate();

const run = spawnSync(python, [inRoot("scripts", "compare", "rows.py")], {
  input: JSON.stringify(results.map(({ py }) => py ?? null)),
  encoding: "utf8",
});
if (run.status !== 0) throw new Error(`Python failed:\n${run.stderr}`);
const { answers, versions } = JSON.parse(run.stdout);

const table = [
  "| what | this library | structured clone | workerpool | cloudpickle | test |",
  "| --- | --- | --- | --- | --- | --- |",
  ...results.map(
    (row, index) =>
      `| ${row.what} | ${row.ours} | ${row.clone} | ${row.workerpool} | ${answers[index] ?? "no counterpart"} | ${row.test} |`,
  ),
].join("\n");
const file = inRoot("docs", "serialize.md");
const text = readFileSync(file, "utf8");
const [start, end] = ["<!-- table -->", "<!-- end of table -->"].map((mark) => text.indexOf(mark));
const ran = `Run with Node ${process.version}, workerpool ${version}, ${versions}.`;
writeFileSync(file, `${text.slice(0, start)}<!-- table -->\n${ran}\n\n${table}\n${text.slice(end)}`);
console.log(table);
