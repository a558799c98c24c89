// tslab as it comes, without the launcher: a kernel to compare with.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";

export const PLAIN = "plain-tslab";

/** Registers it for the tests of a file; the environment variables with which Jupyter finds it. */
export function withPlainTslab() {
  const folder = mkdtempSync(join(tmpdir(), "plain tslab "));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const spec = join(folder, "kernels", PLAIN);
  mkdirSync(spec, { recursive: true });
  const argv = [
    process.execPath,
    inRoot("node_modules", "tslab", "bin", "tslab"),
    "kernel",
    "--config-path={connection_file}",
  ];
  writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv, display_name: "plain", language: "typescript" }));
  return { ...jupyterVariables(), JUPYTER_PATH: folder };
}
