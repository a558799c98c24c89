// Packages of Python that only the benchmark needs, in a folder of their own: the user's Python stays as it is.
import { existsSync, renameSync, rmSync } from "node:fs";
import { inRoot } from "../setup/checkout.mjs";
import { mustRun } from "../setup/run.mjs";

export const folderOf = (name) => inRoot(".cache", "bench", name);

/** Resolves with the folder, for PYTHONPATH. */
export async function installPython(python, name, packages) {
  const folder = folderOf(name);
  if (existsSync(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  await mustRun("pip", python, [...PIP, "--target", part, ...packages]);
  renameSync(part, folder);
  return folder;
}
const PIP = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
