import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { chooseEnvironment } from "../setup/environment.mjs";
import { PLAIN, withPlainTslab } from "./plain.mjs";
import { finished } from "./standin.mjs";

const env = withPlainTslab();

/** What Jupyter's conformance suite finds in a kernel. */
async function conformance(kernel) {
  const child = spawn(chooseEnvironment().python, [inRoot("scripts", "test", "conformance.py"), kernel], {
    cwd: inRoot("notebooks"),
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  const { code, output } = await finished(child);
  assert.equal(code, 0, output);
  return JSON.parse(output.split("\n").find((line) => line.startsWith('{"')));
}

describe("Jupyter's conformance suite", () => {
  it("finds one thing in the kernel: tslab prints a cell's last value, where the suite wants a message of its own", async () => {
    const { failures, errors, skipped, why } = await conformance("tslab");
    assert.deepEqual(
      { failures, errors },
      { failures: ["test_execute_result (code='6 * 7')"], errors: [] },
      why.join("\n"),
    );
    assert.deepEqual(skipped, ["test_clear_output", "test_pager"]);
  });
  it("finds that and more in tslab without the launcher", async (t) => {
    const { failures, errors } = await conformance(PLAIN);
    assert.ok(failures.includes("test_execute_result (code='6 * 7')"));
    assert.ok(failures.length + errors.length > 3, [...failures, ...errors].join());
    t.diagnostic(`failures: ${failures.join()}; errors: ${errors.join()}`);
  });
});
