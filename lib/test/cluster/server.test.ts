/** Machines that meet their pool at a server of NATS, by the commands that a user types. */
import assert from "node:assert/strict";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import {
  Gate,
  Network,
  Runs,
  type StartedWorker,
  makeCluster,
  noServer,
  note,
  pass,
  runCli,
  startCluster,
  startWorker,
  untilRuns,
} from "../helpers/cluster";
import { temporaryFolder } from "../helpers/files";
import { errorOf, isRunning, runScript, until } from "../helpers/pool";

const skip = noServer();
const hasIPv6 = Object.values(networkInterfaces()).some((all) => all?.some(({ family }) => family === "IPv6"));

async function clusterOfTwo(t: TestContext, options?: mp.ClusterOptions) {
  const cluster = await startCluster(t);
  const workers = ["w1", "w2"].map((name) => startWorker(t, cluster.workerFile, { name }));
  const pool = makeCluster(t, mp.connect(cluster.file), options);
  await pool.scale(2);
  return { cluster, workers, pool };
}

/** Tasks of 20 ms, from that number on, that note that they run; each gives its number, and the machine that ran it. */
const slowWork = (pool: mp.ClusterPool, runs: Runs, from: number, tasks: number) =>
  pool.map(
    async (x: number): Promise<Ran> => {
      note(runs.file, x);
      await new Promise((resolve) => setTimeout(resolve, 20));
      return [x, mp.currentWorker?.machine];
    },
    mp.range(from, from + tasks),
    { chunkSize: 1 },
  );
type Ran = [task: number, machine: string | undefined];
const itemsOf = (ran: readonly Ran[]) => ran.map(([x]) => x);

test("only its owner may read a cluster file; others are refused, with the remedy", { skip }, async (t) => {
  const { file, workerFile } = await startCluster(t);
  for (const it of [file, workerFile]) assert.equal(statSync(it).mode & 0o777, 0o600);
  assert.equal(statSync(dirname(file)).mode & 0o777, 0o700);
  assert.ok(!readFileSync(workerFile, "utf8").includes("client"));
  const { chmodSync } = await import("node:fs");
  chmodSync(file, 0o644);
  assert.throws(() => new mp.ClusterPool(mp.connect(file)), /Others may read it.*chmod 600/);
  assert.throws(() => new mp.ClusterPool(mp.connect(workerFile)), /This cluster file is for workers only/);
  assert.throws(() => new mp.ClusterPool(mp.connect("/none.json")), /The cluster file \/none\.json cannot be used/);
});

test(
  "a pool on somebody else's workers: values, errors, prints, large constants and a machine that joins in the middle",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const pool = makeCluster(t, mp.connect(cluster.file));
    const results = pool.map((x) => x ** 2, mp.range(100), { chunkSize: 1 });
    startWorker(t, cluster.workerFile, { threads: 2 });
    assert.deepEqual(
      await results,
      mp.range(100).map((x) => x ** 2),
    );
    const large = new Uint8Array(30_000_000).fill(3);
    assert.deepEqual(await pool.map((at: number) => large[at], [1, 29_999_999], { chunkSize: 1 }), [3, 3]);
    assert.equal((await pool.apply(() => "y".repeat(20_000_000))).length, 20_000_000);
    assert.match((await errorOf(pool.apply(() => JSON.parse("{")))).message, /JSON/);
    assert.equal((await errorOf(pool.apply(() => process.exit(4)))).exitCode, 4);
    const gate = new Gate(t);
    const runs = new Runs(t);
    const waiting = pool.map(
      async (x: number) => {
        note(runs.file, x);
        await pass(gate.file);
        return process.pid;
      },
      mp.range(6),
      { chunkSize: 1 },
    );
    await untilRuns(runs, 2);
    startWorker(t, cluster.workerFile, { name: "late" });
    await untilRuns(runs, 3);
    gate.open();
    assert.equal(new Set(await waiting).size, 2);
    assert.equal(runs.most(), 1);
    assert.deepEqual(pool.machines.map(({ name }) => name).sort(), ["late", "w1"]);
  },
);

