import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { withKernel } from "./otherKernels.mjs";
import { jsonIn, runPython } from "./pythonPrograms.mjs";

const deno = process.env.PARALLEL_TYPESCRIPT_DENO;

const CELLS = {
  import: 'import * as mp from "parallel-typescript";',
  range: "mp.range(3).join()",
  timeit: "await mp.timeit(() => Math.sqrt(2), { n: 10, r: 2 })",
  compare: "(await mp.compare({ one: () => 1, other: () => 1 }, { n: 10, r: 2 })).results.one",
  countWords: 'mp.countWords("README.md", ["lesson"]).lesson > 0',
  Pool: "new mp.Pool(2)",
  withPool: "await mp.withPool(2, (pool) => pool.map((x: number) => x, [1]))",
  Process: "new mp.Process({ target: () => 1 })",
  after: "1 + 1",
  last: "0",
};

// `npm run test:nodes` installs Deno.
describe("Deno's kernel", { skip: deno === undefined }, () => {
  const env = withKernel("deno", [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]);

  it("times, compares and counts with the library, and refuses what needs Node by a sentence", async () => {
    const code = Object.fromEntries(Object.entries(CELLS).map(([name, source]) => [name, { code: source }]));
    const input = JSON.stringify(code);
    const { cells, late } = jsonIn(await runPython("kernel_cells.py", ["deno", inRoot()], { input, env }));
    const resultOf = (name) => (cells[name].result ?? late[name])["text/plain"];
    assert.equal(cells.import.error, null);
    assert.match(resultOf("range"), /0,1,2/);
    assert.match(resultOf("timeit"), /per loop \(mean ± std\. dev\. of 2 runs, 10 loops each\)/);
    assert.match(cells.compare.stdout, /baseline/);
    assert.match(resultOf("compare"), /1/);
    assert.match(resultOf("countWords"), /true/);
    for (const name of ["Pool", "withPool"])
      assert.match(cells[name].error.evalue, /^A Pool needs Node, and this is Deno /);
    assert.match(cells.Process.error.evalue, /^A Process needs Node, and this is Deno /);
    assert.match(resultOf("after"), /2/);
  });
});
