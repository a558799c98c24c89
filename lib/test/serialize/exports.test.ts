/** Functions and classes that modules export are sent by the module's address and their name: each worker has the module's state for itself. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import * as mp from "parallel-typescript";
import { there } from "../helpers/serialize";

const folder = join(__dirname, "..", "..", "test", "serialize", "fixtures", "exports");

/** What a script of the folder prints, as JSON. */
async function run(file: string, ...before: string[]): Promise<Record<string, unknown>> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [...before, join(folder, file)]);
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

test("an instance of an exported class arrives with its private members; where its initial values would do more than make values, it is refused", async () => {
  const { Counted, Plain, made } = require(join(folder, "..", "counted.cjs")) as Record<string, any>;
  assert.equal(await there((it: any) => it.read(), new Plain()), 2);
  await assert.rejects(
    there((it: any) => it.read(), new Counted()),
    (error: Error) => error instanceof mp.SerializationError && /Counted has private members/.test(error.message),
  );
  assert.equal(await there(() => made()), 0);
});