test("two pools on one cluster do not disturb each other, and workers stay when a pool ends", { skip }, async (t) => {
  const { cluster, pool } = await clusterOfTwo(t);
  const other = makeCluster(t, mp.connect(cluster.file));
  const [squares, cubes] = await Promise.all([
    pool.map((x) => x ** 2, mp.range(50), { chunkSize: 1 }),
    other.map((x) => x ** 3, mp.range(50), { chunkSize: 1 }),
  ]);
  assert.deepEqual([squares, cubes], [mp.range(50).map((x) => x ** 2), mp.range(50).map((x) => x ** 3)]);
  other.close();
  await other.join();
  assert.equal(await pool.apply(() => 5), 5);
  const third = makeCluster(t, mp.connect(cluster.file));
  assert.equal(await third.apply(() => 6), 6);
});

test(
  "a killed machine: what it had begun is lost, with its exit code; the others go on, and its worker starts another",
  { skip },
  async (t) => {
    const { pool } = await clusterOfTwo(t);
    const runs = new Runs(t);
    const calls = mp.range(20).map((x) =>
      pool.applyAsync(
        (id: number) => {
          note(runs.file, id);
          if (id === 5) process.kill(process.pid, "SIGKILL");
          return id;
        },
        [x],
      ),
    );
    let lost = 0;
    for (const [x, call] of calls.entries()) {
      try {
        assert.equal(await call, x);
      } catch (error) {
        assert.ok(error instanceof mp.WorkerDiedError);
        assert.equal(error.exitCode, -9);
        lost++;
      }
    }
    assert.equal(lost, 1);
    assert.deepEqual(runs.numbers(), mp.range(20));
    await pool.scale(2);
  },
);

test("a server that is killed, or halted for a while: nothing is lost, nothing runs twice", { skip }, async (t) => {
  const { cluster, pool } = await clusterOfTwo(t);
  const runs = new Runs(t);
  const killed = slowWork(pool, runs, 0, 100);
  await untilRuns(runs, 10);
  const server = cluster.server();
  process.kill(server, "SIGKILL");
  assert.deepEqual(itemsOf(await killed), mp.range(100));
  await until(() => ![0, server].includes(cluster.server()));
  const halted = slowWork(pool, runs, 100, 100);
  await untilRuns(runs, 110);
  process.kill(cluster.server(), "SIGSTOP");
  await new Promise((resolve) => setTimeout(resolve, 1500));
  process.kill(cluster.server(), "SIGCONT");
  assert.deepEqual(itemsOf(await halted), mp.range(100, 200));
  assert.deepEqual(runs.numbers(), mp.range(200));
  assert.equal(pool.machines.length, 2);
});

test(
  "a network that is gone for 30 s, silently or with broken connections: nothing is lost, nothing runs twice",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const [silent, broken] = [await Network.to(t, cluster.file), await Network.to(t, cluster.file)];
    const names = ["broken", "near", "silent"];
    startWorker(t, broken.fileFor(t, cluster.workerFile), { name: "broken" });
    startWorker(t, cluster.workerFile, { name: "near" });
    startWorker(t, silent.fileFor(t, cluster.workerFile), { name: "silent" });
    const files = [cluster.file, silent.fileFor(t, cluster.file), broken.fileFor(t, cluster.file)];
    const pools = files.map((file) => makeCluster(t, mp.connect(file)));
    await Promise.all(pools.map((pool) => pool.scale(3)));
    const runs = new Runs(t);
    const results = pools.map((pool, at) => slowWork(pool, runs, 200 * at, 200));
    await untilRuns(runs, 60);
    silent.set("silent");
    broken.set("down");
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    assert.ok(runs.all().length < 600);
    silent.set("up");
    broken.set("up");
    const found = await Promise.all(results);
    assert.deepEqual(itemsOf(found.flat()), mp.range(600));
    assert.deepEqual(runs.numbers(), mp.range(600));
    // Each machine is still there for each pool.
    for (const [at, pool] of pools.entries()) {
      const machines = (await slowWork(pool, runs, 1000 * (at + 1), 50)).map(([, machine]) => machine);
      assert.deepEqual([...new Set(machines)].sort(), names);
    }
  },
);

