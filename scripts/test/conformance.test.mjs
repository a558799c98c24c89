import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { chooseEnvironment } from "../setup/environment.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";
import { finished } from "./standin.mjs";

const folder = mkdtempSync(join(tmpdir(), "plain tslab "));
after(() => rmSync(folder, { recursive: true, force: true }));

/** What Jupyter's conformance suite finds in a kernel. */
async function conformance(kernel) {
  const child = spawn(chooseEnvironment().python, [inRoot("scripts", "test", "conformance.py"), kernel], {
    cwd: inRoot("notebooks"), stdio: ["ignore", "pipe", "pipe"], env: { ...jupyterVariables(), JUPYTER_PATH: folder },
  });
  const { code, output } = await finished(child);
  assert.equal(code, 0, output);
  return JSON.parse(output.split("\n").find((line) => line.startsWith("{\"")));
}

/** tslab as it comes, without the launcher. */
function registerPlainTslab() {
  const spec = join(folder, "kernels", "plain-tslab");
  mkdirSync(spec, { recursive: true });
  const argv = [process.execPath, inRoot("node_modules", "tslab", "bin", "tslab"), "kernel", "--config-path={connection_file}"];
  writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv, display_name: "plain", language: "typescript" }));
}

describe("Jupyter's conformance suite", () => {
  it("finds one thing in the kernel: tslab prints a cell's last value, where the suite wants a message of its own", async () => {
    const { failures, errors, skipped, why } = await conformance("tslab");
    assert.deepEqual({ failures, errors }, { failures: ["test_execute_result (code='6 * 7')"], errors: [] }, why.join("\n"));
    assert.deepEqual(skipped, ["test_clear_output", "test_pager"]);
  });
  it("finds that and more in tslab without the launcher", async (t) => {
    registerPlainTslab();
    const { failures, errors } = await conformance("plain-tslab");
    assert.ok(failures.includes("test_execute_result (code='6 * 7')"));
    assert.ok(failures.length + errors.length > 3, [...failures, ...errors].join());
    t.diagnostic(`failures: ${failures.join()}; errors: ${errors.join()}`);
  });
});
