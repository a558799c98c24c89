import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { isRunning, runScript, until } from "../helpers/pool";

const linux = { skip: !existsSync("/proc/self/fd") };
/** The processes whose parent is `pid`, zombies included. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        return Number(/\) \S (\d+)/.exec(readFileSync(`/proc/${child}/stat`, "latin1"))?.[1]) === pid;
      } catch (error) {
        if (["ENOENT", "ESRCH"].includes((error as NodeJS.ErrnoException).code as string)) return false;
        throw error;
      }
    });
}

/** A program with spinning processes, one with a process of its own, a pool, and a worker that has a process; prints their pids. */
const family = (before: string, last: string): string => `
  const spin = (q) => { q.put(process.pid); setImmediate(() => { for (;;); }); };
  const parent = async (q) => {
    await q.put(process.pid);
    const child = new mp.Process({ target: spin, args: [q] });
    child.start();
    await child.join();
  };
  (async () => {
    const queue = new mp.Queue();
    for (const target of [spin, spin, parent]) new mp.Process({ target, args: [queue] }).start();
    const pool = new mp.Pool(2);
    pool.map(() => { for (;;); }, [1]);
    pool.apply(async (q) => { const child = new mp.Process({ target: spin, args: [q] }); child.start(); await child.join(); }, [queue]);
    const pids = [];
    for (let i = 0; i < 5; i++) pids.push(await queue.get());
    ${before}
    console.log("pids " + pids.join(" ") + " end");
    ${last}
  })();`;

/** Runs the family until it has told its pids, has it die, and waits until all are gone; fails by the test's time limit otherwise. */
async function dies(
  t: import("node:test").TestContext,
  before: string,
  last: string,
  kill?: (pid: number) => void,
): Promise<void> {
  let pids: number[] = [];
  let told = false;
  const ended = await runScript(t, family(before, last), {
    onOutput: (text, pid) => {
      const list = /pids ([\d ]+) end/.exec(text)?.[1];
      if (list === undefined || told) return;
      told = true;
      pids = list.split(" ").map(Number);
      kill?.(pid);
    },
  });
  assert.equal(pids.length, 5, ended.stderr);
  t.after(() => pids.filter(isRunning).forEach((pid) => process.kill(pid, "SIGKILL")));
  const from = performance.now();
  await until(() => !pids.some(isRunning));
  t.diagnostic(`all gone ${Math.round(performance.now() - from)} ms after the program`);
}

test(
  "when a program is killed with SIGKILL, its processes are gone, those in endless loops and grandchildren too",
  { timeout: 20_000 },
  async (t) => {
    await dies(t, "", "await new Promise(() => setTimeout(() => 0, 1e6));", (pid) => process.kill(pid, "SIGKILL"));
  },
);

test("when a program crashes or calls process.exit, its processes are gone", { timeout: 30_000 }, async (t) => {
  await dies(t, "", "process.exit(0);");
  await dies(t, "", "process.abort();");
});

test(
  "a killed guardian is replaced, and the new one knows the running processes",
  { ...linux, timeout: 20_000 },
  async (t) => {
    // The program and its worker that has a process have a guardian each.
    const killGuardians = `
    const { readdirSync, readFileSync } = require("node:fs");
    const guardians = () => readdirSync("/proc/self/task").flatMap((task) => readFileSync("/proc/self/task/" + task + "/children", "utf8").split(" ").filter(Boolean))
      .filter((pid) => { try { return readFileSync("/proc/" + pid + "/cmdline", "utf8").includes("orphanGuardWithoutShell.js"); } catch { return false; } });
    const old = guardians();
    if (old.length !== 2) throw new Error("guardians: " + old);
    for (const pid of old) process.kill(Number(pid), "SIGKILL");
    while (guardians().filter((pid) => !old.includes(pid)).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));`;
    await dies(t, killGuardians, "await new Promise(() => setTimeout(() => 0, 1e6));", (pid) =>
      process.kill(pid, "SIGKILL"),
    );
  },
);

test(
  "a program whose processes have ended exits by itself, and leaves no guardian",
  { ...linux, timeout: 20_000 },
  async (t) => {
    const { code, stdout } = await runScript(
      t,
      `
    const { readFileSync } = require("node:fs");
    const children = [1, 2].map((n) => new mp.Process({ target: (x) => console.log("child", x), args: [n] }));
    children.forEach((child) => child.start());
    console.log("pids", readFileSync("/proc/self/task/" + process.pid + "/children", "utf8"));`,
    );
    assert.equal(code, 0);
    assert.match(stdout, /child 1/);
    assert.match(stdout, /child 2/);
    const pids = (/^pids ([\d ]+)$/m.exec(stdout)?.[1] ?? "").trim().split(" ").map(Number);
    assert.equal(pids.length, 3);
    await until(() => !pids.some(isRunning));
  },
);

