// A program with only those files beside it that a tool has found which copies a program to a server: Next.js, Vercel and others find them so.
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runNode } from "./project.mjs";

const PROGRAM = `
import * as mp from "parallel-typescript";

const queue = new mp.Queue();
const child = new mp.Process({ target: (items) => items.put(new Map([[1, 2]])), args: [queue] });
child.start();
console.log(await mp.withPool(1, (pool) => pool.apply(() => mp.withPool(1, (inner) => inner.map((x) => x + 1, [1])))), await queue.get());
await mp.withPool(1, (pool) => pool.apply(() => { throw new mp.TimeoutError("late"); })).catch((error) => console.log(error.message));
const machines = new mp.ClusterPool(mp.local(1));
console.log(await machines.map((x) => x * 2, [1]));
await machines.terminate();
`;

export async function runTraced({ folder }) {
  const { nodeFileTrace } = createRequire(import.meta.url)("@vercel/nft");
  writeFileSync(join(folder, "traced.mjs"), PROGRAM);
  const { fileList } = await nodeFileTrace([join(folder, "traced.mjs")], { base: folder });
  const target = realpathSync(mkdtempSync(join(tmpdir(), "server-")));
  for (const file of fileList) cpSync(join(folder, file), join(target, file));
  const { stdout } = await runNode(target, ["traced.mjs"]);
  rmSync(target, { recursive: true });
  assert.equal(stdout, "[ 2 ] Map(1) { 1 => 2 }\nlate\n[ 2 ]\n");
}