test(
  "the machines of a killed program leave, and its tasks with them; the workers stay for others",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const env = { PARALLEL_TYPESCRIPT_GONE_AFTER: "1500" };
    startWorker(t, cluster.workerFile, { env });
    const runs = new Runs(t);
    const { signal } = await runScript(
      t,
      `const pool = new mp.ClusterPool(mp.connect(${JSON.stringify(cluster.file)}));
    void pool.apply((file) => { require("node:fs").appendFileSync(file, process.pid + "\\n"); for (;;); }, [${JSON.stringify(runs.file)}]);
    setInterval(() => {
      if (require("node:fs").readFileSync(${JSON.stringify(runs.file)}, "utf8") !== "") process.kill(process.pid, "SIGKILL");
    }, 5);`,
    );
    assert.equal(signal, "SIGKILL");
    const [pid] = runs.all().map(Number);
    await until(() => !isRunning(pid));
    assert.equal(await makeCluster(t, mp.connect(cluster.file)).apply(() => 7), 7);
  },
);

test("a pool whose program computes without a pause keeps its machines", { skip }, async (t) => {
  const cluster = await startCluster(t);
  const env = { PARALLEL_TYPESCRIPT_GONE_AFTER: "1500" };
  startWorker(t, cluster.workerFile, { env });
  const pool = makeCluster(t, mp.connect(cluster.file));
  const pid = await pool.apply(() => process.pid);
  for (const end = Date.now() + 4000; Date.now() < end;);
  assert.equal(await pool.apply(() => process.pid), pid);
});

/** A worker of another installation of the library, with other packages beside it. */
function startWorkerElsewhere(
  t: TestContext,
  file: string,
  version?: string,
): { folder: string; worker: StartedWorker } {
  const folder = mkdtempSync(join(tmpdir(), "parallel typescript é "));
  const here = dirname(dirname(require.resolve("parallel-typescript")));
  const there = join(folder, "node_modules", "parallel-typescript");
  cpSync(join(here, "dist"), join(there, "dist"), { recursive: true });
  const description = JSON.parse(readFileSync(join(here, "package.json"), "utf8")) as { version: string };
  writeFileSync(
    join(there, "package.json"),
    JSON.stringify({ ...description, version: version ?? description.version }),
  );
  const packages = join(here, "..", "node_modules");
  mkdirSync(join(there, "node_modules"));
  for (const name of [
    "piscina",
    "acorn",
    "eslint-scope",
    "esrecurse",
    "estraverse",
    "seedrandom",
    "@nats-io",
    "systeminformation",
    "linkedom",
    "@observablehq",
  ])
    symlinkSync(join(packages, name), join(there, "node_modules", name));
  const worker = startWorker(t, file, { cli: join(there, "dist", "cluster", "cli.js"), cwd: folder });
  // Only now: at its end the worker writes there, as its library keeps V8's code for the next program.
  t.after(() => rmSync(folder, { recursive: true }));
  return { folder, worker };
}

test("a worker of another version of the library is refused, with both versions", { skip }, async (t) => {
  const cluster = await startCluster(t);
  const { worker } = startWorkerElsewhere(t, cluster.workerFile, "0.0.7");
  const pool = makeCluster(t, mp.connect(cluster.file), { timeout: 5000 });
  const error = await errorOf(pool.apply(() => 1));
  assert.ok(error instanceof mp.TimeoutError);
  const both =
    /w1 was refused: it has parallel-typescript 0\.0\.7 .*, and this program has \d+\.\d+\.\d+ .*Install the same version on both/;
  assert.match(error.message, both);
  await until(() => both.test(worker.said()));
});

