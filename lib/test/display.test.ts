import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { Worker } from "node:worker_threads";

// A comparison of a test is nobody's history.
process.env.PARALLEL_TYPESCRIPT_HISTORY = "none";

const LIB = JSON.stringify(require.resolve("parallel-typescript"));
const PROGRAM = `
  const mp = require(${LIB});
  (async () => {
    await mp.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 1 });
    for await (const item of mp.progress([1, 2], { label: "items" }));
  })();`;

test("a child process shows text: the comparison on standard output, the bar on standard error", () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, ["-e", PROGRAM], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^a: .* per loop .*\nb: .*\n.*\na │.*│ .*, baseline\nb │.*│ .*\n .*● one run.*\n/);
  assert.match(stderr, /^items: █{20} 2 of 2 items, .*\n$/);
});

test("a worker thread shows text even where something looks like a kernel", async () => {
  const pretend = `globalThis.__tslab__ = { require: () => { throw new Error("asked for the kernel's display"); } };`;
  const worker = new Worker(pretend + PROGRAM, { eval: true, stdout: true, stderr: true });
  const printed = { stdout: "", stderr: "" };
  worker.stdout.setEncoding("utf8").on("data", (text: string) => (printed.stdout += text));
  worker.stderr.setEncoding("utf8").on("data", (text: string) => (printed.stderr += text));
  const code = await new Promise((resolve, reject) => worker.on("exit", resolve).on("error", reject));
  assert.equal(code, 0, printed.stderr);
  assert.match(printed.stdout, /^a: .* per loop /);
  assert.match(printed.stderr, /^items: /);
});
