import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { PLAIN, withPlainTslab } from "./otherKernels.mjs";
import { runPython } from "./pythonPrograms.mjs";

describe("tslab without the launcher", () => {
  const env = withPlainTslab();
  it("runs the notebooks that mirror the original, too", async () => {
    const notebooks = readdirSync(inRoot("notebooks")).filter((name) => /^0[1-4].*\.ipynb$/.test(name));
    const names = notebooks.map((name) => name.replace(".ipynb", ""));
    const output = await runPython("notebooks.py", [...names, "--kernel", PLAIN], { env });
    assert.equal(output.match(/a fresh run in the kernel plain-tslab/g).length, notebooks.length, output);
    // All that it cannot run, since its TypeScript is older.
    const others = [...output.matchAll(/^\s*(.+): not in this kernel/gm)].map(([, cell]) => cell);
    assert.deepEqual(others, ["await-using", "timeit-magic"]);
  });
});