test(
  "the library and npm packages go by their names; what a machine does not have is named before anything runs",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const { folder: there } = startWorkerElsewhere(t, cluster.workerFile);
    // The packages of this side are gone when the machine looks for them.
    const here = temporaryFolder(t);
    const write = (folder: string, name: string, code: string): string => {
      const file = join(folder, "node_modules", name, "index.js");
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, code);
      return file;
    };
    const code = "exports.double = (x) => 2 * x; exports.where = () => __filename;";
    const both = require(write(here, "both", code)) as { double(x: number): number; where(): string };
    const only = require(write(here, "only-here", code)) as typeof both;
    const own = join(here, "own.js");
    writeFileSync(own, code);
    const mine = require(own) as typeof both;
    const inMachine = write(there, "both", code);
    rmSync(join(here, "node_modules"), { recursive: true });
    rmSync(own);
    const pool = makeCluster(t, mp.connect(cluster.file));
    assert.deepEqual(await pool.map(both.double, [1, 2]), [2, 4]);
    assert.equal(await pool.apply(() => both.where()), inMachine);
    assert.deepEqual(await pool.apply(() => mp.range(3)), [0, 1, 2]);
    assert.equal(await pool.apply(() => mp.seededRandom(42).random()), mp.seededRandom(42).random());
    const runs = new Runs(t);
    const useMissing = pool.map(
      (x: number) => {
        note(runs.file, x);
        return only.double(x);
      },
      [1, 2],
    );
    assert.match(
      (await errorOf(useMissing)).message,
      /The package only-here .*is not there on the machine .*npm install only-here/,
    );
    assert.match(
      (await errorOf(pool.apply(() => mine.double(1)))).message,
      /The module .*own\.js is not there on the machine .*folder that all machines see/,
    );
    assert.deepEqual(runs.all(), []);
  },
);

test("`cluster status` tells of workers, pools and tasks", { skip }, async (t) => {
  const { cluster, pool } = await clusterOfTwo(t);
  const gate = new Gate(t);
  const runs = new Runs(t);
  const call = pool.apply(
    async (file: string, latch: string) => {
      note(file, 1);
      await pass(latch);
    },
    [runs.file, gate.file],
  );
  await untilRuns(runs, 1);
  const { execFileSync } = await import("node:child_process");
  const cli = join(dirname(require.resolve("parallel-typescript")), "cluster", "cli.js");
  const ask = (...more: string[]): string =>
    execFileSync(process.execPath, [cli, "cluster", "status", "--file", cluster.file, ...more], { encoding: "utf8" });
  let workers: { name: string; pools: number; busy: number }[] = [];
  // The counts come once a second.
  while (workers.reduce((sum, { busy }) => sum + busy, 0) !== 1)
    ({ workers } = JSON.parse(ask("--json")) as { workers: typeof workers });
  assert.deepEqual(
    workers.map(({ name, pools }) => [name, pools]),
    [
      ["w1", 1],
      ["w2", 1],
    ],
  );
  assert.match(ask(), /w1.*\n.*w2/);
  gate.open();
  await call;
});

test("a server that cannot be reached: each call says so at once, and goes there again", { skip }, async (t) => {
  const cluster = await startCluster(t);
  const network = await Network.to(t, cluster.file);
  network.set("down");
  const pool = makeCluster(t, mp.connect(network.fileFor(t, cluster.file)), { timeout: 30_000 });
  // Also one that comes later than the news.
  await new Promise((resolve) => setTimeout(resolve, 500));
  for (let call = 0; call < 2; call++)
    assert.match((await errorOf(pool.apply(() => 1))).message, /The server at nats:.* cannot be reached/);
  network.set("up");
  startWorker(t, cluster.workerFile);
  assert.equal(await pool.apply(() => 5), 5);
});

