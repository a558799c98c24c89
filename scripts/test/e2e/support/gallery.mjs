// A notebook with every kind of picture that the library shows.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeNotebook } from "./files.mjs";

/** Each cell ends with one picture, or with bars; the first has none. */
export const GALLERY = {
  setup: `
import * as mp from "parallel-typescript";
process.env.PARALLEL_TYPESCRIPT_HISTORY = process.cwd() + "/history.jsonl";
const pool = new mp.Pool(2);
const burn = (count: number) => { let sum = 0; for (let i = 0; i < count; i++) sum += Math.sqrt(i); return sum; };
const tasks = mp.range(24).map((k) => 2e6 + k);
await pool.map(burn, tasks);
mp.range(1)`,
  compare: `
for (const r of [2, 2]) await mp.compare({ serial: () => tasks.map((count) => burn(count)), parallel: () => pool.map(burn, tasks) }, { n: 1, r, title: "24 tasks" });
await mp.compare({ serial: () => tasks.map((count) => burn(count)), parallel: () => pool.map(burn, tasks) }, { n: 1, r: 7, title: "24 tasks" });`,
  tiny: `
const tiny = await mp.compare({ serial: () => mp.range(255).map((x) => x ** 3), apply: async () => { const all: number[] = []; for (const x of mp.range(255)) all.push(await pool.apply((y: number) => y ** 3, [x])); return all; }, map: () => pool.map((x) => x ** 3, mp.range(255)) }, { n: 2, r: 5, title: "255 cubes" });`,
  many: `
await mp.compare({ default: () => pool.map(burn, tasks), "one item a chunk": () => pool.map(burn, tasks, { chunkSize: 1 }), "all in one chunk": () => pool.map(burn, tasks, { chunkSize: 24 }), "a very long name of a variant <b>": () => pool.map(burn, tasks, { chunkSize: 4 }), five: () => tasks.map((count) => burn(count)), six: () => tasks.map((count) => burn(count)) }, { n: 1, r: 3, title: "A title that is far too long for the width of the card, & so must be cut somewhere" });`,
  "first call": `
const hired = await mp.compare({ serial: () => tasks.map((count) => burn(count)), "own pool": (() => { let own: mp.Pool | undefined; return () => (own ??= new mp.Pool(2)).map(burn, tasks); })() }, { n: 1, r: 4, title: "start-up" });`,
  "even work": `
mp.timeline(pool);
await pool.map(burn, tasks, { chunkSize: 1 });
mp.timeline(pool, { title: "24 tasks, one a chunk" });`,
  "tiny tasks": `
await pool.map((x) => x ** 3, mp.range(2000), { chunkSize: 1 });
mp.timeline(pool, { title: "2,000 cubes, one a chunk" });`,
  "one long task": `
await pool.map(burn, [5e7, ...mp.range(15).map(() => 2e6)], { chunkSize: 2 });
mp.timeline(pool, { title: "one long task" });`,
  pauses: `
await pool.map(burn, tasks);
await new Promise((resolve) => setTimeout(resolve, 2000));
await pool.map(burn, tasks);
mp.timeline(pool, { title: "two calls" });`,
  "new pool": `
const fresh = new mp.Pool(2);
await fresh.map(burn, tasks);
mp.timeline(fresh, { title: "a pool that has just been made" });
await fresh.terminate();`,
  "64 workers": `
const wide = new mp.Pool(64);
await wide.map(burn, mp.range(640).map(() => 2e5), { chunkSize: 1 });
mp.timeline(wide, { title: "64 workers" });
await wide.terminate();`,
  bars: `
for await (const part of mp.progress([1, 2, 3], { label: "parts" })) await pool.map(burn, tasks, { chunkSize: 1, progress: true });
await pool.map((x) => { if (x > 20) throw new Error("no"); return x; }, mp.range(30), { chunkSize: 1, progress: true }).catch(() => 0);
for await (const x of pool.imap(burn, tasks, { progress: true })) if (x > 0) break;
for await (const part of mp.progress([5e8, 5e8], { label: "bytes", unit: "bytes" })) void part;`,
  history: `mp.history().length`,
  machines: `mp.machines(["machines.jsonl"], { title: "32 prime counts" }).length`,
  amdahl: `mp.amdahl({ 2: 1.86, 4: 3.2 })`,
  "no comparison": `mp.history({ clear: true });\nmp.history()`,
};

/** Writes the gallery into `folder`, and what it reads. */
export function writeGallery(folder) {
  writeNotebook(folder, "gallery", ...Object.values(GALLERY).map((source) => source.trim()));
  const machine = (name, cores, speedups) => ({
    date: "2026-11-01T10:00:00.000Z",
    title: "32 prime counts",
    key: "32 prime counts",
    machine: { name, cores, processor: "?", system: "linux x64", node: "24.1.0" },
    variants: [
      { name: "serial", code: "", loops: 1, timings: [800, 810], workers: 0 },
      ...Object.entries(speedups).map(([variant, speedup]) => ({
        name: variant,
        code: "",
        loops: 1,
        timings: [800 / speedup, 810 / speedup],
        workers: cores,
      })),
    ],
  });
  const machines = [
    machine("ada", 2, { map: 1.9, imap: 1.7 }),
    machine("grace", 8, { map: 6.1, imap: 4 }),
    machine("barbara's laptop with a long name", 4, { map: 2.1, imap: 2 }),
    machine("edith", 16, { map: 9.5, imap: 0.7 }),
  ];
  writeFileSync(join(folder, "machines.jsonl"), machines.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
}
