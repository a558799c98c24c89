// What it costs that pools record their tasks: 10,000 tasks of 1 ms with the record and without it, in turn.
//
//     node scripts/bench/recording.mjs [ROUNDS]
import { createRequire } from "node:module";
import { availableParallelism } from "node:os";

const require = createRequire(import.meta.url);
const mp = require("parallel-typescript");
const { Recorder } = require("../../lib/dist/internal.js");

const TASKS = 10_000;
const rounds = Number(process.argv[2] ?? 7);
const recording = { tasksSent: Recorder.prototype.tasksSent, taskDone: Recorder.prototype.taskDone };
const nothing = { tasksSent() {}, taskDone() {} };

/** A millisecond of computing. */
const task = () => {
  const end = performance.now() + 1;
  while (performance.now() < end);
};

async function time(pool, how) {
  Object.assign(Recorder.prototype, how);
  const start = performance.now();
  await pool.map(task, mp.range(TASKS), { chunkSize: 1 });
  return performance.now() - start;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const percent = (share) => `${(100 * share).toFixed(2)} %`;

await mp.withPool(Math.max(2, availableParallelism() - 1), async (pool) => {
  await time(pool, recording);
  const ratios = [];
  for (let round = 0; round < rounds; round++) {
    // Each goes first as often as the other.
    const order = round % 2 === 0 ? [recording, nothing] : [nothing, recording];
    const times = new Map();
    for (const how of order) times.set(how, await time(pool, how));
    const ratio = times.get(recording) / times.get(nothing);
    ratios.push(ratio);
    console.log(
      `round ${round + 1}: ${times.get(recording).toFixed(0)} ms with the record, ${times.get(nothing).toFixed(0)} ms without: ${percent(ratio - 1)}`,
    );
  }
  console.log(
    `${TASKS.toLocaleString("en-US")} tasks of 1 ms on ${pool.size} workers, median of ${rounds} rounds: recording costs ${percent(median(ratios) - 1)} (${percent(Math.min(...ratios) - 1)} to ${percent(Math.max(...ratios) - 1)})`,
  );
});

// The recorder alone, without the noise of workers.
Object.assign(Recorder.prototype, recording);
const alone = new Recorder(2);
const reply = { times: [1, 2, 3, 4], outcome: { list: [] } };
const calls = 1_000_000;
alone.workerStarted(1, 0);
globalThis.gc?.();
const before = process.memoryUsage().heapUsed;
const start = performance.now();
for (let call = 0; call < calls; call++) {
  alone.tasksSent(1);
  const task = { call: { id: call, fn: { payload: { name: "task" } } }, first: call, count: 1, packing: 0, queued: 0 };
  alone.taskDone(1, /** @type {any} */ (task), 0, /** @type {any} */ (reply), 5);
}
const each = (performance.now() - start) / calls;
globalThis.gc?.();
console.log(
  `The recorder itself: ${(each * 1000).toFixed(2)} μs a task, ${percent(each)} of a task of 1 ms; after ${calls.toLocaleString("en-US")} tasks it keeps ${((process.memoryUsage().heapUsed - before) / 1e6).toFixed(1)} MB${globalThis.gc ? "" : " (start node with --expose-gc for the exact figure)"}`,
);
