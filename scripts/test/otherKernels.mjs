// Other kernels than the project's: tslab as it comes, without the launcher, and Deno's.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";

export const PLAIN = "plain-tslab";

/** Registers a kernel for the tests of a file; the environment variables with which Jupyter finds it. */
export function withKernel(name, argv) {
  const folder = mkdtempSync(join(tmpdir(), "other kernels "));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const spec = join(folder, "kernels", name);
  mkdirSync(spec, { recursive: true });
  writeFileSync(join(spec, "kernel.json"), JSON.stringify({ argv, display_name: name, language: "typescript" }));
  return { ...jupyterVariables(), JUPYTER_PATH: folder };
}

export const withPlainTslab = () =>
  withKernel(PLAIN, [
    process.execPath,
    inRoot("node_modules", "tslab", "bin", "tslab"),
    "kernel",
    "--config-path={connection_file}",
  ]);
