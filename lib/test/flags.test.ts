import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { runScript } from "./helpers/pool";

/** Functions of all kinds in a Pool and a Process, each with its result or the name and message of its error. */
const PROGRAM = `
  const k = 3;
  class Stock { #left = 5; take(n) { this.#left -= n; return this.#left; } each = (n) => this.take(n); static kinds = 2; }
  class Box { left = 5; take(n) { this.left -= n; return this.left; } }
  let count = 0;
  const add = (n) => { count += n; return count; };
  const read = () => count;
  (async () => {
    const answers = {};
    const note = async (name, work) => { try { answers[name] = await work(); } catch (error) { answers[name] = String(error); } };
    let pool;
    await note("pool", () => { pool = new mp.Pool(1); });
    if (pool) {
      await note("closure", () => pool.map((x) => x * k, [1, 2]));
      await note("apply", () => pool.apply((a, b) => a + b + k, [1, 2]));
      await note("class", () => pool.apply(() => { const stock = new Stock(); return stock.each(1) + Stock.kinds; }));
      await note("instance", () => pool.apply((stock) => stock.take(2), [new Stock()]));
      await note("this", () => (function () { return pool.map((x) => x * this.factor, [1, 2]); }).call({ factor: 7 }));
      await note("shared", () => pool.apply((plus, now) => { plus(2); return now(); }, [add, read]));
      await note("home", async () => (await pool.apply(() => new Box())).take(1));
      await note("error", () => pool.apply(() => { throw new RangeError("no " + k); }));
      await pool.terminate();
    }
    await note("process", async () => {
      const child = new mp.Process({ target: (n) => { process.exitCode = n * k; }, args: [7] });
      child.start();
      await child.join();
      return child.exitCode;
    });
    console.log(JSON.stringify(answers));
  })();`;
const ALL = {
  closure: [3, 6],
  apply: 6,
  class: 6,
  instance: 3,
  this: [7, 14],
  shared: 2,
  home: 4,
  error: "RangeError: no 3",
  process: 21,
};

async function withFlags(
  t: TestContext,
  flags: string[],
  before = "",
): Promise<{ answers: Record<string, unknown>; stderr: string }> {
  const { stdout, stderr } = await runScript(t, before + PROGRAM, { flags: ["--no-warnings", ...flags] });
  const last = stdout.trim().split("\n").at(-1) ?? "";
  assert.ok(last.startsWith("{"), `${flags.join(" ")}: ${stderr}`);
  return { answers: JSON.parse(last) as Record<string, unknown>, stderr };
}

const FLAGS = [
  "--frozen-intrinsics",
  "--disable-proto=delete",
  "--disable-proto=throw",
  "--jitless",
  "--no-addons",
  "--preserve-symlinks",
  "--enable-source-maps",
  "--stack-trace-limit=0",
  "--unhandled-rejections=strict",
  "--throw-deprecation",
  "--experimental-vm-modules",
  "--inspect=0",
];
for (const flag of FLAGS) {
  test(`functions of all kinds run with ${flag}`, { timeout: 120_000 }, async (t) => {
    assert.deepEqual((await withFlags(t, [flag])).answers, ALL);
  });
}

test(
  "with --disallow-code-generation-from-strings each function runs, or says at once what it needs",
  { timeout: 120_000 },
  async (t) => {
    const { answers } = await withFlags(t, ["--disallow-code-generation-from-strings"]);
    for (const name of ["closure", "apply", "shared", "error", "process"] as const)
      assert.deepEqual(answers[name], ALL[name], name);
    for (const [name, answer] of Object.entries(answers)) {
      if (JSON.stringify(answer) !== JSON.stringify(ALL[name as keyof typeof ALL]))
        assert.match(
          String(answer),
          /^SerializationError: .*Start it without --disallow-code-generation-from-strings\./,
          name,
        );
    }
  },
);

test(
  "a child process neither waits for a debugger nor takes the debugger port of its parent",
  { timeout: 120_000 },
  async (t) => {
    const before = `
    process.execArgv.push("--inspect-brk=0", "--inspect-port", "0", "--inspect-publish-uid=stderr", "--title=kept");
    process.env.NODE_OPTIONS = "--no-warnings --inspect-brk=0 --inspect-port 0 --inspect-wait --stack-trace-limit=7";`;
    const { answers, stderr } = await withFlags(t, [], before);
    assert.deepEqual([answers.process, stderr], [21, ""]);
    const { stdout } = await runScript(
      t,
      `${before}
    const child = new mp.Process({ target: () => console.log(process.execArgv.join(" "), process.env.NODE_OPTIONS.split(/\\s+/).join(" "), Error.stackTraceLimit) });
    child.start();`,
    );
    assert.equal(stdout, "--title=kept --no-warnings --stack-trace-limit=7 7\n");
  },
);

