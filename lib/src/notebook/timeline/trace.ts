import { writeFile } from "node:fs/promises";
import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { Pool } from "../../pool/pool";
import { readRecord, type PoolRecord } from "../../pool/record/recorder";
import { nameOfTask } from "./boxes";
import { lanesOf } from "./lanes";

/** What the last timeline of a pool showed. */
const shown = new WeakMap<Pool, PoolRecord>();

export function keepForTrace(pool: Pool, record: PoolRecord): PoolRecord {
  shown.set(pool, record);
  return record;
}

/**
 * Writes which worker ran which task and when into a file that Perfetto (ui.perfetto.dev) and Chrome's tracing (chrome://tracing) open: a lane a worker, with
 * starting, sending, computing and sending back. It has all that the pool did since the last `timeline`, or, when nothing has happened since, what that timeline showed.
 * Nothing is forgotten by it.
 *
 * @param pool a pool, open or closed
 * @param path of the file, which is replaced
 * @throws (rejects) TypeError for something that is no pool or no path, and the system's error when the file cannot be written
 *
 * @example
 * await pool.map(countPrimes, limits);
 * await mp.trace(pool, "primes.json");
 */
export async function trace(pool: Pool, path: string): Promise<void> {
  needNode("trace");
  if (!(pool instanceof Pool))
    throw new TypeError(`trace expects a pool and a file, e.g. trace(pool, "trace.json"), but ${describe(pool)} came.`);
  if (typeof path !== "string" || path === "")
    throw new TypeError(
      `trace expects the path of a file, e.g. trace(pool, "trace.json"), but ${describe(path)} came.`,
    );
  const now = readRecord(pool);
  await writeFile(path, traceOf(now.tasks.length === 0 ? (shown.get(pool) ?? now) : now));
}

/** A record in the Trace Event Format, one event a line. */
export function traceOf(record: PoolRecord): string {
  const pid = process.pid;
  const { lanes } = lanesOf(record, { asItWas: true });
  const named = (name: string, tid: number, args: object) => ({ name, ph: "M", pid, tid, args });
  const events = [
    named("process_name", 0, { name: `pool of ${record.size} workers` }),
    ...lanes.flatMap(({ worker }) => [
      named("thread_name", worker, { name: `worker ${worker}` }),
      named("thread_sort_index", worker, { sort_index: worker }),
    ]),
    ...lanes.flatMap(({ worker, stretches }) =>
      stretches.map(({ phase, from, to, task }) => {
        const of = task === undefined ? {} : { task: nameOfTask(task), call: task.call };
        const name = phase === "computing" && task !== undefined ? nameOfTask(task) : phase;
        const [ts, end] = [nanoseconds(from), nanoseconds(to)];
        return { name, cat: phase, ph: "X", ts: ts / 1e3, dur: (end - ts) / 1e3, pid, tid: worker, args: of };
      }),
    ),
  ];
  return `{"displayTimeUnit":"ms","traceEvents":[\n${events.map((event) => JSON.stringify(event)).join(",\n")}\n]}\n`;
}

/** Whole ones, so that rounding makes no two events overlap. */
function nanoseconds(milliseconds: number): number {
  return Math.round(milliseconds * 1e6);
}
