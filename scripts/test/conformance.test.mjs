import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PLAIN, withPlainTslab } from "./otherKernels.mjs";
import { jsonIn, runPython } from "./pythonPrograms.mjs";

const env = withPlainTslab();

/** What Jupyter's conformance suite finds in a kernel. */
const conformance = async (kernel, ...tests) => jsonIn(await runPython("conformance.py", [kernel, ...tests], { env }));

describe("Jupyter's conformance suite", () => {
  it("finds nothing in the kernel", async () => {
    const { failures, errors, skipped, why } = await conformance("tslab");
    assert.deepEqual({ failures, errors }, { failures: [], errors: [] }, why.join("\n"));
    assert.deepEqual(skipped, ["test_clear_output", "test_pager"]);
  });
  it("would find a fault: tslab without the launcher has this one", async () => {
    const { run, failures, errors } = await conformance(PLAIN, "test_execute_result");
    assert.deepEqual([run, ...failures, ...errors], [1, "test_execute_result (code='6 * 7')"]);
  });
});
