// node scripts/bench/cluster.mjs [rounds]: what a ClusterPool costs beside a Pool of as many workers: on two machines of one worker each, the embedded ones and those that meet at a server of NATS
// (where nats-server is installed), and beside Dask and ipyparallel. All in turn, in one run; medians. Then how many machines that only wait are kept busy.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inRoot } from "../setup/checkout.mjs";
import { findPython } from "../setup/python.mjs";
import { Contestant } from "./contestant.mjs";
import { installPython } from "./pythonPackages.mjs";

const require = createRequire(import.meta.url);
const mp = require(inRoot("lib", "dist", "main.js"));
const { findServer } = require(inRoot("lib", "dist", "internal.js"));
const CLI = inRoot("lib", "dist", "cluster", "cli.js");

const large = new Uint8Array(100_000_000);
const wait = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const rows = {
  "200 tasks that wait 20 ms": (pool) =>
    pool.map(() => new Promise((resolve) => setTimeout(resolve, 20)), mp.range(200), { chunkSize: 1 }),
  "20,000 tiny items, default chunks": (pool) => pool.map((x) => x + 1, mp.range(20_000)),
  "20,000 tiny items, chunks of 100": (pool) => pool.map((x) => x + 1, mp.range(20_000), { chunkSize: 100 }),
  "a constant of 100 MB": (pool) => pool.map((x) => large[x], [1, 2], { chunkSize: 1 }),
  "one call": (pool) => pool.apply((x) => x + 1, [1]),
  "a million items through imap, chunks of 1,000": async (pool) => {
    let sum = 0;
    for await (const value of pool.imap((x) => x + 1, mp.range(1_000_000), { chunkSize: 1000 })) sum += value;
    return sum;
  },
};
/** So short that one is no measure. */
const REPEATED = { "one call": 50 };
/** What Dask and ipyparallel do of it, and how many items they send at a time; 0 stands for what they do by themselves. */
const PYTHON = { "20,000 tiny items, default chunks": 0, "20,000 tiny items, chunks of 100": 100 };

/** With three digits. */
const short = (value) => Number(value.toPrecision(3)).toLocaleString("en");
const median = (values) => values.sort((one, other) => one - other)[values.length >> 1];
const rounds = Number(process.argv[2] ?? 5);
const closers = [];

const pools = { "Pool(2)": new mp.Pool(2), embedded: new mp.ClusterPool(mp.local(2)) };
try {
  findServer(undefined);
  pools.NATS = new mp.ClusterPool(mp.connect(await startCluster(2)));
} catch (error) {
  console.log(`Without NATS: ${error.message}`);
}
for (const [name, pool] of Object.entries(pools)) await (name === "Pool(2)" ? pool.ready : pool.scale(2));

const { path: python, version } = findPython();
// Some of them are compiled for one version of Python.
const PYTHONPATH = await installPython(python, `cluster-python-${version.join(".")}`, [
  "distributed==2025.11.0",
  "ipyparallel==9.0.1",
  "ipykernel==6.31.0",
]);
const others = new Contestant("Python", "cluster.py", { python, env: { PYTHONPATH } });

const columns = [...Object.keys(pools), "Dask", "ipyparallel"];
console.log(`| what | ${columns.join(" | ")} |\n| --- |${" ---: |".repeat(columns.length)}`);
for (const [name, run] of Object.entries(rows)) {
  /** @type {Map<string, number[]>} */
  const times = new Map((name in PYTHON ? columns : Object.keys(pools)).map((column) => [column, []]));
  for (let round = 0; round < rounds + 1; round++) {
    for (const [who, list] of times) {
      const time = pools[who]
        ? await timeOf(() => run(pools[who]), REPEATED[name] ?? 1)
        : 1000 * (await others.ask({ who, size: PYTHON[name] })).seconds;
      // The first round is for the compiler.
      if (round > 0) list.push(time);
    }
  }
  const medians = [...times.values()].map(median);
  const cells = medians.map((time, at) => `${short(time)} ms${at === 0 ? "" : ` (${short(time / medians[0])})`}`);
  console.log(`| ${[name, ...cells, ...columns.slice(cells.length).map(() => "")].join(" | ")} |`);
}
await others.end();
for (const pool of Object.values(pools)) await pool.terminate();

console.log(
  "\n| machines of one worker, tasks that wait 50 ms | efficiency | the program's CPU for a task | memory of a machine |\n| ---: | ---: | ---: | ---: |",
);
for (const machines of [1, 2, 4, 8, 32, 100]) {
  const pool = new mp.ClusterPool(mp.local(machines));
  await pool.scale(machines);
  const tasks = machines * 40;
  const before = process.cpuUsage();
  const start = performance.now();
  const sizes = await pool.map(
    () => new Promise((resolve) => setTimeout(() => resolve(process.memoryUsage.rss()), 50)),
    mp.range(tasks),
    { chunkSize: 1 },
  );
  const time = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / tasks / 1000;
  console.log(
    `| ${machines} | ${((40 * 50) / time).toFixed(2)} | ${cpu.toFixed(2)} ms | ${Math.round(median(sizes) / 2 ** 20)} MB |`,
  );
  await pool.terminate();
}
for (const close of closers) close();

/** Milliseconds of one of `count`, one after the other. */
async function timeOf(work, count) {
  const start = performance.now();
  for (let at = 0; at < count; at++) await work();
  return (performance.now() - start) / count;
}

/** A server and workers of one thread each; the file that leads to them. */
async function startCluster(workers) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(folder, "cluster.json");
  const server = spawn(process.execPath, [CLI, "cluster", "start", "--file", file], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await /** @type {Promise<void>} */ (
    new Promise((resolve) => server.stdout.on("data", (text) => String(text).includes("Workers:") && resolve()))
  );
  const args = ["worker", "--cluster", file.replace(".json", ".worker.json"), "--threads", "1"];
  const children = mp.range(workers).map(() => spawn(process.execPath, [CLI, ...args], { stdio: "ignore" }));
  closers.push(() => {
    for (const child of [...children, server]) child.kill();
    rmSync(folder, { recursive: true });
  });
  await wait(0);
  return file;
}