test(
  "200 processes at once, and 300 in turn: no zombie, no descriptor left (_TestProcess.test_many_processes)",
  { ...linux, timeout: 240_000 },
  async () => {
    const run = async (n: number): Promise<void> => {
      const children = mp
        .range(n)
        .map((code) => new mp.Process({ target: (x: number) => process.exit(x % 7), args: [code] }));
      for (const child of children) child.start();
      await Promise.all(children.map((child) => child.join()));
      assert.deepEqual(
        children.map((child) => child.exitCode),
        children.map((_, code) => code % 7),
      );
    };
    await run(1);
    const before = [readdirSync("/proc/self/fd").length, childrenOf(process.pid).length];
    await run(200);
    for (let i = 0; i < 300; i++) await run(1);
    const killed = mp.range(10).map(
      () =>
        new mp.Process({
          target: () => {
            for (;;);
          },
        }),
    );
    for (const child of killed) child.start();
    for (const child of killed) child.terminate();
    await Promise.all(killed.map((child) => child.join()));
    assert.deepEqual(
      killed.map((child) => child.exitCode),
      killed.map(() => -15),
    );
    await until(() => childrenOf(process.pid).length <= before[1]);
    assert.ok(readdirSync("/proc/self/fd").length <= before[0] + 2, "descriptors were left open");
  },
);

test(
  "the descriptors of a process do not grow with the number of processes (_TestProcess.test_child_fd_inflation)",
  linux,
  async (t) => {
    const counts = new mp.Queue<number>();
    const gate = new mp.Queue<number>();
    const children = mp.range(4).map(
      () =>
        new mp.Process({
          target: async (out: mp.Queue<number>, wait: mp.Queue<number>) => {
            const { readdirSync: list } = await import("node:fs");
            await out.put(list("/proc/self/fd").length);
            await wait.get();
          },
          args: [counts, gate],
        }),
    );
    for (const child of children) child.start();
    t.after(() => children.forEach((child) => child.kill()));
    const seen = new Set<number>();
    for (let i = 0; i < children.length; i++) seen.add(await counts.get());
    for (let i = 0; i < children.length; i++) await gate.put(1);
    await Promise.all(children.map((child) => child.join()));
    assert.equal(seen.size, 1, [...seen].join(" "));
  },
);

test(
  "a refused start is a clear sentence and exit code 1, and the rest is joined",
  { skip: !hasPrlimit() },
  async (t) => {
    const { code, stdout, stderr } = await runScript(
      t,
      `
    (async () => {
      const children = Array.from({ length: 40 }, (_, n) => new mp.Process({ target: () => new Promise((resolve) => setTimeout(resolve, 300)), name: "P" + n }));
      for (const child of children) child.start();
      await Promise.all(children.map((child) => child.join()));
      const codes = children.map((child) => child.exitCode);
      console.log(codes.filter((code) => code === 0).length > 0, codes.filter((code) => code === 1).length > 0, codes.every((code) => code === 0 || code === 1), children.some((child) => child.isAlive()));
      const again = new mp.Process({ target: () => console.log("again") });
      again.start();
      await again.join();
    })();`,
      { wrapper: ["prlimit", "--nofile=100:100"] },
    );
    assert.equal(code, 0, stderr);
    assert.equal(stdout, "true true true false\nagain\n");
    assert.match(stderr, /P\d+ could not be started: .*EMFILE.*start fewer at once/);
  },
);

test(
  "a fork that the system refuses is a clear sentence and exit code 1, and those that run are joined",
  { skip: !hasPrlimit() },
  async (t) => {
    // The superuser may have any number of processes, so a program of his becomes another user; its children are started before.
    const { code, stdout, stderr } = await runScript(
      t,
      `
    (async () => {
      const { execFileSync } = require("node:child_process");
      const [ready, gate] = [new mp.Queue(), new mp.Queue()];
      const make = (name) => new mp.Process({ name, target: async (ready, gate) => { await ready.put(1); await gate.get(); }, args: [ready, gate] });
      const running = ["R1", "R2", "R3"].map(make);
      for (const child of running) child.start();
      for (const child of running) await ready.get();
      execFileSync("prlimit", ["--pid", String(process.pid), "--nproc=1:1"]);
      if (process.getuid() === 0) process.setuid(54321);
      const refused = ["X1", "X2"].map(make);
      for (const child of refused) child.start();
      await Promise.all(refused.map((child) => child.join()));
      console.log("refused", ...refused.map((child) => child.exitCode), ...running.map((child) => child.exitCode));
      for (const child of running) await gate.put(1);
      await Promise.all(running.map((child) => child.join()));
      console.log("joined", ...running.map((child) => child.exitCode));
    })();`,
    );
    assert.equal(stdout, "refused 1 1 null null null\njoined 0 0 0\n", stderr);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /^(X\d could not be started: spawn .* EAGAIN\. The system refuses more processes .*start fewer at once\.\n){2}$/,
    );
  },
);

function hasPrlimit(): boolean {
  try {
    execFileSync("prlimit", ["--version"]);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