const permission = process.allowedNodeEnvironmentFlags.has("--permission")
  ? "--permission"
  : "--experimental-permission";
const knowsInspector = process.allowedNodeEnvironmentFlags.has("--allow-inspector");

test("under Node's permission model, an error names the missing flags at once", { timeout: 120_000 }, async (t) => {
  const { answers } = await withFlags(t, [permission, "--allow-fs-read=*"]);
  const [pool, child] = knowsInspector
    ? [
        /Start Node with --allow-worker --allow-inspector, too\.$/,
        /Start Node with --allow-child-process --allow-inspector, too\.$/,
      ]
    : [
        /does not know --allow-inspector, so run the program with a newer Node, or without --permission\.$/,
        /does not know --allow-inspector/,
      ];
  assert.match(String(answers.pool), pool);
  assert.match(String(answers.process), child);
  const { stdout } = await runScript(
    t,
    "mp.cpuCount({ logical: false }).catch(({ message }) => console.log(message));",
    { flags: ["--no-warnings", permission, "--allow-fs-read=*"] },
  );
  assert.equal(
    stdout,
    "cpuCount({ logical: false }) is not allowed by Node's permission model. Start Node with --allow-child-process, too.\n",
  );
  assert.match(String(answers.pool), /^Error: A Pool is not allowed by Node's permission model/);
  const compared = await runScript(
    t,
    `const add = () => 1;
     mp.compare({ one: () => add(), other: () => add() }, { n: 1, r: 3 }).then(({ results }) => console.log("\\n" + JSON.stringify(results)));`,
    { flags: ["--no-warnings", permission, "--allow-fs-read=*"] },
  );
  assert.equal(compared.stdout.trimEnd().split("\n").at(-1), '{"one":1,"other":1}', compared.stderr);
});

test(
  "a program that may not see its own processor time does not take it for other programs'",
  { timeout: 120_000 },
  async (t) => {
    const library = join(__dirname, "..", "..", "*");
    const { stdout, stderr } = await runScript(
      t,
      `const spin = () => { for (const end = performance.now() + 10; performance.now() < end;); };
     mp.compare({ one: spin, other: spin }, { budget: 300 }).then(({ warnings }) => console.log("\\n" + JSON.stringify(warnings)));`,
      { flags: ["--no-warnings", permission, `--allow-fs-read=${library}`, `--allow-fs-read=${join(tmpdir(), "*")}`] },
    );
    const warnings = JSON.parse(stdout.trimEnd().split("\n").at(-1) || stderr) as string[];
    assert.deepEqual(
      warnings.filter((warning) => /Other programs/.test(warning)),
      [],
    );
  },
);

test(
  "with the flags that the error names, everything runs under Node's permission model",
  { timeout: 120_000, skip: !knowsInspector },
  async (t) => {
    const [library, here] = [join(__dirname, "..", "..", "*"), join(tmpdir(), "*")];
    assert.deepEqual(
      (
        await withFlags(t, [
          permission,
          `--allow-fs-read=${library}`,
          `--allow-fs-read=${here}`,
          "--allow-worker",
          "--allow-child-process",
          "--allow-inspector",
        ])
      ).answers,
      ALL,
    );
  },
);

test(
  "a Process of a program that is given on the command line does not run that program again",
  { timeout: 60_000 },
  () => {
    const library = JSON.stringify(join(__dirname, "..", "dist"));
    const program = `const { Process } = require(${library}); console.log("program");
    const child = new Process({ target: (text) => console.log(text), args: ["child"] });
    child.start();
    child.join().then(() => console.log("exit", child.exitCode));`;
    for (const flags of [["-e", program], ["-p", `${program}; "printed"`], [`--eval=${program}`]]) {
      const { stdout, stderr } = spawnSync(process.execPath, flags, { encoding: "utf8" });
      assert.equal(stderr, "");
      assert.deepEqual(
        stdout.split("\n").filter((line) => line !== "" && line !== "printed"),
        ["program", "child", "exit 0"],
        flags[0],
      );
    }
  },
);
