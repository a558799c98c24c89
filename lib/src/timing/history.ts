/**
 * What this process has compared before, so that a rerun of a cell can say how it did last time. Kept in memory: it ends
 * with the kernel.
 */
import type { Speedup } from "./speedup";

const lastRuns = new Map<string, Record<string, Speedup>>();

/** Keeps the speed-ups of a comparison and returns those of the one before it under the same key, if there was one. */
export function exchangeLastRun(key: string, speedups: Record<string, Speedup>): Record<string, Speedup> | undefined {
  const before = lastRuns.get(key);
  lastRuns.set(key, speedups);
  return before;
}
