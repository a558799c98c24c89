/** Functions and classes that modules export are sent by the module's address and their name: each worker has the module's state for itself. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { there } from "../helpers/serialize";

const folder = join(__dirname, "..", "..", "test", "serialize", "fixtures", "exports");

/** What a script of the folder prints, as JSON. */
async function run(file: string, ...before: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...before, resolve(folder, file)]);
  assert.equal(stderr, "");
  return JSON.parse(stdout) as Record<string, unknown>;
}

test("what modules export is each worker's own, whichever way it is called; what they do not export goes by value", async () => {
  const { fickle, unseen, ...results } = await run("main.mjs", "--no-warnings");
  assert.deepEqual(results, {
    state: "1,2,3,4,5,6,700,800",
    home: 1,
    more: "1009,19,7,10,11",
    expression: "2,3,2,3",
    spaced: "1,2",
    waiting: "1,2",
    dynamic: true,
    required: "1,2,3,4,5",
    json: 42,
    box: "box 0,box 0,6",
    back: 8,
    safe: "7,true",
    itself: "true,true,true",
    failure: "true,no,true",
    requiredBox: "true,true",
    live: ["first", "first", "first", "second", "second"],
    inner: "2,2",
    own: "1,1",
    mocked: "mock,number",
    query: "2,3",
    data: "1,2",
    linked: "1,2",
    changed: 1,
    process: "0,1,2,box 0",
    opened: "books,books,closed",
    table: 4e6,
  });
  assert.match(String(unseen), /initializer, or what it calls, is exported by the module that declares `db`/);
  const [other, missing] = fickle as string[];
  assert.match(other, /^`where` of .*fickle\.cjs is another function in the worker than here/);
  assert.match(missing, /^`only` of .*fickle\.cjs is not there in the worker/);
});

test("what a package exports is imported from the package: another of its modules may declare it, and not make it whole", async (t) => {
  const at = temporaryFolder(t);
  const inPackage = join(at, "node_modules", "shaped");
  mkdirSync(inPackage, { recursive: true });
  const files = {
    [join(inPackage, "package.json")]: '{ "name": "shaped", "exports": "./index.mjs" }',
    [join(inPackage, "shape.mjs")]: "export default function shape(size) { return shape.area(size); }",
    [join(inPackage, "index.mjs")]:
      'import shape from "./shape.mjs"; shape.area = (size) => size ** 2; export default shape;',
    [join(at, "main.mjs")]: `
      import * as mp from ${JSON.stringify(pathToFileURL(require.resolve("parallel-typescript")))};
      import shape from "shaped";
      Math.random = () => 0.5;
      const { random } = Math;
      const pool = new mp.Pool(1);
      const results = [await pool.map((size) => shape.area(size), [2, 3]), await pool.map((size) => shape(size), [4])];
      // By itself it has a name; a function that imports it still goes by the import.
      results.push(await pool.apply((fn) => typeof fn, [shape]), await pool.apply(() => shape(5)), (await pool.apply(() => shape)) === shape);
      // A function in the place of one of the language's is the program's own.
      results.push(await pool.apply(() => random()));
      console.log(JSON.stringify({ results }));
      await pool.terminate();`,
  };
  for (const [file, text] of Object.entries(files)) writeFileSync(file, text);
  assert.deepEqual(await run(join(at, "main.mjs"), "--no-warnings"), {
    results: [[4, 9], [16], "function", 25, true, 0.5],
  });
});

test("an instance of an exported class arrives with its private members; where its initial values would do more than make values, it is refused", async () => {
  const { Counted, Plain, made } = require(join(folder, "..", "counted.cjs")) as Record<string, any>;
  assert.equal(await there((it: any) => it.read(), new Plain()), 2);
  await assert.rejects(
    there((it: any) => it.read(), new Counted()),
    (error: Error) => error instanceof mp.SerializationError && /Counted has private members/.test(error.message),
  );
  assert.equal(await there(() => made()), 0);
});
