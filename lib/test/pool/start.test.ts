import assert from "node:assert/strict";
import { cpSync, existsSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { runScript } from "../helpers/pool";

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

test("without that file, workers load each module from its own", async (t) => {
  assert.ok(existsSync(modules));
  const folder = temporaryFolder(t);
  cpSync(join(library, ".."), folder, { recursive: true, filter: (path) => path !== modules });
  symlinkSync(join(library, "..", "..", "node_modules"), join(folder, "node_modules"), "junction");
  const copy = JSON.stringify(join(folder, "dist"));
  const { stdout, stderr } = await runScript(
    t,
    `new (require(${copy}).Pool)(1).apply(() => String(new Error().stack)).then((stack) => console.log(/runTask\\.js/.test(stack)));`,
  );
  assert.equal(stdout, "true\n", stderr);
});
