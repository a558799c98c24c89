// How long pictures take to draw: the first of a session, in a process of its own for each kind, and those after it.
//
//     node scripts/bench/pictures.mjs [ROUNDS]
//
// Only what the library does between the result and its display is timed; what is compared and what the pool does is not.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const library = JSON.stringify(require.resolve("parallel-typescript"));
const rounds = Number(process.argv[2] ?? 5);
const LATER = 20;

/** What is done before the clock starts, and the call that draws. */
const kinds = {
  comparison: { call: "compare" },
  "timeline, 100 tasks": { before: "await pool.map((x) => x ** 3, mp.range(100), { chunkSize: 1 })", call: "timeline" },
  "timeline, 10,000 tasks": {
    before: "await pool.map((x) => x ** 3, mp.range(10_000), { chunkSize: 1 })",
    call: "timeline",
  },
  "timeline, 64 workers": {
    workers: 64,
    before: "await pool.map((x) => x ** 3, mp.range(1280), { chunkSize: 1 })",
    call: "timeline",
  },
  "Amdahl's law": { call: "amdahl" },
  history: { call: "history" },
  machines: { call: "machines" },
};
const calls = {
  // A comparison times itself: what is left of it is the drawing, less some microseconds.
  compare: `await mp.compare({ a: () => 1, b: () => 1, c: () => 1 }, { n: 1, r: 7, title: "a comparison" })`,
  timeline: "mp.timeline(pool)",
  amdahl: "mp.amdahl({ 2: 1.9, 4: 3.1 })",
  history: "mp.history()",
  machines: "mp.machines([process.env.PARALLEL_TYPESCRIPT_HISTORY])",
};

const program = ({ before = "", call, workers = 2 }) => `
  globalThis.__tslab__ = { require: () => ({ display: { raw() {} }, newDisplay: () => ({ raw() {} }) }) };
  const mp = require(${library});
  (async () => {
    const pool = new mp.Pool(${workers});
    const times = [];
    for (let picture = 0; picture <= ${LATER}; picture++) {
      ${before};
      const start = performance.now();
      ${calls[call]};
      times.push(performance.now() - start);
    }
    console.error(JSON.stringify(times));
    await pool.terminate();
  })();`;

const folder = mkdtempSync(join(tmpdir(), "pictures-"));
const entry = (machine, cores, day) =>
  JSON.stringify({
    date: `2026-01-${day}T10:00:00.000Z`,
    title: "primes",
    key: "primes",
    machine: { name: machine, cores, processor: "p", system: "s", node: "24.1.0" },
    variants: [
      ["serial", 8],
      ["map", 8 / cores],
    ].map(([name, time]) => ({ name, code: "", loops: 1, timings: [time], workers: cores })),
  });
const kept = ["ada", "grace", "edith"].flatMap((machine, index) =>
  ["10", "11", "12", "13"].map((day) => entry(machine, 2 ** (index + 1), day)),
);
try {
  console.log(
    `the first picture, and the ${LATER} after it, in ms: median, and the longest of ${rounds} rounds; Node ${process.versions.node}`,
  );
  for (const [name, kind] of Object.entries(kinds)) {
    const history = join(folder, "history.jsonl");
    const runs = Array.from({ length: rounds }, () => {
      writeFileSync(history, `${kept.join("\n")}\n`);
      const { status, stderr } = spawnSync(process.execPath, ["-e", program(kind)], {
        encoding: "utf8",
        env: { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: history },
      });
      if (status !== 0) throw new Error(`${name}: ${stderr}`);
      return JSON.parse(stderr);
    });
    const [first, later] = [runs.map(([time]) => time), runs.flatMap(([, ...times]) => times)].map((times) =>
      times.sort((one, other) => one - other),
    );
    const figures = [first, later].map(
      (times) => `${times[Math.floor(times.length / 2)].toFixed(0).padStart(5)} ${times.at(-1).toFixed(0).padStart(5)}`,
    );
    console.log(`${name.padEnd(24)} ${figures.join("   ")}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
