import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { withKernel } from "./otherKernels.mjs";
import { jsonIn, runPython } from "./pythonPrograms.mjs";

const deno = process.env.PARALLEL_TYPESCRIPT_DENO;

const CELLS = [
  'import * as mp from "parallel-typescript";',
  "mp.range(3).join()",
  "await mp.timeit(() => Math.sqrt(2), { n: 10, r: 2 })",
  "const compared = await mp.compare({ one: () => 1, other: () => 1 }, { n: 10, r: 2 }); compared.results.one",
  'mp.countWords("README.md", ["lesson"]).lesson > 0',
  "new mp.Pool(2)",
  "await mp.withPool(2, (pool) => pool.map((x: number) => x, [1]))",
  "new mp.Process({ target: () => 1 })",
  "1 + 1",
];

// `npm run test:nodes` installs Deno.
describe("Deno's kernel", { skip: deno === undefined }, () => {
  const env = withKernel("deno", [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]);

  it("times, compares and counts with the library, and refuses what needs Node by a sentence", async () => {
    const seen = jsonIn(await runPython("run_cells.py", ["deno", JSON.stringify(CELLS)], { env }));
    const [imported, range, timed, compared, counted, pool, withPool, process, after] = seen;
    assert.equal(imported.status, "ok", JSON.stringify(imported));
    assert.match(range.said, /0,1,2/);
    assert.match(timed.said, /per loop \(mean ± std\. dev\. of 2 runs, 10 loops each\)/);
    assert.match(compared.said, /baseline[^]*1/);
    assert.match(counted.said, /true/, JSON.stringify(counted));
    assert.match(pool.error.evalue, /^A Pool needs Node, and this is Deno /);
    assert.match(withPool.error.evalue, /^A Pool needs Node, and this is Deno /);
    assert.match(process.error.evalue, /^A Process needs Node, and this is Deno /);
    assert.match(after.said, /2/);
  });
});
