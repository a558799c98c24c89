import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { recognise, UserError } from "../setup/userError.mjs";

const usage = "npm run timings -- export [--name NAME] [--out FILE]";

/** Writes what mp.compare kept on this machine to a file that mp.machines reads. Resolves with the exit code. */
export async function main(args) {
  const { name, out } = read(args);
  await setUp(["packages", "library"]);
  const require = createRequire(import.meta.url);
  const { historyFile, keptComparisons, thisMachine } = require("../../lib/dist/internal.js");
  const own = thisMachine().name;
  const comparisons = keptComparisons().filter(({ machine }) => machine.name === own);
  if (comparisons.length === 0) {
    const where = historyFile();
    throw new UserError(
      where === undefined
        ? 'PARALLEL_TYPESCRIPT_HISTORY is "none", so no comparison is kept.'
        : `No comparison of this machine is kept in ${where}.`,
      "Run a notebook with an mp.compare cell, then run the same command again.",
    );
  }
  const called = name ?? own;
  // The name of a machine in the network may tell more of its owner than they want to hand in.
  const lines = comparisons.map(
    (entry) => `${JSON.stringify({ ...entry, machine: { ...entry.machine, name: called } })}\n`,
  );
  const file = resolve(out ?? `timings-${called.replace(/[^\p{L}\p{N}.-]+/gu, "-")}.jsonl`);
  try {
    writeFileSync(file, lines.join(""), { flag: "wx" });
  } catch (error) {
    if (error.code === "EEXIST")
      throw new UserError(`${file} exists already.`, "Delete it, or name another file with --out.");
    if (error.code === "ENOENT")
      throw new UserError(`The folder of ${file} does not exist.`, "Make it, or name another file with --out.");
    throw recognise("This command", `${error.code}`) ?? error;
  }
  say(`${comparisons.length} comparison${comparisons.length === 1 ? "" : "s"} of "${called}" written to ${file}`);
  say(`Show it beside those of other machines: mp.machines([${JSON.stringify(file)}, ...])`);
  return 0;
}

function read(args) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: { name: { type: "string" }, out: { type: "string" } },
    });
  } catch (error) {
    throw new UserError(error.message, `Write: ${usage}`);
  }
  const { positionals, values } = parsed;
  if (positionals.length !== 1 || positionals[0] !== "export") {
    throw new UserError(
      positionals.length === 0
        ? "It is not said what to do with the timings."
        : `Timings cannot be asked to "${positionals.join(" ")}".`,
      `Write: ${usage}`,
    );
  }
  if (values.name === "") throw new UserError("The name is empty.", `Write: ${usage}`);
  return values;
}
