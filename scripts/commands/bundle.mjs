import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DATA_FILE, descriptionPath } from "../data/description.mjs";
import { inRoot, root } from "../setup/checkout.mjs";
import { during, say } from "../setup/log.mjs";
import { placesIn, thisSystem } from "../setup/offline.mjs";
import { runNpm } from "../setup/packages.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";
import { downloadWheels, PYTHONS, SYSTEMS } from "../setup/wheels.mjs";

const USAGE = "npm run bundle -- [--for linux-x64,win32-x64 | --for all] [--python 3.12,3.13 | --python all]";

/** Writes the folder bundle/parallel-typescript: this checkout, and all that npm start would fetch. Resolves with the exit code. */
export async function main(args) {
  const { systems, pythons } = readOptions(args);
  const files = trackedFiles();
  const { python } = await setUp();
  const target = inRoot("bundle", "parallel-typescript");
  const places = placesIn(target);
  rmSync(target, { recursive: true, force: true });
  for (const folder of [places.npm, places.wheels]) mkdirSync(folder, { recursive: true });
  for (const file of files) cpSync(inRoot(file), join(target, file));
  for (const file of [DATA_FILE, descriptionPath(DATA_FILE)]) cpSync(file, join(target, file.slice(root.length)));
  for (const system of systems) {
    await during(`Fetching the npm packages for ${system}`, () => fillCache(target, places.npm, system));
    for (const version of pythons) {
      const what = `Fetching the Python packages for ${system}, Python ${version}`;
      await during(what, () => downloadWheels(python, places.wheels, system, version));
    }
  }
  const registry = (await runNpm(target, "config", "get", "registry")).trim();
  writeFileSync(places.description, `${JSON.stringify({ systems, pythons, registry }, null, 2)}\n`);
  say(`The lesson is in ${target}. Copy that folder onto the stick, and from there onto a disk; npm start works in it`);
  say("without a network. Node and Python must be there: put their installers onto the stick, too.");
  return 0;
}

function readOptions(args) {
  let values;
  try {
    ({ values } = parseArgs({ args, options: { for: { type: "string" }, python: { type: "string" } } }));
  } catch (error) {
    throw new UserError(error.message, USAGE);
  }
  return {
    systems: choose("system", values.for ?? thisSystem, SYSTEMS),
    pythons: choose("version of Python", values.python ?? "all", PYTHONS),
  };
}

/** The names in a list with commas, or all. */
function choose(what, text, known) {
  const names = text === "all" ? known : text.split(",");
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new UserError(
    `There is no bundle for the ${what} ${JSON.stringify(unknown)}.`,
    `Choose from ${known.join(", ")}.`,
  );
}

/** The files of the lesson, none of its reader's own. */
function trackedFiles() {
  try {
    const listed = execFileSync("git", ["ls-files", "-z"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
    return listed.split("\0").filter((file) => file !== "" && existsSync(inRoot(file)));
  } catch (error) {
    throw new UserError(
      "A bundle has the files that git knows, and git does not answer here.",
      "Run this in a clone of the lesson (git clone), with git installed.",
      error.stderr,
    );
  }
}

/** npm keeps in its cache what it installs; the installed packages themselves are of no use elsewhere. */
async function fillCache(target, cache, system) {
  const [os, cpu] = system.split("-");
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts"];
  await runNpm(target, "ci", `--cache=${cache}`, `--os=${os}`, `--cpu=${cpu}`, ...quiet);
  for (const folder of [join(target, "node_modules"), join(cache, "_logs")])
    rmSync(folder, { recursive: true, force: true });
}
