// The npm packages of package-lock.json, in node_modules.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inRoot } from "./checkout.mjs";
import { npmOffline } from "./offline.mjs";
import { mustRun } from "./run.mjs";
import { during } from "./log.mjs";

const readJson = (file) => JSON.parse(readFileSync(file, "utf8"));

/**
 * Whether node_modules holds what the lock file asks for. npm writes its own record into node_modules as the very last thing and
 * removes it first, so a half-finished installation has none, whoever began it.
 */
export function packagesAreInstalled() {
  const record = inRoot("node_modules", ".package-lock.json");
  if (!existsSync(record)) return false;
  const installed = readJson(record).packages;
  const locked = Object.entries(readJson(inRoot("package-lock.json")).packages);
  return (
    locked.every(([path, wanted]) => path === "" || isInPlace(path, wanted, installed[path])) &&
    Object.values(installed).every(fitsThisMachine)
  );
}

function isInPlace(path, wanted, installed) {
  if (!installed) return wanted.optional === true;
  const same = installed.version === wanted.version && installed.integrity === wanted.integrity;
  return same && existsSync(inRoot(...path.split("/"), "package.json"));
}

/** False for what npm put there for another system, as when the folder was copied from one. */
function fitsThisMachine({ os, cpu }) {
  const allows = (list, name) =>
    !list || list.includes(name) || list.every((entry) => entry.startsWith("!") && entry !== `!${name}`);
  return allows(os, process.platform) && allows(cpu, process.arch);
}

/** Installs the locked packages, of the checkout or of a folder in it. A folder that an interrupted run left is cleared by npm itself. */
export async function installPackages(...folder) {
  // Few and short waits: without a network npm would otherwise be silent for minutes.
  const args = [
    "ci",
    "--no-audit",
    "--no-fund",
    // Where NODE_ENV is "production", npm would leave out what the library is built with.
    "--include=dev",
    "--fetch-retries=2",
    "--fetch-retry-mintimeout=1000",
    "--fetch-retry-maxtimeout=5000",
    ...npmOffline(),
  ];
  await during("Installing the npm packages (about half a minute)", () => runNpm(inRoot(...folder), ...args));
}

/** Installs packages that bring programs into a folder of their own, where git ignores them. */
export function installPrograms(folder, ...packages) {
  mkdirSync(folder, { recursive: true });
  const options = ["--no-save", "--no-audit", "--no-fund", "--no-package-lock"];
  return runNpm(folder, "install", "--prefix", folder, ...options, ...packages);
}

/** Runs npm in a folder; resolves with what it printed. */
export function runNpm(cwd, ...args) {
  const [program, ...first] = npm();
  return mustRun("npm", program, [...first, ...args], { cwd, shell: program === "npm.cmd" });
}

/** The npm that started this script, else the one on the PATH. Windows starts npm.cmd through a shell only. */
export function npm() {
  const starter = process.env.npm_execpath;
  if (starter && basename(starter) === "npm-cli.js" && existsSync(starter)) return [process.execPath, starter];
  const beside = join(process.execPath, "..", "node_modules", "npm", "bin", "npm-cli.js");
  if (process.platform !== "win32") return ["npm"];
  return existsSync(beside) ? [process.execPath, beside] : ["npm.cmd"];
}
