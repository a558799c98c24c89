/** A part of a record, as if it were all. */
import { addTo, noTotals, type PoolRecord } from "./recorder";

/** The same record with the tasks of the newest `count` calls only, as if nothing had been before. */
export function lastCalls(record: PoolRecord, count: number): PoolRecord {
  const calls = new Set(
    [...new Set(record.tasks.map(({ call }) => call))].sort((one, other) => other - one).slice(0, count),
  );
  const tasks = record.tasks.filter(({ call }) => calls.has(call));
  const since = tasks.reduce((first, { queued }) => Math.min(first, queued), record.until);
  const totals = noTotals(record.size);
  for (const task of tasks) addTo(totals[task.worker - 1], task);
  // The oldest of very many tasks may belong to these calls.
  const [oldest] = record.tasks;
  const dropped = oldest !== undefined && calls.has(oldest.call) ? record.dropped : 0;
  return { ...record, since, tasks, totals, dropped, starts: record.starts.filter(({ ready }) => ready > since) };
}
