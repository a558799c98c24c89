import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { fileFor, whyNotLarge } from "../bench/files.mjs";
import { headOf } from "../bench/head.mjs";
import { drawBench } from "../bench/picture.mjs";
import { installPython } from "../bench/pythonPackages.mjs";
import { publish } from "../bench/publish.mjs";
import { projectionOf } from "../bench/projection.mjs";
import { markdownTable, textTable } from "../bench/report.mjs";
import { contest } from "../bench/rounds.mjs";
import { GROUPS } from "../bench/rows.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { installPackages } from "../setup/packages.mjs";
import { findPython } from "../setup/python.mjs";
import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";

const usage = `npm run bench -- [--quick] [--only ${Object.keys(GROUPS).join(",")}] [--rounds N] [--out FOLDER] [--publish]`;

/** The real packages, which nothing else needs, have a folder of their own. */
const REAL = ["scripts", "bench", "real"];

/** Times this project against the others; resolves with the exit code. No ratio makes it fail: a table is to be read. */
export async function main(args) {
  const { quick, only, rounds, out, toPublish } = read(args);
  await setUp(["packages", "library"]);
  if (only.includes("real") && !existsSync(inRoot(...REAL, "node_modules", ".package-lock.json")))
    await installPackages(...REAL);
  const { path: python } = findPython();
  if (only.includes("pools")) await installPython(python, "loky", ["loky==3.7.0", "cloudpickle==3.1.2"]);
  const head = await headOf(python, { quick, rounds });
  say(head.join("\n"));
  const found = [];
  const notes = [];
  for (const group of only) {
    const { title, rowsOf } = GROUPS[group];
    const reason = group !== "large" ? undefined : quick ? "because this is a quick run" : whyNotLarge();
    if (reason !== undefined) {
      notes.push(`Not measured: ${title}, ${reason}.`);
      say(notes.at(-1));
      continue;
    }
    say(`${title} ...`);
    const results = await contest(rowsOf({ quick, fileOf: (size) => fileFor(size, python) }), { rounds, python, say });
    say(textTable(results));
    found.push(...results);
  }
  if (found.length === 0) return 0;
  mkdirSync(out, { recursive: true });
  const projection = projectionOf(found);
  say(projection.join("\n"));
  const files = {
    "bench.md": [...head, ...notes, "", markdownTable(found), "", ...projection, ""].join("\n"),
    "bench.svg": drawBench(found, head),
    "bench.json": JSON.stringify({ head, notes, found, projection }),
  };
  for (const [name, content] of Object.entries(files)) writeFileSync(resolve(out, name), content);
  say(`The table and the picture are in ${relative("", out) || "."}: ${Object.keys(files).join(", ")}.`);
  if (toPublish) publish(found, { text: files["bench.md"], svg: files["bench.svg"] });
  return 0;
}

function read(args) {
  const wrong = (message) => new UserError(message, `Write: ${usage}`);
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", multiple: true },
        rounds: { type: "string" },
        out: { type: "string" },
        publish: { type: "boolean", default: false },
      },
    }));
  } catch (error) {
    throw wrong(error.message);
  }
  const only = values.only?.flatMap((names) => names.split(",")) ?? Object.keys(GROUPS);
  const unknown = only.find((name) => !Object.hasOwn(GROUPS, name));
  if (unknown !== undefined) throw wrong(`There is no part ${JSON.stringify(unknown)} of the benchmark.`);
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw wrong(`The rounds must be a positive integer, but are ${JSON.stringify(values.rounds)}.`);
  return {
    quick: values.quick,
    only,
    rounds,
    out: resolve(values.out ?? inRoot("test-results", "bench")),
    toPublish: values.publish,
  };
}