test(
  "another server in the place of the one that was there: what had begun is lost, nobody waits, and workers say why they leave",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const worker = startWorker(t, cluster.workerFile);
    const pool = makeCluster(t, mp.connect(cluster.file), { timeout: 30_000 });
    const runs = new Runs(t);
    const begun = errorOf(
      pool.apply(async () => {
        note(runs.file, 1);
        await new Promise((resolve) => setTimeout(resolve, 60_000));
      }),
    );
    await untilRuns(runs, 1);
    const next = pool.apply(() => 2);
    await cluster.end();
    const { url } = JSON.parse(readFileSync(cluster.file, "utf8")) as { url: string };
    await startCluster(t, new URL(url).host);
    const error = await begun;
    assert.ok(error instanceof mp.WorkerDiedError);
    assert.match(error.message, /does not let this program in/);
    assert.match((await errorOf(next)).message, /Authorization/);
    await until(() => worker.child.exitCode === 1);
    assert.match(
      worker.said(),
      /^The server at nats:\S+ does not let this program in: .*other keys\. .* Authorization Violation\n$/,
    );
  },
);

test("scale leaves other people's machines there, and does not wait for them to go", { skip }, async (t) => {
  const { pool } = await clusterOfTwo(t);
  await pool.scale(1);
  assert.equal(pool.machines.length, 2);
});

test(
  "a server writes only into a folder of its own, and listens on no other address than it is told",
  { skip },
  async (t) => {
    const folder = temporaryFolder(t);
    const names = ["nats.conf", "nats.log", "my.ports"];
    for (const name of names) writeFileSync(join(folder, name), "mine");
    const clusters = [await startCluster(t, "127.0.0.1", folder, "a"), await startCluster(t, "127.0.0.1", folder, "b")];
    for (const name of names) assert.equal(readFileSync(join(folder, name), "utf8"), "mine");
    for (const { file, workerFile } of clusters) {
      startWorker(t, workerFile);
      assert.equal(await makeCluster(t, mp.connect(file)).apply(() => 5), 5);
    }
    for (const listen of [":4222", "4222", "::1"]) {
      const { status, stderr } = runCli(["cluster", "start", "--file", join(folder, "c.json"), "--listen", listen]);
      assert.equal(status, 1);
      assert.match(stderr, /^The server listens on a host and port, such as/);
    }
  },
);

test(
  "a server that listens on all addresses is named by its host's name, by IPv6 as by IPv4",
  { skip: skip || (!hasIPv6 && "There is no IPv6 here.") },
  async (t) => {
    for (const listen of ["0.0.0.0", "[::]"]) {
      const { file } = await startCluster(t, listen);
      const { url } = JSON.parse(readFileSync(file, "utf8")) as { url: string };
      assert.equal(url.slice(0, url.lastIndexOf(":")), `nats://${hostname()}`);
    }
  },
);

test(
  "a worker and `cluster status` say which server cannot be reached, and what is no cluster file",
  { skip },
  async (t) => {
    const cluster = await startCluster(t);
    const file = join(temporaryFolder(t), "cluster.json");
    const read = JSON.parse(readFileSync(cluster.file, "utf8")) as object;
    const { url } = JSON.parse(readFileSync((await startCluster(t)).file, "utf8")) as { url: string };
    for (const [at, said] of [
      ["nats://127.0.0.1:1", /^The server at nats:\/\/127\.0\.0\.1:1 cannot be reached: connection refused\n$/],
      [url, /^The server at nats:\S+ does not let this program in: .*other keys\. .* Authorization Violation\n$/],
    ] as const) {
      writeFileSync(file, JSON.stringify({ ...read, url: at }), { mode: 0o600 });
      assert.match(runCli(["worker", "--cluster", file]).stderr, said);
      assert.match(runCli(["cluster", "status", "--file", file]).stderr, said);
    }
    writeFileSync(file, "null");
    assert.match(runCli(["worker", "--cluster", file]).stderr, /^The cluster file .* has no "url"/);
  },
);
