// Bundlers, checkers and typedoc, from a lock file of their own: nothing but tests and `npm run docs` needs them.
import { existsSync, readFileSync } from "node:fs";
import { inRoot } from "../../setup/checkout.mjs";
import { installPackages } from "../../setup/packages.mjs";

const TOOLS = ["scripts", "test", "package"];
const packagesOf = (file) => JSON.parse(readFileSync(file, "utf8")).packages;

/** Installs them, unless they are there as the lock file says. */
export async function installTools() {
  const record = inRoot(...TOOLS, "node_modules", ".package-lock.json");
  const installed = existsSync(record) ? packagesOf(record) : {};
  const wanted = Object.entries(packagesOf(inRoot(...TOOLS, "package-lock.json")));
  const isThere = ([path, { version, optional }]) =>
    path === "" || optional === true || installed[path]?.version === version;
  if (!wanted.every(isThere)) await installPackages(...TOOLS);
}

/** A program of one of them. */
export const toolFile = (...path) => inRoot(...TOOLS, "node_modules", ...path);
