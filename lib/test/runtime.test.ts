import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "./helpers/files";
import { runScript } from "./helpers/pool";

const root = join(__dirname, "..", "..");
const library = require.resolve("parallel-typescript");

/** A program that takes itself for another version of Node, its workers and processes included. */
function onVersion(t: TestContext, version: string, body: string): ReturnType<typeof runScript> {
  const preload = join(temporaryFolder(t), "version.js");
  writeFileSync(
    preload,
    `Object.defineProperty(process, "versions", { value: { ...process.versions, node: ${JSON.stringify(version)} } });`,
  );
  return runScript(t, body, { flags: ["--require", preload] });
}

test("the library refuses each Node that is too old in one sentence, when it is loaded", async (t) => {
  for (const version of ["18.20.4", "20.0.0", "20.18.3", "21.7.3", "22.0.0", "22.11.0"]) {
    const { code, stderr } = await onVersion(t, version, "");
    assert.equal(code, 1, version);
    assert.match(
      stderr,
      /Error: parallel-typescript needs Node 20\.19 or a newer 20, or 22\.12 or newer, and this is Node (\d+\.){2}\d+: install a current one and run this again\.\n/,
    );
    assert.ok(stderr.includes(`Node ${version}:`), stderr);
  }
});

test("the library loads on each Node that is promised and on newer ones", async (t) => {
  for (const version of ["20.19.0", "20.20.2", "22.12.0", "23.0.0", "24.0.0", "26.10.0", "27.0.0-nightly2026"]) {
    assert.deepEqual(await onVersion(t, version, "console.log(mp.range(2))"), {
      code: 0,
      signal: null,
      stdout: "[ 0, 1 ]\n",
      stderr: "",
    });
  }
});

const others = [
  { runtime: "Deno", program: process.env.PARALLEL_TYPESCRIPT_DENO, args: ["run", "--allow-all"] },
  { runtime: "Bun", program: process.env.PARALLEL_TYPESCRIPT_BUN, args: ["run"] },
];
/** What works everywhere, and what everything else answers. */
const ELSEWHERE = `
  async function everything(mp, file) {
    console.log = console.info = () => undefined;
    const answers = {};
    const random = mp.seededRandom(42);
    answers.works = [mp.availableCpus() >= 1, mp.range(1, 4), random.random(), random.randint(1, 6), mp.countWords(file, ["a", "b"])];
    const timed = await mp.timeit(() => Math.sqrt(2), { n: 10, r: 2 });
    const compared = await mp.compare({ one: () => 1, other: () => 1 }, { n: 10, r: 2 });
    answers.measures = [timed.timings.length, compared.results];
    const refused = {
      Pool: () => new mp.Pool(1), withPool: () => mp.withPool(1, () => 1), Process: () => new mp.Process({ target: () => 1 }), Queue: () => new mp.Queue(), cpuCount: () => mp.cpuCount(),
      readInChunks: () => mp.readInChunks(file), fileRanges: () => mp.fileRanges(file, 2), progress: () => mp.progress([1]), timeline: () => mp.timeline({}), history: () => mp.history(),
      amdahl: () => mp.amdahl({ 1: 1, 2: 2 }), sweep: () => mp.sweep(() => 1, [1, 2]), trace: () => mp.trace({}, file), machines: () => mp.machines([]), share: () => mp.share("http://127.0.0.1:1/a"), transfer: () => mp.transfer(new ArrayBuffer(1), []),
    };
    answers.refused = {};
    for (const name in refused) {
      try { answers.refused[name] = "done: " + String(await refused[name]()); } catch (error) { answers.refused[name] = error.message; }
    }
    process.stdout.write(JSON.stringify(answers));
  }`;

for (const { runtime, program, args } of others) {
  for (const way of ["require", "import"]) {
    test(
      `in ${runtime}, by ${way}: what needs no workers works, everything else is refused by a sentence that names it`,
      { skip: program === undefined || !existsSync(program) },
      async (t) => {
        // Where it stands, packages are found.
        const cache = join(root, ".cache");
        mkdirSync(cache, { recursive: true });
        const folder = mkdtempSync(join(cache, "elsewhere-"));
        t.after(() => rmSync(folder, { recursive: true, force: true }));
        const words = join(folder, "words.txt");
        writeFileSync(words, "a b a c a");
        const file = join(folder, way === "require" ? "program.cjs" : "program.mjs");
        const load =
          way === "require"
            ? `const mp = require(${JSON.stringify(library)});`
            : 'import * as mp from "parallel-typescript";';
        writeFileSync(file, `${load}\n${ELSEWHERE}\neverything(mp, ${JSON.stringify(words)});`);
        const env = { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: "none" };
        const stdout = await new Promise<string>((resolve, reject) => {
          execFile(program as string, [...args, file], { env, cwd: folder, timeout: 60_000 }, (error, out) =>
            error === null ? resolve(out) : reject(error),
          );
        });
        const random = mp.seededRandom(42);
        const answers = JSON.parse(stdout) as { works: unknown; measures: unknown; refused: Record<string, string> };
        assert.deepEqual(answers.works, [true, [1, 2, 3], random.random(), random.randint(1, 6), { a: 3, b: 1 }]);
        assert.deepEqual(answers.measures, [2, { one: 1, other: 1 }]);
        assert.equal(Object.keys(answers.refused).length, 16);
        for (const [name, message] of Object.entries(answers.refused)) {
          assert.match(
            message,
            new RegExp(
              `^(A )?${name === "withPool" ? "Pool" : name} needs Node, and this is ${runtime} [\\d.]+: run the program with node instead\\.$`,
            ),
          );
        }
      },
    );
  }
}
