import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

const folder = join(__dirname, "..", "..", "test", "serialize", "fixtures");

/** What a script of the folder prints, as JSON. */
async function run(file: string, ...before: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...before, join(folder, file)]);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The number of the line in which a script throws. */
function line(file: string): string {
  return String(
    readFileSync(join(folder, file), "utf8")
      .split("\n")
      .findIndex((text) => text.includes('throw new Error("x")')) + 1,
  );
}

test("a CommonJS script: require, sloppy mode, its exports, its __filename", async () => {
  assert.deepEqual(await run("script.cjs"), {
    require: "number3",
    helper: "8km",
    npm: true,
    relative: "km",
    class: "3 barks",
    sloppy: 6,
    legacy: 9,
    exports: 6,
    filename: true,
    var: 1,
    kept: 5,
    line: line("script.cjs"),
    process: 0,
  });
});

test("a CommonJS script that exports what its tasks use: no worker and no process runs it again", async () => {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, "exporting.cjs")]);
  assert.equal(stderr, "It runs.\n");
  const call = [[7, 12], 17, 2, [5, "replaced"], true];
  assert.deepEqual(JSON.parse(stdout), { found: [...call, ...call, 7] });
});

test("globals that a script made before it loaded the library travel by value", async () => {
  assert.deepEqual(await run("early.cjs"), { list: [84, "function", "function"] });
});

test("an ES module: imports of all forms, import(), import.meta, its own variables", async () => {
  // Older versions of Node warn of JSON modules.
  assert.deepEqual(await run("module.mjs", "--no-warnings"), {
    builtin: "number13".replace("1", String((await import("node:os")).EOL.length)),
    npm: true,
    helper: 9,
    later: 2,
    namespace: "4km",
    own: "3function",
    class: "3 barks",
    back: true,
    let: 1,
    dynamic: "km",
    flavours: "import,import",
    json: 42,
    meta: true,
    resolve: true,
    shapes: true,
    circle: true,
    beside: true,
    shape: 3,
    symbol: "marktrue",
    kept: 0,
    line: line("module.mjs"),
    process: 0,
  });
});

for (const file of ["typed.ts", "typed.mts"]) {
  test(`TypeScript run by tsx, ${file}: esbuild's helpers, enums, private fields, lines`, async () => {
    const eol = (await import("node:os")).EOL.length;
    assert.deepEqual(await run(file, "--import", "tsx"), {
      names: 10,
      helper: "inner",
      imports: eol + 3,
      npm: true,
      class: "3h",
      back: true,
      line: line(file),
      stack: line(file),
      given: true,
      inner: line(file),
      process: line(file),
    });
  });
}
