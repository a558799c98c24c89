// How Jupyter finds the TypeScript kernel: a folder in the environment that names the program to start.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./checkout.mjs";
import { say } from "./log.mjs";

/**
 * Absolute paths, since Jupyter may be started where PATH differs. Stop comes as a message: a signal would not be heard by a busy
 * kernel, and Windows has none.
 */
function wanted() {
  const spec = {
    argv: [process.execPath, inRoot("scripts", "kernel", "launch.mjs"), "{connection_file}"],
    display_name: "TypeScript",
    language: "typescript",
    interrupt_mode: "message",
  };
  return `${JSON.stringify(spec, null, 2)}\n`;
}

const folderIn = (environment) => join(environment.prefix, "share", "jupyter", "kernels", "tslab");

export function kernelIsRegistered(environment) {
  const file = join(folderIn(environment), "kernel.json");
  return existsSync(file) && readFileSync(file, "utf8") === wanted();
}

export function registerKernel(environment) {
  say("Registering the TypeScript kernel.");
  const folder = folderIn(environment);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "kernel.json.part"), wanted());
  renameSync(join(folder, "kernel.json.part"), join(folder, "kernel.json"));
}

/** The variables for a Jupyter program: kernels of this environment go before those of the user's home folder. */
export function jupyterVariables() {
  return { ...process.env, JUPYTER_PREFER_ENV_PATH: "1" };
}
