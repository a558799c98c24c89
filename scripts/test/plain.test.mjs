import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { PLAIN, withPlainTslab } from "./otherKernels.mjs";
import { runPython } from "./pythonPrograms.mjs";

describe("tslab without the launcher", () => {
  const env = withPlainTslab();
  it("runs the notebooks, too", async () => {
    const output = await runPython("notebooks.py", ["--kernel", PLAIN], { env });
    const notebooks = readdirSync(inRoot("notebooks")).filter((name) => name.endsWith(".ipynb"));
    assert.equal(output.match(/a fresh run in the kernel plain-tslab/g).length, notebooks.length, output);
    // All that it cannot run, since its TypeScript is older.
    const others = [...output.matchAll(/^\s*(.+): not in this kernel/gm)].map(([, cell]) => cell);
    assert.deepEqual(others, ["await-using", "timeit-magic"]);
  });
});
