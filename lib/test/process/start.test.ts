import assert from "node:assert/strict";
import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test, type TestContext } from "node:test";
import { temporaryFolder } from "../helpers/files";
import { isRunning, runScript, until } from "../helpers/pool";

const linux = { skip: !existsSync("/proc/self/stat") };
const posix = { skip: process.platform === "win32" };

/** A program in place of Node, for children. */
function standIn(t: TestContext, script: string): string {
  const file = join(temporaryFolder(t), "node");
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** Starts a process by that stand-in, another by Node itself, and joins both. */
const startBoth = (file: string): string => `
  const node = process.execPath;
  process.execPath = ${JSON.stringify(file)};
  const odd = new mp.Process({ target: () => 1, name: "Odd" });
  odd.start();
  process.execPath = node;
  const sound = new mp.Process({ target: () => console.log("sound"), name: "Sound" });
  sound.start();
  console.log("pid " + odd.pid);
  Promise.all([odd.join(), sound.join()]).then(() => console.log("joined", odd.exitCode, sound.exitCode, odd.isAlive()));`;

test(
  "a process that dies before its function is called is reported in one sentence, without Node's own messages",
  posix,
  async (t) => {
    const { stdout, stderr } = await runScript(
      t,
      startBoth(standIn(t, "echo '----- Native stack trace -----' >&2; kill -ABRT $$")),
    );
    assert.match(stdout, /^joined -6 0 false$/m);
    assert.equal(
      stderr,
      "Odd could not be started: it ended with exit code -6 before its function was called. The system refuses more processes (or threads, or open files): start fewer at once.\n",
    );
  },
);

test("the output of a process that ends before its function is called is shown", posix, async (t) => {
  const { stdout, stderr } = await runScript(t, startBoth(standIn(t, "echo 'bad option: --such' >&2; exit 9")));
  assert.match(stdout, /^joined 9 0 false$/m);
  assert.equal(
    stderr,
    "bad option: --such\nOdd could not be started: it ended with exit code 9 before its function was called.\n",
  );
});

test(
  "a process that is terminated before its function is called has ended as it was told to, without a word",
  posix,
  async (t) => {
    const { stdout, stderr } = await runScript(
      t,
      `
    const children = ["terminate", "kill"].map((end) => { const child = new mp.Process({ target: () => 1 }); child.start(); child[end](); return child; });
    Promise.all(children.map((child) => child.join())).then(() => console.log(children.map((child) => child.exitCode).join()));`,
    );
    assert.equal(stdout, "-15,-9\n");
    assert.equal(stderr, "");
  },
);

describe("starts that take long to judge", { concurrency: true }, () => {
  test(
    "a process that stands still before its function is called is ended, with a sentence; it never hangs join()",
    { ...linux, timeout: 90_000 },
    async (t) => {
      // As a Node to which the system refuses a thread: https://github.com/nodejs/node/blob/v20.20.0/src/node_platform.cc
      const { stdout, stderr } = await runScript(t, startBoth(standIn(t, "echo noise; exec sleep 3600")));
      assert.match(stdout, /^sound$/m);
      assert.match(stdout, /^joined 1 0 false$/m);
      assert.doesNotMatch(stdout, /noise/);
      assert.match(
        stderr,
        /^Odd could not be started: it did not begin within 30 s, and was ended\. .*start fewer at once\.\n$/,
      );
      await until(() => !isRunning(Number(/^pid (\d+)$/m.exec(stdout)?.[1])));
    },
  );

  test(
    "a process that works for long before its function is called, or was halted, is left alone",
    { ...linux, timeout: 60_000 },
    async (t) => {
      // At least 4 s of work in many short steps, and a halt of 12 s: less than the 30 s that a start may take, on a busy machine too.
      const works = standIn(
        t,
        `i=0; while [ $i -lt 400 ]; do i=$((i+1)); sleep 0.01; done; exec "${process.execPath}" "$@"`,
      );
      const halted = standIn(t, `kill -STOP $$; exec "${process.execPath}" "$@"`);
      const { stdout, stderr } = await runScript(
        t,
        `
      const node = process.execPath;
      const children = ${JSON.stringify([works, halted])}.map((file) => {
        process.execPath = file;
        const child = new mp.Process({ target: () => { process.exitCode = 5; } });
        child.start();
        return child;
      });
      setTimeout(() => process.kill(children[1].pid, "SIGCONT"), 12_500);
      Promise.all(children.map((child) => child.join())).then(() => console.log(children.map((child) => child.exitCode).join()));`,
      );
      assert.equal(stdout, "5,5\n");
      assert.equal(stderr, "");
    },
  );

  test(
    "20 processes that have to share the threads of ten all end, each that did not start with a sentence",
    { skip: process.getuid?.() !== 0 || linux.skip, timeout: 60_000 },
    async (t) => {
      // Only who is not the superuser is held by the limit; each Node takes seven threads or more. Which of them fail, and how, is chance.
      const { code, stdout, stderr } = await runScript(
        t,
        `
      require("node:child_process").execFileSync("prlimit", ["--pid", String(process.pid), "--nproc=90:90"]);
      process.setuid(54322);
      const children = Array.from({ length: 20 }, (_, n) => new mp.Process({ target: () => new Promise((resolve) => setTimeout(resolve, 300)), name: "P" + n }));
      for (const child of children) child.start();
      Promise.all(children.map((child) => child.join())).then(() => console.log(children.map((child) => child.exitCode).join(" ")));`,
      );
      assert.equal(code, 0, stderr);
      const codes = stdout.trim().split(" ").map(Number);
      assert.equal(codes.length, 20, stdout);
      for (const [n, exitCode] of codes.entries()) {
        const told = new RegExp(`^P${n} could not be started: `, "m").test(stderr);
        assert.equal(told, exitCode !== 0, `P${n}: ${exitCode}\n${stderr}`);
      }
      assert.ok(
        codes.some((exitCode) => exitCode !== 0),
        "the limit refused nothing",
      );
    },
  );
});
