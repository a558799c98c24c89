import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { inRoot } from "../setup/checkout.mjs";
import { fetchCompilers } from "../setup/compilers.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";
import { compile } from "../setup/library.mjs";
import { run } from "../setup/run.mjs";
import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";

/** A check in a process of its own, on this terminal; resolves with its exit code. */
async function check(program, ...args) {
  const { code, stopped } = await run(program, args, {
    cwd: inRoot(),
    env: { ...jupyterVariables(), PARALLEL_TYPESCRIPT_HISTORY: "none" },
    show: true,
  });
  if (stopped) throw new UserError(`The checks were stopped by ${stopped}.`, "Run the same command again.");
  return code;
}

const node = (...args) => check(process.execPath, ...args);

/** The files of a folder whose name ends so; node's own search differs between its versions. */
function filesIn(folder, ending, recursive = false) {
  if (!existsSync(inRoot(folder))) return [];
  const names = readdirSync(inRoot(folder), { recursive, encoding: "utf8" }).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => join(folder, name));
}

/** Tests whose source is gone may still lie in the output folder. */
const hasSource = (file) => existsSync(inRoot(file.replace("test-dist", "test").replace(/\.js$/, ".ts")));

const libraryTests = () => filesIn(join("lib", "test-dist"), ".test.js", true).filter(hasSource);
const scriptTests = () => filesIn(join("scripts", "test"), ".test.mjs").filter((file) => !file.includes("types.test"));
const kernelTests = () =>
  filesIn(join("scripts", "test"), ".test.mjs").filter((file) => /kernel|conformance|attacks/.test(file));
/** Where Nodes differ: how functions are read and made, threads and processes end, options are taken. */
const TELLING =
  /(runtime|flags|debugger|serialize.(stack|classes|functions|mode|scripts|sharing|variables)|pool.(abort|calls|faults|start)|process.start|queue|display|notebook.compare)\.test\.js$|(travel-kernel|kernel-language)\.test\.mjs$/;

function runTests(...files) {
  if (files.length === 0)
    throw new UserError("There is no test to run.", "Bring the lesson's files back: git status lists them.");
  return node("--test", "--test-reporter=spec", TIMEOUT, ...files);
}
/** What waits for ever fails with its name, before whoever waits for the checks loses patience. */
const TIMEOUT = "--test-timeout=900000";
/** `least` files at a time at least: most tests wait for workers or for other programs. */
const concurrency = (least) => `--test-concurrency=${Math.max(least, availableParallelism() - 1)}`;

/** What `npm test` leaves to `npm run test:all`: values by the thousand, every kind of sabotage, and what takes long to start. */
const SLOW =
  /(serialize.(properties|kinds|changes|large)|pool.(deaths|numbers|faults|attacks|end)|cluster.(faults|server|attacks|launchers)|process.(faults|start|attacks)|sync.deathsByChance|words.countWords|flags)\.test\.js$|[\\/](attacks|bench|conformance|data|exercises-disturbed|exercises-kernel|kernel|kernel-cells|kernel-words|plain|plan|slides|start)\.test\.mjs$/;
const isQuick = (file) => !SLOW.test(file);

const tool = (...path) => inRoot("node_modules", ...path);
const eslint = () => node(tool("eslint", "bin", "eslint.js"), ".");
const imports = () =>
  node(tool("dependency-cruiser", "bin", "dependency-cruise.mjs"), "--config", ".dependency-cruiser.cjs", "lib/src");
const format = () => node(tool("prettier", "bin", "prettier.cjs"), "--check", "--log-level", "warn", ".");
const lint = { eslint, imports, format };
const types = () => compile("lib", "exercises", "lib/test");
const scriptTypes = () => node(tool("typescript", "bin", "tsc"), "-p", "scripts");
const notebooks =
  (...args) =>
  (environment) =>
    check(environment.python, inRoot("scripts", "test", "notebooks.py"), ...args);

/**
 * The steps of each part, in order. A step has one check or several, which run side by side: these print nothing before they have found something.
 * Each check resolves with an exit code.
 */
const parts = {
  quick: [
    { ...lint, types, scriptTypes },
    { tests: () => runTests(concurrency(3), ...[...scriptTests(), ...libraryTests()].filter(isQuick)) },
    { notebooks: notebooks("02-pool", "--once") },
  ],
  lint: [lint],
  unit: [
    { types, scriptTypes },
    { tests: () => runTests(concurrency(2), ...[...scriptTests().filter(isQuick), ...libraryTests()]) },
    // One at a time: some of them fill the machine on purpose.
    { scripts: () => runTests("--test-concurrency=1", ...scriptTests().filter((file) => !isQuick(file))) },
  ],
  // For `npm run test:nodes`.
  library: [{ types }, { library: () => runTests(concurrency(2), ...libraryTests()) }],
  kernel: [{ kernel: () => runTests(...kernelTests()) }],
  // What the recommended Node runs where there is not the time for all.
  most: [
    { types },
    {
      most: () =>
        runTests(
          concurrency(2),
          ...libraryTests().filter((file) => isQuick(file) || TELLING.test(file)),
          ...kernelTests().filter((file) => TELLING.test(file)),
        ),
    },
  ],
  short: [
    { types },
    { short: () => runTests(...[...libraryTests(), ...kernelTests()].filter((file) => TELLING.test(file))) },
  ],
  notebooks: [{ notebooks: notebooks() }],
  // Short, for every run of all tests; `npm run soak` takes more than an hour.
  brief: [
    { soak: ({ python }) => check(python, inRoot("scripts", "test", "soak.py"), "03-async", "--minutes", "0.5") },
  ],
  soak: [
    { soak: ({ python }) => check(python, inRoot("scripts", "test", "soak.py")) },
    { processes: () => node(inRoot("scripts", "test", "soakProcesses.mjs")) },
    { items: () => node(inRoot("scripts", "test", "soakItems.mjs")) },
  ],
  types: [{ compilers: () => fetchCompilers().then(() => runTests(join("scripts", "test", "types.test.mjs"))) }],
  e2e: [{ browser: () => runTests(...filesIn(join("scripts", "test", "e2e"), ".mjs")) }],
};

/** `npm test` runs the quick part; arguments name others. Resolves with 0 when every check passed. */
export async function main(args) {
  const names = args.length > 0 ? args : ["quick"];
  const unknown = names.find((name) => !Object.hasOwn(parts, name));
  if (unknown)
    throw new UserError(
      `There is no part ${JSON.stringify(unknown)}.`,
      `Choose from ${Object.keys(parts).join(", ")}.`,
    );
  const environment = await setUp(names.every((name) => name === "lint") ? ["packages"] : undefined);
  const failed = [];
  for (const step of names.flatMap((name) => parts[name])) {
    say(`\n── ${Object.keys(step).join(", ")} ──`);
    const codes = await Promise.all(
      Object.entries(step).map(async ([name, passes]) => ({ name, code: await passes(environment) })),
    );
    failed.push(...codes.filter(({ code }) => code !== 0).map(({ name }) => name));
    // Tests of a library that does not compile would be tests of an older one.
    if (failed.includes("types")) break;
  }
  say(failed.length === 0 ? "\nEvery check passed." : `\nThese checks failed: ${failed.join(", ")}.`);
  return failed.length === 0 ? 0 : 1;
}
