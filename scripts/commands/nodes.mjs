import { existsSync, readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { inRoot } from "../setup/checkout.mjs";
import { installPrograms } from "../setup/packages.mjs";
import { ask, run } from "../setup/run.mjs";
import { during, say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";

const usage = "npm run test:nodes -- [--short] [--only 26,20.19.0]";

/** The newest minor of each major version that is promised, the recommended one first, and the lowest of all. */
const MAJORS = ["26", "24", "22", "20"];
const lowest = JSON.parse(readFileSync(inRoot("lib", "package.json"), "utf8")).engines.node.match(/\d+\.\d+\.\d+/g);
/** Other runtimes, in which the library says what it cannot do. */
const OTHERS = { deno: "2.9.6", bun: "1.4.5" };

/** Installs an npm package that brings a program, where git ignores it; resolves with the path of the program. */
async function program(name, version, ...path) {
  const folder = inRoot(".cache", "nodes", `${name}-${version}`);
  const file = `${folder}/node_modules/${path.join("/")}`;
  // A newest minor may have a newer one meanwhile; an exact version stays.
  if (!existsSync(file) || !version.includes("."))
    await during(`Installing ${name} ${version}`, () => installPrograms(folder, `${name}@${version}`));
  return process.platform === "win32" && existsSync(`${file}.exe`) ? `${file}.exe` : file;
}

/** Resolves with the exit code: 0 when every check passed on every Node. `--short`: most on the recommended one, a part on the others. */
export async function main(args) {
  const { short, versions } = read(args);
  await setUp();
  const env = {
    ...process.env,
    PARALLEL_TYPESCRIPT_DENO: await program("deno", OTHERS.deno, ".bin", "deno"),
    PARALLEL_TYPESCRIPT_BUN: await program("bun", OTHERS.bun, "bun", "bin", "bun.exe"),
  };
  const failed = [];
  for (const version of versions) {
    const node = await program("node", version, "node", "bin", "node");
    const found = ask(node, ["--version"])?.trim();
    say(`\n──── Node ${found} ────`);
    if (short && version !== MAJORS[0] && found === process.version) {
      say("It runs this command, and `npm run test:all` runs everything on it.");
      continue;
    }
    // It registers the kernel for itself.
    const parts = !short ? ["library", "kernel"] : version === MAJORS[0] ? ["most"] : ["short"];
    const { code, stopped } = await run(node, [inRoot("scripts", "test.mjs"), ...parts], {
      cwd: inRoot(),
      env,
      show: true,
    });
    if (stopped) throw new UserError(`The checks were stopped by ${stopped}.`, "Run the same command again.");
    if (code !== 0) failed.push(found);
    const packed = await run(node, [inRoot("scripts", "test", "package", "run.mjs"), "--short"], { env, show: true });
    if (packed.code !== 0) failed.push(`${found}, packed`);
  }
  // The kernel is this Node's again.
  await setUp(["kernel"]);
  say(
    failed.length === 0 ? `\nEvery Node passed: ${versions.join(", ")}.` : `\nChecks failed on ${failed.join(", ")}.`,
  );
  return failed.length === 0 ? 0 : 1;
}

function read(args) {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: { short: { type: "boolean", default: false }, only: { type: "string" } },
    }));
  } catch (error) {
    throw new UserError(error.message, `Write: ${usage}`);
  }
  const all = [...MAJORS, ...lowest];
  // Of the oldest ones, the short form takes one.
  const versions = values.only?.split(",") ?? (values.short ? all.slice(0, MAJORS.length + 1) : all);
  const unknown = versions.find((version) => !all.includes(version));
  if (unknown !== undefined)
    throw new UserError(
      `There is no Node ${JSON.stringify(unknown)} among those that are promised.`,
      `Choose from ${all.join(", ")}.`,
    );
  return { short: values.short, versions };
}
