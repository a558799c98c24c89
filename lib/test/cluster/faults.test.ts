/** Machines and pools that are lost: each task is not begun and goes on elsewhere, or answered, or begun and lost; none runs more often than allowed. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pressStop } from "../helpers/interrupt";
import * as mp from "parallel-typescript";
import { Gate, Runs, makeCluster, note, pass, untilRuns } from "../helpers/cluster";
import { temporaryFolder } from "../helpers/files";
import { errorOf, isRunning, runScript, until } from "../helpers/pool";

test("of a killed machine's tasks the one that had begun is lost, the others go on, and nothing runs twice", async (t) => {
  const pool = makeCluster(t);
  await pool.scale(2);
  const runs = new Runs(t);
  const gate = new Gate(t);
  const calls = mp.range(12).map((x) =>
    pool.applyAsync(
      async (id: number, file: string, latch: string) => {
        note(file, `${id} in ${process.pid}`);
        await pass(latch);
        return id;
      },
      [x, runs.file, gate.file],
    ),
  );
  await untilRuns(runs, 2);
  const [victim = "", other = ""] = runs.all();
  process.kill(Number(victim.split(" ")[2]), "SIGKILL");
  const lost = Number(victim.split(" ")[0]);
  const error = await errorOf(calls[lost]);
  assert.ok(error instanceof mp.WorkerDiedError);
  assert.equal(error.exitCode, -9);
  assert.match(
    error.message,
    /^The machine local-\d was lost while running a function: it was ended by signal 9\. It is not run again.*`retries: 1`/,
  );
  gate.open();
  for (const [x, call] of calls.entries()) if (x !== lost) assert.equal(await call, x);
  const ids = runs.all().map((run) => run.split(" ")[0]);
  assert.deepEqual([...ids].sort(), mp.range(12).map(String).sort());
  assert.notEqual(victim, other);
  // Another one takes its place.
  await until(() => pool.machines.length === 2);
});

test("`retries` runs what a lost machine had begun again, alone and on another machine, as often as allowed", async (t) => {
  const pool = makeCluster(t, mp.local(2, { threads: 2 }), { retries: 1 });
  await pool.scale(2);
  const runs = new Runs(t);
  const endsMachine = (id: string, file: string, most: number): string => {
    note(file, id);
    const ran = (require("node:fs") as typeof import("node:fs"))
      .readFileSync(file, "utf8")
      .split("\n")
      .filter((run) => run === id).length;
    if (ran <= most) process.kill(process.pid, "SIGKILL");
    return id;
  };
  assert.equal(await pool.apply(endsMachine, ["once", runs.file, 1]), "once");
  assert.equal(runs.of("once"), 2);
  const calls = pool.map(
    (x: number) => {
      note(runs.file, x);
      return x;
    },
    mp.range(40),
    { chunkSize: 1 },
  );
  const error = await errorOf(pool.apply(endsMachine, ["always", runs.file, Infinity]));
  assert.ok(error instanceof mp.WorkerDiedError);
  assert.match(error.message, /The task was run 2 times, as often as `retries` allows\./);
  assert.equal(runs.of("always"), 2);
  assert.deepEqual(await calls, mp.range(40));
  assert.ok(runs.most() <= 2);
});

test(
  "machines killed at random moments: no answer is lost, none is wrong, and nothing runs more often than allowed",
  { timeout: 120_000 },
  async (t) => {
    const random = mp.seededRandom("machines");
    for (const retries of [0, 2]) {
      const pool = makeCluster(t, mp.local(2, { threads: 2 }), { retries });
      await pool.scale(2);
      const runs = new Runs(t);
      const pids = new Set<number>();
      let lost = 0;
      for (let round = 0; round < 6; round++) {
        const calls = mp.range(30).map((x) =>
          pool.applyAsync(
            async (id: number, file: string, wait: number) => {
              note(file, id);
              await new Promise((resolve) => setTimeout(resolve, wait));
              return [id * 2, process.pid];
            },
            [round * 100 + x, runs.file, random.randint(0, 20)],
          ),
        );
        const at = random.randint(0, 29);
        const [, pid = 0] = await Promise.race<number[]>(calls.slice(at));
        pids.add(pid);
        if (isRunning(pid)) process.kill(pid, "SIGKILL");
        for (const [x, call] of calls.entries()) {
          try {
            assert.equal((await call.get())[0], (round * 100 + x) * 2);
          } catch (error) {
            assert.ok(error instanceof mp.WorkerDiedError, String(error));
            lost++;
          }
        }
      }
      assert.ok(runs.most() <= retries + 1, `a task ran ${runs.most()} times`);
      // One that a machine was about to begin when it was killed counts as begun.
      assert.ok(new Set(runs.all()).size >= 180 - lost);
      // A machine of two workers has begun two tasks at the most.
      assert.ok(lost <= (retries === 0 ? 12 : 0), `${lost} tasks were lost`);
      assert.equal(await pool.apply(() => "there"), "there");
      await pool.terminate();
      for (const pid of pids) assert.ok(!isRunning(pid));
    }
  },
);

test("the machines of a killed program leave, busy ones too", async (t) => {
  const file = join(temporaryFolder(t), "pids");
  const { signal } = await runScript(
    t,
    `const pool = new mp.ClusterPool(mp.local(2));
    const busy = (file) => { require("node:fs").appendFileSync(file, process.pid + "\\n"); for (;;); };
    pool.scale(2).then(() => { for (const x of [1, 2]) pool.apply(busy, [${JSON.stringify(file)}]); });
    const look = setInterval(() => {
      let pids = "";
      try { pids = require("node:fs").readFileSync(${JSON.stringify(file)}, "utf8"); } catch {}
      if (pids.split("\\n").length === 3) process.kill(process.pid, "SIGKILL");
    }, 5);`,
  );
  assert.equal(signal, "SIGKILL");
  const pids = readFileSync(file, "utf8").split("\n").slice(0, -1).map(Number);
  assert.equal(new Set(pids).size, 2);
  await until(() => !pids.some(isRunning));
});

test("a program whose pool has nothing to do ends by itself, and its machines with it", async (t) => {
  const { stdout, code } = await runScript(
    t,
    `const pool = new mp.ClusterPool(mp.local(2));
    pool.apply(() => process.pid).then((pid) => console.log(pid));`,
  );
  assert.equal(code, 0);
  await until(() => !isRunning(Number(stdout)));
});

test("a halted machine holds up its own tasks only, and goes on where it was", async (t) => {
  const pool = makeCluster(t);
  await pool.scale(2);
  const runs = new Runs(t);
  const gate = new Gate(t);
  const work = async (id: number): Promise<number> => {
    note(runs.file, `${id} ${process.pid}`);
    if (id < 2) await pass(gate.file);
    return id;
  };
  const calls = mp.range(20).map((x) => pool.applyAsync(work, [x]));
  await untilRuns(runs, 2);
  const pid = Number(runs.all()[0]?.split(" ")[1]);
  process.kill(pid, "SIGSTOP");
  gate.open();
  const first = Number(runs.all()[0]?.split(" ")[0]);
  await calls[1 - first];
  process.kill(pid, "SIGCONT");
  assert.deepEqual(await Promise.all(calls), mp.range(20));
  assert.equal(runs.all().length, 20);
});

test("Stop ends what is under way, and the machines stay", async (t) => {
  const pool = makeCluster(t);
  await pool.scale(2);
  const runs = new Runs(t);
  const calls = mp.range(8).map((x) =>
    pool.applyAsync(
      (id: number) => {
        note(runs.file, id);
        for (;;);
      },
      [x],
    ),
  );
  await untilRuns(runs, 2);
  pressStop();
  for (const call of calls) assert.equal((await errorOf(call)).name, "Interrupted");
  assert.deepEqual(await pool.map((x) => x + 1, [1, 2, 3]), [2, 3, 4]);
  assert.equal(pool.machines.length, 2);
  assert.equal(runs.all().length, 2);
});

test("Stop ends what a lost machine had begun also while nobody knows yet how that ended: it is not run again", async (t) => {
  const gate = new Gate(t);
  type Exits = { exitCodeOf: (name: string) => Promise<number | null> };
  const launcher = mp.local(1) as mp.Launcher & { open: (...args: unknown[]) => Exits };
  const open = launcher.open.bind(launcher);
  let wasAsked = false;
  const late = {
    ...launcher,
    open: (...args: unknown[]): Exits => {
      const launch = open(...args);
      const exitCodeOf = launch.exitCodeOf.bind(launch);
      launch.exitCodeOf = async (name) => {
        wasAsked = true;
        await pass(gate.file);
        return exitCodeOf(name);
      };
      return launch;
    },
  };
  const pool = makeCluster(t, late, { retries: 1 });
  await pool.ready;
  const runs = new Runs(t);
  const call = pool.apply(
    (file: string) => {
      note(file, process.pid);
      return new Promise(() => undefined);
    },
    [runs.file],
  );
  const stopped = errorOf(call);
  await untilRuns(runs, 1);
  process.kill(Number(runs.all()[0]), "SIGKILL");
  await until(() => wasAsked);
  pressStop();
  gate.open();
  assert.equal((await stopped).name, "Interrupted");
  assert.equal(await pool.apply(() => 7), 7);
  assert.equal(runs.all().length, 1);
});

test("close lets what was accepted finish, terminate does not; after both no machine is left", async (t) => {
  const closed = makeCluster(t);
  const results = closed.map((x) => x * 2, mp.range(100), { chunkSize: 1 });
  closed.close();
  await closed.join();
  assert.deepEqual(
    await results,
    mp.range(100).map((x) => x * 2),
  );
  assert.deepEqual(closed.machines, []);
  assert.match((await errorOf(closed.apply(() => 1))).message, /the pool is closed/);
  const ended = makeCluster(t);
  const runs = new Runs(t);
  const endless = ended.map(
    () => {
      note(runs.file, process.pid);
      for (;;);
    },
    [1, 2],
    { chunkSize: 1 },
  );
  const failed = errorOf(endless);
  await untilRuns(runs, 1);
  await ended.terminate();
  assert.ok((await failed) instanceof mp.PoolClosedError);
  assert.deepEqual(runs.all().map(Number).filter(isRunning), []);
});

test("scale brings machines and lets them go, without losing a task", async (t) => {
  const pool = makeCluster(t, mp.local(1));
  await pool.ready;
  const runs = new Runs(t);
  const gate = new Gate(t);
  const calls = pool.mapAsync(
    async (x: number) => {
      note(runs.file, process.pid);
      await pass(gate.file);
      return x;
    },
    mp.range(30),
    { chunkSize: 1 },
  );
  await untilRuns(runs, 1);
  await pool.scale(3);
  // Those that came later get tasks that wait.
  await untilRuns(runs, 3);
  assert.equal(new Set(runs.all()).size, 3);
  const smaller = pool.scale(1);
  gate.open();
  assert.deepEqual(await calls, mp.range(30));
  await smaller;
  assert.equal(pool.machines.length, 1);
  assert.equal(runs.all().length, 30);
  await assert.rejects(pool.scale(0), /scale: machines must be a positive integer/);
});

test("a task that goes on elsewhere has its items as they were at the call", async (t) => {
  const pool = makeCluster(t, mp.local(1), { retries: 1 });
  await pool.ready;
  const runs = new Runs(t);
  const gate = new Gate(t);
  const items = mp.range(3).map((value) => ({ value, latch: gate.file, file: runs.file }));
  const calls = pool.map(
    async ({ value, latch, file }: (typeof items)[0]) => {
      note(file, `${value} ${process.pid}`);
      await pass(latch);
      return value;
    },
    items,
    { chunkSize: 1 },
  );
  for (const item of items) item.value = 99;
  await untilRuns(runs, 1);
  // One that had waited moves to the new machine; what the lost one had begun is run again.
  await pool.scale(2);
  await untilRuns(runs, 2);
  const [first = ""] = runs.all();
  process.kill(Number(first.split(" ")[1]), "SIGKILL");
  gate.open();
  assert.deepEqual(await calls, [0, 1, 2]);
});

test("machines that cannot start are told of, with what was asked and answered; a later call tries again", async (t) => {
  const pool = makeCluster(t, mp.ssh(["nobody.invalid"], { options: ["-o", "ConnectTimeout=5"] }), { timeout: 20_000 });
  const error = await errorOf(pool.apply(() => 1));
  assert.ok(error instanceof mp.WorkerDiedError || error instanceof mp.TimeoutError);
  assert.match(error.message, /Asked: ssh .*nobody\.invalid.* Answered: nobody\.invalid: ./s);
  assert.match((await errorOf(pool.ready)).message, /Asked: ssh/);
});

test("calls do not wait longer for a machine than `timeout`", async (t) => {
  // A program that takes what it is told and never answers.
  const folder = temporaryFolder(t);
  const silent = spawn("true");
  await new Promise((resolve) => silent.once("exit", resolve));
  const path = process.env.PATH;
  t.after(() => (process.env.PATH = path));
  const { chmodSync, writeFileSync } = await import("node:fs");
  writeFileSync(join(folder, "ssh"), "#!/bin/sh\necho still looking >&2\nexec sleep 60\n");
  chmodSync(join(folder, "ssh"), 0o755);
  process.env.PATH = `${folder}:${path}`;
  const pool = makeCluster(t, mp.ssh(["lab-7"]), { timeout: 700 });
  const error = await errorOf(pool.map((x) => x, [1]));
  assert.ok(error instanceof mp.TimeoutError);
  assert.match(
    error.message,
    /^No machine came within 0\.7 s\. Asked: ssh .*lab-7.*Answered: lab-7: still looking\.$/s,
  );
});

test("an initializer that ends the machine does not start machines without end", async (t) => {
  const pool = makeCluster(t, mp.local(1), { initializer: () => process.kill(process.pid, "SIGKILL") });
  const error = await errorOf(pool.apply(() => 1));
  assert.ok(error instanceof mp.WorkerDiedError);
  assert.match(error.message, /^3 machines in a row ended before they were ready/);
});

test("a program that computes before its machines have come keeps them", async (t) => {
  const pool = makeCluster(t);
  const results = pool.map((x) => x * 2, [1, 2, 3]);
  // Longer than a machine may take to prove that it has the key.
  const until = Date.now() + 22_000;
  while (Date.now() < until);
  assert.deepEqual(await results, [2, 4, 6]);
});

test("Stop ends the wait for machines", async (t) => {
  const pool = makeCluster(t);
  const scaled = errorOf(pool.scale(3));
  pressStop();
  assert.equal((await scaled).name, "Interrupted");
  await pool.scale(3);
});
