// How fast countWords reads, against Python's code of the original lesson and against `cat`, in turns within one run.
//
//   node scripts/bench/reader.mjs FILE [--rounds 5] [--workers 2]
//
// The file should have been read before, so that all find it in memory. Python runs as python3 (python on Windows).
import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, table } from "./report.mjs";

const mp = createRequire(import.meta.url)("parallel-typescript");
const WORDS = ["dog", "cat", "boy", "girl"];

const { values: options, positionals: [path] } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: "string", default: "5" }, workers: { type: "string", default: "2" } },
});
if (path === undefined) throw new Error("Give the file to read: node scripts/bench/reader.mjs data/large_txt.bin");
const [rounds, workers] = [Number(options.rounds), Number(options.workers)];

function python(...args) {
  const script = fileURLToPath(new URL("reader.py", import.meta.url));
  return JSON.parse(execFileSync(process.platform === "win32" ? "python" : "python3", [script, ...args], { encoding: "utf8" }));
}

async function timed(work) {
  const processor = process.cpuUsage();
  const start = performance.now();
  const counts = Object.values(await work());
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(processor);
  return { seconds, processor: (user + system) / 1e6, counts };
}

/** SIMD is chosen by the environment, which a worker gets when it starts: so each kind has pools of its own. */
async function withSimd(setting, work) {
  process.env.PARALLEL_TYPESCRIPT_SIMD = setting;
  try {
    return await work();
  } finally {
    delete process.env.PARALLEL_TYPESCRIPT_SIMD;
  }
}

async function startedPool(size, setting) {
  return withSimd(setting, async () => {
    const pool = new mp.Pool(size);
    await pool.map(countRange, Array.from({ length: size * 4 }, () => ({ path, start: 0, end: Math.min(2 ** 20, statSync(path).size) })), { chunkSize: 1 });
    return pool;
  });
}

const countRange = (range) => mp.countWords(range, WORDS);

/** Each worker takes the next range when it is done with one; more ranges than workers even out what disturbs one of them. */
async function inParallel(pool) {
  const parts = await pool.map(countRange, mp.fileRanges(path, 4 * pool.size), { chunkSize: 1 });
  return WORDS.map((word) => parts.reduce((sum, counts) => sum + counts[word], 0));
}

const one = await startedPool(1, "on");
const simd = await startedPool(workers, "on");
const plain = await startedPool(workers, "off");
const ways = {
  "Python, serial": () => python("serial", path),
  "cat > /dev/null": () => python("cat", path),
  "countWords, plain JavaScript": () => withSimd("off", () => timed(() => mp.countWords(path, WORDS))),
  "countWords, SIMD": () => withSimd("on", () => timed(() => mp.countWords(path, WORDS))),
  [`Python, Pool(${workers})`]: () => python("parallel", path, String(workers)),
  "1 worker, SIMD": () => timed(() => inParallel(one)),
  [`${workers} workers, plain JavaScript`]: () => timed(() => inParallel(plain)),
  [`${workers} workers, SIMD`]: () => timed(() => inParallel(simd)),
};
if (process.platform === "win32") delete ways["cat > /dev/null"];

const { counts: exact } = python("exact", path);
for (const [name, way] of Object.entries(ways)) {
  if (/^(Python|cat)/.test(name)) continue; // the original's chunks cut words at their ends, so its counts are not exact
  const { counts } = await way();
  if (counts.join() !== exact.join()) throw new Error(`${name} found ${counts}, but Python without cuts ${exact}.`);
}

console.log(`${path}, ${(statSync(path).size / 2 ** 30).toFixed(2)} GiB; ${rounds} rounds; ${cpus().length} x ${cpus()[0].model}, Node ${process.versions.node}; ${new Date().toISOString()}`);
console.log(`dog, cat, boy, girl: ${exact}, the same for every way but the original's.`);
console.log(`Load before: ${loadavg()[0].toFixed(1)} (this run adds 1 or 2).`);
const runs = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
for (let round = 0; round < rounds; round++) {
  for (const [name, way] of Object.entries(ways)) runs[name].push(await way());
  console.log(`  round ${round + 1}, load ${loadavg()[0].toFixed(1)}: ${Object.values(runs).map((list) => list[round].seconds.toFixed(3)).join("  ")}`);
}
await Promise.all([one, simd, plain].map(async (pool) => { pool.close(); await pool.join(); }));

console.log(table(runs, { python: ["Python, serial", `Python, Pool(${workers})`], cat: "cat > /dev/null" }));
const efficiency = runs["1 worker, SIMD"].map(({ seconds }, round) => seconds / runs[`${workers} workers, SIMD`][round].seconds / workers);
console.log(`Efficiency of ${workers} workers, SIMD: ${median(efficiency).toFixed(2)}, from ${Math.min(...efficiency).toFixed(2)} to ${Math.max(...efficiency).toFixed(2)}.`);
