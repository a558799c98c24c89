import assert from "node:assert/strict";
import { cpSync, existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { makePool, runScript } from "../helpers/pool";

const library = dirname(require.resolve("parallel-typescript"));
const modules = join(library, "pool", "worker", "modules.js");
const stackThere = (): string => String(new Error().stack);

test("workers load their modules from one file, and these are the modules that tasks import", async () => {
  const pool = new mp.Pool(1);
  const queue = new mp.Queue<number>();
  assert.match(await pool.apply(stackThere), /worker.modules\.js/);
  const there = await pool.apply(
    async (items: mp.Queue<number>, base: typeof mp.TimeoutError) => {
      const own = await import("parallel-typescript");
      await items.put(1);
      return [
        own.TimeoutError === base,
        items instanceof own.Queue,
        await own.withPool(1, (inner) => inner.apply((x: number) => x + 1, [1])),
      ];
    },
    [queue, mp.TimeoutError],
  );
  assert.deepEqual(there, [true, true, 2]);
  assert.equal(await queue.get(), 1);
  await assert.rejects(
    pool.apply(() => {
      throw new mp.WorkerDiedError("as one of ours");
    }),
    (error: Error) => {
      assert.ok(error instanceof mp.WorkerDiedError);
      // The library's own frames are folded away.
      assert.doesNotMatch(String((error.cause as Error).stack), /modules\.js/);
      return true;
    },
  );
  await pool.terminate();
});

test("what the library exports is the same in workers and processes, and comes back as it is here", async () => {
  const { ...names } = mp;
  // In workers it is another object.
  Reflect.deleteProperty(names, "currentWorker");
  const thereToo = async (given: typeof names, found?: mp.Queue<unknown>): Promise<typeof names> => {
    const own: Record<string, unknown> = { ...(await import("parallel-typescript")) };
    const captured: Record<string, unknown> = names;
    const others = Object.entries(given).filter(([name, value]) => own[name] !== value || captured[name] !== value);
    if (others.length > 0) throw new Error(`Others here: ${others.map(([name]) => name).join(", ")}`);
    await found?.put(given);
    return given;
  };
  await mp.withPool(1, async (pool) => assert.deepEqual(await pool.apply(thereToo, [names]), names));
  const found = new mp.Queue<unknown>();
  const process = new mp.Process({ target: thereToo, args: [names, found] });
  process.start();
  await process.join();
  assert.equal(process.exitCode, 0);
  assert.deepEqual(await found.get(), names);
});

test("a worker whose preloaded module listens for messages is replaced when it dies", async (t) => {
  const preloaded = join(temporaryFolder(t), "preloaded.cjs");
  writeFileSync(preloaded, 'require("node:worker_threads").parentPort.on("message", () => {});');
  const pool = makePool(t, 1, { execArgv: ["--require", preloaded] });
  for (let deaths = 0; deaths < 3; deaths++) {
    await assert.rejects(
      pool.apply(() => process.exit(3)),
      mp.WorkerDiedError,
    );
    assert.equal(await pool.apply((x: number) => x + 1, [1]), 2);
  }
});

test("functions that this program has from files of the library travel to workers that have them from a bundle", async (t) => {
  const { stdout, stderr } = await runScript(
    t,
    `const { range } = require(${JSON.stringify(join(library, "base", "range.js"))});
     mp.withPool(1, (pool) => pool.apply((given) => given === mp.range && given(3), [range])).then(console.log);`,
  );
  assert.equal(stdout, "[ 0, 1, 2 ]\n", stderr);
});

/** The library in a folder of its own, without some of its files. */
function copyOfLibrary(t: TestContext, isLeftOut: (path: string) => boolean): string {
  const folder = temporaryFolder(t);
  cpSync(join(library, ".."), folder, { recursive: true, filter: (path) => !isLeftOut(path) });
  symlinkSync(join(library, "..", "..", "node_modules"), join(folder, "node_modules"), "junction");
  return join(folder, "dist");
}

for (const [what, isLeftOut, stack] of [
  ["without that file, workers load from the one for programs", (path: string) => path === modules, "dist.modules"],
  ["without both, workers load each module from its own", (path: string) => /modules\.js$/.test(path), "runTask"],
] as const)
  test(what, async (t) => {
    assert.ok(existsSync(modules));
    const copy = JSON.stringify(copyOfLibrary(t, isLeftOut));
    const { stdout, stderr } = await runScript(
      t,
      `new (require(${copy}).Pool)(1).apply(() => String(new Error().stack)).then((stack) => console.log(/${stack}\\.js/.test(stack)));`,
    );
    assert.equal(stdout, "true\n", stderr);
  });

test("the first program leaves V8's code for the next; one with flags does not, and one that cannot says nothing", async (t) => {
  const copy = copyOfLibrary(t, (path) => path.endsWith(".code"));
  const filesWithCode = () =>
    readdirSync(copy, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.code/.test(file))
      .map((file) => file.replace(/modules\..*code/, "code"))
      .sort();
  const main = join(copy, "main.js");
  const use = `
    const { Pool, Process } = require(${JSON.stringify(main)});
    const work = async () => {
      const pool = new Pool(1);
      await pool.apply(() => new Promise((resolve) => setTimeout(resolve, 300)));
      await pool.terminate();
      const child = new Process({ target: () => {} });
      child.start();
      await child.join();
      console.log("done");
    };`;
  const run = async (source: string, flags: string[] = []) => {
    const { stdout, stderr, code } = await runScript(t, source, { flags });
    assert.deepEqual([stdout, stderr, code], ["done\n", "", 0]);
  };
  await run(`${use} work();`, ["--expose-gc"]);
  assert.deepEqual(filesWithCode(), []);
  // Where its file is to be written, there is a folder.
  await run(`${use}
    const { codeFileOf } = require(${JSON.stringify(join(copy, "base", "bundle.js"))});
    require("node:fs").mkdirSync(codeFileOf(${JSON.stringify(join(copy, "modules.js"))}) + "." + process.pid + ".0");
    work();`);
  assert.deepEqual(filesWithCode(), [join("pool", "worker", "code"), join("process", "code")]);
  await run(`${use} work();`);
  assert.deepEqual(filesWithCode(), ["code", join("pool", "worker", "code"), join("process", "code")]);
  // V8 takes it.
  await run(`
    const vm = require("node:vm");
    const refused = [];
    vm.Script = class extends vm.Script {
      constructor(text, options) {
        super(text, options);
        if (options?.filename?.endsWith("modules.js")) refused.push(this.cachedDataRejected);
      }
    };
    ${use}
    work().then(() => require("node:assert").deepEqual(refused, [false]));`);
});

test("programs, workers and processes start where V8's code cannot be read, such as another user's", async (t) => {
  const copy = copyOfLibrary(t, (path) => path.endsWith(".code"));
  // As root reads all files, these are folders.
  const { stdout, stderr } = await runScript(
    t,
    `const { codeFileOf } = require(${JSON.stringify(join(copy, "base", "bundle.js"))});
     for (const name of ["modules.js", "pool/worker/modules.js", "process/modules.js"])
       require("node:fs").mkdirSync(codeFileOf(require("node:path").join(${JSON.stringify(copy)}, name)));
     const { withPool, Process } = require(${JSON.stringify(join(copy, "main.js"))});
     (async () => {
       const child = new Process({ target: () => {} });
       child.start();
       await child.join();
       console.log(await withPool(1, (pool) => pool.map((x) => x + 1, [1])), child.exitCode);
     })();`,
  );
  assert.deepEqual([stdout, stderr], ["[ 2 ] 0\n", ""]);
});

test("a copy of the library does not name the place from which it was copied", async (t) => {
  const copy = JSON.stringify(
    join(
      copyOfLibrary(t, () => false),
      "main.js",
    ),
  );
  const { stdout, stderr } = await runScript(
    t,
    `function fail() { throw new Error("no"); }
     require(${copy}).withPool(1, (pool) => pool.apply(fail).catch(({ cause }) => console.log(cause.stack.split("\\n").length)));`,
  );
  assert.equal(stdout, "2\n", stderr);
});

test("what another copy of the library in the same program exports can travel: its modules are in its bundle", async (t) => {
  const copy = copyOfLibrary(t, (path: string) => /dist.base.random\.js$/.test(path));
  const other = require(join(copy, "main.js")) as typeof mp;
  const pool = makePool(t, 1);
  const random = other.seededRandom("other");
  const there = await pool.apply(
    (given: typeof random) => [given.random(), other.seededRandom("new").random()],
    [random],
  );
  assert.deepEqual(there, [random.random(), other.seededRandom("new").random()]);
});
