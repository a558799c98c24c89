// Processes in their thousands: one after the other, then many at once. No zombie, no descriptor and no memory may stay behind.
//
//     node scripts/test/soakProcesses.mjs [--turns N] [--at-once N]
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import mp from "parallel-typescript";

const { values } = parseArgs({
  options: { turns: { type: "string", default: "10000" }, "at-once": { type: "string", default: "200" } },
});
const [turns, atOnce] = [Number(values.turns), Number(values["at-once"])];
/** What two measurements of one heap may differ by: bytes. */
const NOISE = 4_000_000;
/** Processes until everything that is kept for good has been loaded. */
const WARM_UP = 20;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

/** The states of this program's children by the system's list, such as "S" and, for zombies, "Z"; undefined where there is no such list. */
function children() {
  if (!existsSync("/proc/self/stat")) return undefined;
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const [, state, parent] = /\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1"));
        return Number(parent) === process.pid ? [state] : [];
      } catch (error) {
        if (["ENOENT", "ESRCH"].includes(error.code)) return []; // gone by now
        throw error;
      }
    });
}

async function level() {
  for (let i = 0; i < 3; i++) {
    await sleep(50);
    collectGarbage();
  }
  const states = children();
  const { heapUsed, rss } = process.memoryUsage();
  return {
    children: states?.length ?? 0,
    zombies: states?.filter((state) => state === "Z").length ?? 0,
    descriptors: states === undefined ? 0 : readdirSync("/proc/self/fd").length,
    heap: heapUsed,
    resident: rss,
  };
}

/** Runs n processes at once, and joins them; how many ended with another exit code than they should have. */
async function run(n) {
  const started = Array.from(
    { length: n },
    (_, i) => new mp.Process({ target: (code) => process.exit(code), args: [i % 7] }),
  );
  for (const child of started) child.start();
  await Promise.all(started.map((child) => child.join()));
  return started.filter((child, i) => child.exitCode !== i % 7).length;
}

const told = ({ heap, resident, ...counts }) =>
  [
    ...Object.entries(counts).map(([kind, n]) => `${kind} ${n}`),
    `heap ${(heap / 1e6).toFixed(1)} MB`,
    `resident ${(resident / 1e6).toFixed(1)} MB`,
  ].join("  ");

let wrong = 0;
const begin = performance.now();
const report = (what, found) =>
  console.log(`${what.padEnd(18)} ${((performance.now() - begin) / 1000).toFixed(0).padStart(5)} s  ${told(found)}`);

for (let i = 0; i < WARM_UP; i++) wrong += await run(1);
const before = await level();
report(`${WARM_UP} to warm up`, before);
let after = before;
for (let i = 1; i <= turns; i++) {
  wrong += await run(1);
  if (i % 1000 === 0 || i === turns) report(`${i} in turn`, (after = await level()));
}
wrong += await run(atOnce);
report(`${atOnce} at once`, (after = await level()));

const problems = ["children", "zombies", "descriptors"]
  .filter((kind) => after[kind] > before[kind])
  .map((kind) => `${kind}: ${after[kind]}, and ${before[kind]} before`);
if (after.heap > before.heap + NOISE)
  problems.push(`memory grew by ${((after.heap - before.heap) / 1e6).toFixed(1)} MB`);
if (wrong > 0) problems.push(`${wrong} processes ended with the wrong exit code`);
for (const problem of problems) console.log("PROBLEM", problem);
console.log(`${WARM_UP + turns + atOnce} processes: ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
