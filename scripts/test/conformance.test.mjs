import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PLAIN, withPlainTslab } from "./otherKernels.mjs";
import { jsonIn, runPython } from "./pythonPrograms.mjs";

const env = withPlainTslab();

/** What Jupyter's conformance suite finds in a kernel. */
const conformance = async (kernel) => jsonIn(await runPython("conformance.py", [kernel], { env }));

describe("Jupyter's conformance suite", () => {
  it("finds nothing in the kernel", async () => {
    const { failures, errors, skipped, why } = await conformance("tslab");
    assert.deepEqual({ failures, errors }, { failures: [], errors: [] }, why.join("\n"));
    assert.deepEqual(skipped, ["test_clear_output", "test_pager"]);
  });
  it("finds that and more in tslab without the launcher", async (t) => {
    const { failures, errors } = await conformance(PLAIN);
    assert.ok(failures.includes("test_execute_result (code='6 * 7')"));
    assert.ok(failures.length + errors.length > 3, [...failures, ...errors].join());
    t.diagnostic(`failures: ${failures.join()}; errors: ${errors.join()}`);
  });
});
