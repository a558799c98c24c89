/** What a trace holds. Apart from `trace.ts`, whose declarations users compile with: they must not need Node's types. */
import { counted } from "../../base/counted";
import type { PoolRecord } from "../../pool/record/recorder";
import { nameOfTask } from "./boxes";
import { lanesOf } from "./lanes";

/** What the last timeline of a pool showed. */
const shown = new WeakMap<object, PoolRecord>();

export function keepForTrace(pool: object, record: PoolRecord): PoolRecord {
  shown.set(pool, record);
  return record;
}

export function shownOf(pool: object): PoolRecord | undefined {
  return shown.get(pool);
}

/** A record in the Trace Event Format, one event a line. */
export function traceOf(record: PoolRecord): string {
  const pid = process.pid;
  const { lanes } = lanesOf(record, { asItWas: true });
  const named = (name: string, tid: number, args: object) => ({ name, ph: "M", pid, tid, args });
  const events = [
    named("process_name", 0, { name: `pool of ${counted(record.size, "worker")}` }),
    ...lanes.flatMap(({ worker, name }) => [
      named("thread_name", worker, { name }),
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
