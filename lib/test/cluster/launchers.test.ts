/** Machines that ssh and Slurm start, for real: an sshd and a Slurm of the test's own, on loopback. Skipped where they are not installed. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { Runs, makeCluster, noServer, note, untilRuns } from "../helpers/cluster";
import { errorOf, isRunning, runScript, until } from "../helpers/pool";

const SCRIPTS = join(dirname(require.resolve("parallel-typescript")), "..", "..", "scripts", "test", "cluster");

/** Why a test is skipped; false when all of these programs are there. */
function without(...programs: string[]): string | false {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];
  const missing = programs.filter((program) => !folders.some((folder) => existsSync(join(folder, program))));
  return missing.length > 0 && `not installed: ${missing.join(", ")}`;
}

/** A folder without a space in its name, which Slurm's configuration may not have; `stop` comes before its end. */
function folderOf(t: TestContext, stop: (folder: string) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "cluster-"));
  t.after(() => {
    stop(folder);
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

test(
  "ssh: machines come, work, are replaced when they are lost, and leave",
  { skip: without("ssh", "sshd", "ssh-keygen") },
  async (t) => {
    const folder = folderOf(t, (it) => process.kill(Number(readFileSync(join(it, "sshd.pid"), "utf8")), "SIGTERM"));
    const port = String(20_000 + Math.floor(Math.random() * 20_000));
    execFileSync("bash", [join(SCRIPTS, "startSshd.sh"), folder, port]);
    const options = [
      "-p",
      port,
      "-i",
      join(folder, "id"),
      "-o",
      `UserKnownHostsFile=${join(folder, "known_hosts")}`,
      "-F",
      "none",
    ];
    const pool = makeCluster(t, mp.ssh(["127.0.0.1", "127.0.0.1"], { threads: 2, options }));
    await pool.scale(2);
    assert.deepEqual(pool.machines.map(({ name, workers }) => [name, workers]).sort(), [
      ["127.0.0.1", 2],
      ["127.0.0.1-2", 2],
    ]);
    const factor = 7;
    assert.deepEqual(
      await pool.map((x) => x * factor, mp.range(100), { chunkSize: 1 }),
      mp.range(100).map((x) => x * factor),
    );
    const runs = new Runs(t);
    const calls = mp.range(20).map((x) =>
      pool.applyAsync(
        (id: number) => {
          note(runs.file, id);
          if (id === 3) process.kill(process.pid, "SIGKILL");
          return process.pid;
        },
        [x],
      ),
    );
    const lost = await Promise.all(
      calls.map((call) =>
        call.then(
          () => 0,
          (error: unknown) => Number(error instanceof mp.WorkerDiedError),
        ),
      ),
    );
    assert.ok(lost[3] === 1);
    assert.equal(runs.most(), 1);
    await pool.scale(2);
    const pids = new Set(await pool.map(() => process.pid, mp.range(20), { chunkSize: 1 }));
    await pool.terminate();
    await until(() => ![...pids].some(isRunning));
    const closed = makeCluster(
      t,
      mp.ssh(["127.0.0.1"], {
        options: ["-p", port, "-i", "/none", "-F", "none", "-o", `UserKnownHostsFile=${join(folder, "known_hosts")}`],
      }),
    );
    assert.match(
      (await errorOf(closed.apply(() => 1))).message,
      /Asked: ssh .*Answered: 127\.0\.0\.1: .*Permission denied/s,
    );
    // Where one of two cannot come, nobody waits for both, and the other one works.
    const half = makeCluster(t, mp.ssh(["127.0.0.1", "nobody-here@127.0.0.1"], { options }));
    assert.match((await errorOf(half.scale(2))).message, /nobody-here@127\.0\.0\.1: .*Permission denied/s);
    assert.equal(await half.apply(() => 5), 5);
  },
);

const slurmIsThere =
  without("slurmctld", "slurmd", "sbatch", "munged") ||
  noServer() ||
  (process.getuid?.() !== 0 && "a Slurm is started as root only");

test(
  "Slurm: an array job's machines come, work, and leave the queue; one that is cancelled is lost",
  { skip: slurmIsThere },
  async (t) => {
    const folder = folderOf(t, (it) => spawnSync("bash", [join(SCRIPTS, "stopSlurm.sh"), it]));
    execFileSync("bash", [join(SCRIPTS, "startSlurm.sh"), folder, "3"], { stdio: "ignore" });
    process.env.SLURM_CONF = join(folder, "slurm.conf");
    const queue = (format: string): string[] =>
      execFileSync("squeue", ["-h", "-r", "-o", format, "-t", "PENDING,RUNNING"], { encoding: "utf8" })
        .trim()
        .split("\n")
        .filter((line) => line !== "");
    const prologue = ["export FROM_PROLOGUE='a module'"];
    const pool = makeCluster(t, mp.slurm({ jobs: 3, time: "00:05:00", prologue }), { timeout: 60_000 });
    assert.equal(await pool.apply(() => process.env.FROM_PROLOGUE), "a module");
    await pool.scale(3);
    assert.deepEqual(pool.machines.map(({ name }) => name).sort(), ["slurm-1", "slurm-2", "slurm-3"]);
    assert.deepEqual(
      await pool.map((x) => x ** 2, mp.range(60), { chunkSize: 1 }),
      mp.range(60).map((x) => x ** 2),
    );
    const runs = new Runs(t);
    const calls = mp.range(12).map((x) =>
      pool.applyAsync(
        async (id: number) => {
          note(runs.file, `${id} ${process.env.SLURM_ARRAY_TASK_ID}`);
          await new Promise((resolve) => setTimeout(resolve, 300));
          return id;
        },
        [x],
      ),
    );
    await untilRuns(runs, 3);
    const [, second = ""] = runs.all();
    const [lost, task] = second.split(" ");
    const [job = ""] = queue("%F");
    execFileSync("scancel", [`${job}_${task}`]);
    const error = await errorOf(calls[Number(lost)]);
    assert.ok(error instanceof mp.WorkerDiedError);
    for (const [x, call] of calls.entries()) if (x !== Number(lost)) assert.equal(await call, x);
    assert.equal(new Set(runs.all().map((run) => run.split(" ")[0])).size, runs.all().length);
    pool.close();
    await pool.join();
    await until(() => queue("%i").length === 0);
    assert.deepEqual(
      readdirSync(join(homedir(), ".parallel-typescript")).filter((name) => name.startsWith(`${process.pid}-`)),
      [],
    );
    // What Slurm does not take, and what it takes and does not start.
    const refused = makeCluster(t, mp.slurm({ jobs: 1, partition: "none" }));
    assert.match(
      (await errorOf(refused.apply(() => 1))).message,
      /Slurm did not take the job\. Asked: sbatch .*--partition=none.*invalid partition/s,
    );
    const waiting = makeCluster(t, mp.slurm({ jobs: 1, extra: ["--begin=now+1hour"] }), { timeout: 2000 });
    assert.match(
      (await errorOf(waiting.apply(() => 1))).message,
      /^No machine came within 2 s\. Asked: sbatch .* PENDING .*BeginTime/s,
    );
    const ends = makeCluster(t, mp.slurm({ jobs: 1, prologue: ["echo no such module; exit 3"] }), { timeout: 60_000 });
    assert.match(
      (await errorOf(ends.apply(() => 1))).message,
      /The machines ended before they had come\..*The workers said: no such module/s,
    );
    for (const it of [refused, waiting, ends]) await it.terminate();
    // A killed program's folder has the key of its machines.
    const { signal, stdout } = await runScript(
      t,
      `const pool = new mp.ClusterPool(mp.slurm({ jobs: 1, extra: ["--begin=now+1hour"] }));
      const { existsSync, readdirSync } = require("node:fs");
      const { join } = require("node:path");
      const folders = join(require("node:os").homedir(), ".parallel-typescript");
      pool.apply(() => 1).catch(() => {});
      setInterval(() => {
        const [own] = existsSync(folders) ? readdirSync(folders).filter((name) => name.startsWith(process.pid + "-")) : [];
        if (own === undefined || !existsSync(join(folders, own, "worker.json"))) return;
        require("node:fs").writeSync(1, join(folders, own));
        process.kill(process.pid, "SIGKILL");
      }, 5);`,
    );
    assert.deepEqual([signal, existsSync(dirname(stdout))], ["SIGKILL", true], stdout);
    await until(() => !existsSync(stdout));
  },
);
