import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { runScript } from "../helpers/pool";

/** A module that counts how often it was loaded, in the thread that asks. */
function writeModule(t: TestContext, name = "job.mjs"): string {
  const file = join(temporaryFolder(t), name);
  writeFileSync(
    file,
    `
globalThis.loads = (globalThis.loads ?? 0) + 1;
const secret = new WeakMap();
export const double = (x) => x * 2;
export const loads = () => [globalThis.loads, secret instanceof WeakMap];
export function fail() { throw new RangeError("as it must"); }
export default class Box { constructor(side) { this.side = side; } }
export const put = async (queue, value) => { await queue.put(value); };
export const number = 1;`,
  );
  return file;
}

test("a function by its file runs in workers, which load the file once; its code may hold what cannot travel", async (t) => {
  const file = writeModule(t);
  const double = mp.task<(x: number) => number>(pathToFileURL(file), "double");
  const loads = mp.task<() => [number, boolean]>(file, "loads");
  assert.equal(double.name, "double");
  await mp.withPool(1, async (pool) => {
    assert.deepEqual(await pool.map(double, [1, 2, 3]), [2, 4, 6]);
    assert.equal(await pool.apply(double, [4]), 8);
    assert.deepEqual(await pool.apply(loads), [1, true]);
    // Within what a function of the program captures, too.
    assert.deepEqual(await pool.apply(async (x: number) => [await double(x), x], [5]), [10, 5]);
  });
  assert.equal((globalThis as { loads?: number }).loads, undefined);
  assert.equal(await double(21), 42);
});

test("it serves as an initializer and as a target of a Process", async (t) => {
  const file = writeModule(t);
  const double = mp.task<(x: number) => number>(file, "double");
  await mp.withPool(1, async (pool) => assert.equal(await pool.apply(double, [1]), 2), {
    initializer: double,
    initargs: [1],
  });
  const queue = new mp.Queue<number>();
  const child = new mp.Process({
    target: mp.task<(queue: mp.Queue<number>, value: number) => Promise<void>>(file, "put"),
    args: [queue, 3],
  });
  child.start();
  assert.equal(await queue.get(), 3);
  await child.join();
  assert.equal(child.exitCode, 0);
});

test("its errors come home, and an export that is not there is named", async (t) => {
  const file = writeModule(t);
  const nothing = mp.task(file, "nothing");
  const number = mp.task(file, "number");
  await mp.withPool(1, async (pool) => {
    await assert.rejects(pool.apply(mp.task(file, "fail")), { name: "RangeError", message: "as it must" });
    for (const [fn, name] of [
      [nothing, "nothing"],
      [number, "number"],
    ] as const)
      await assert.rejects(pool.apply(fn), new RegExp(`\`${name}\` of file:.*job\\.mjs is not there in the worker`));
  });
  await assert.rejects(nothing(), /job\.mjs exports no function nothing\. It exports: default, double, fail, loads/);
});

test("a wrong file or name is refused at once", (t) => {
  const file = writeModule(t);
  for (const wrong of ["./job.mjs", 1, undefined, new URL("https://example.org/job.mjs")])
    assert.throws(
      () => mp.task(wrong as string, "x"),
      /^TypeError: task expects the address of a file, such as new URL/,
    );
  for (const wrong of ["", 1, null])
    assert.throws(() => mp.task(file, wrong as string), /^TypeError: task expects the name of an export/);
  assert.throws(() => mp.task(`${file}x`, "x"), /^Error: task: there is no file .*job\.mjsx/);
  assert.throws(() => mp.setWorkerFile("worker.cjs"), /^TypeError: setWorkerFile expects the address of a file/);
  assert.throws(() => mp.setWorkerFile(`${file}x`), /^Error: setWorkerFile: there is no file/);
});

test("the program's own file is refused: each worker would run it once more", async (t) => {
  const { stderr } = await runScript(t, `mp.task(__filename, "work");`);
  assert.match(
    stderr,
    /is the program itself, which each worker would run once more\. Move work into a file of its own/,
  );
});
