/** A kept comparison: what of it is kept, and how a line of text becomes one again. */
import type { Machine } from "./machine";
import { speedupOf, type Speedup } from "./speedup";
import { TimeitResult } from "./timeit";

/** One variant of a kept comparison. */
export interface KeptVariant {
  readonly name: string;
  /** The function, as it was written. */
  readonly code: string;
  readonly loops: number;
  /** Milliseconds per loop, one entry a run. */
  readonly timings: readonly number[];
  /** How many workers it had; 0 without any. */
  readonly workers: number;
}
/** A comparison as it is kept. */
export interface HistoryEntry {
  /** ISO 8601, UTC. */
  readonly date: string;
  readonly title?: string;
  /** The same for comparisons that are worth comparing. */
  readonly key: string;
  readonly machine: Machine;
  /** The baseline first. */
  readonly variants: readonly KeptVariant[];
}

/** The speed-up of each variant but the baseline. */
export function speedupsOf({ variants }: HistoryEntry): { name: string; speedup: Speedup; workers: number }[] {
  const [baseline, ...others] = variants.map(({ name, loops, timings, workers }) => ({
    name,
    workers,
    result: new TimeitResult(loops, [...timings]),
  }));
  return others.map(({ name, workers, result }) => ({ name, workers, speedup: speedupOf(baseline.result, result) }));
}

/** What people call a comparison: its title, or its variants. */
export function nameOf({ title, variants }: HistoryEntry): string {
  return title ?? variants.map(({ name }) => name).join(", ");
}

/** The comparison in a line of text; undefined when it holds none, whole. */
export function readEntry(line: string): HistoryEntry | undefined {
  let value: any;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const isVariant = (variant: any): boolean =>
    typeof variant?.name === "string" &&
    typeof variant.code === "string" &&
    Number.isInteger(variant.loops) &&
    Number.isInteger(variant.workers) &&
    Array.isArray(variant.timings) &&
    variant.timings.length > 0 &&
    variant.timings.every((time: unknown) => typeof time === "number" && time >= 0);
  const isMachine = (machine: any): boolean =>
    ["name", "processor", "system", "node"].every((field) => typeof machine?.[field] === "string") &&
    Number.isInteger(machine.cores);
  const whole =
    typeof value?.key === "string" &&
    typeof value.date === "string" &&
    !Number.isNaN(Date.parse(value.date)) &&
    (value.title === undefined || typeof value.title === "string") &&
    isMachine(value.machine) &&
    Array.isArray(value.variants) &&
    value.variants.length > 0 &&
    value.variants.every(isVariant) &&
    // One run of each belongs to one run of each other.
    value.variants.every((variant: any) => variant.timings.length === value.variants[0].timings.length);
  return whole ? (value as HistoryEntry) : undefined;
}
