import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PLAIN, withPlainTslab } from "./otherKernels.mjs";
import { runPython } from "./pythonPrograms.mjs";

describe("tslab without the launcher", () => {
  const env = withPlainTslab();
  it("runs the notebooks, too", async () => {
    const output = await runPython("notebooks.py", ["--kernel", PLAIN], { env });
    assert.equal(output.match(/a fresh run in the kernel plain-tslab/g).length, 5, output);
    // All that it cannot run, since its TypeScript is older.
    const others = [...output.matchAll(/^\s*(.+): not in this kernel/gm)].map(([, cell]) => cell);
    assert.deepEqual(others, ["await-using", "timeit-magic"]);
  });
});
