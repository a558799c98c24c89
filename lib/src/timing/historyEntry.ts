/** A kept comparison: what of it is kept, and how a line of text becomes one again. */
import { arch, cpus, hostname, platform } from "node:os";
import { availableCpus } from "../base/cpus";
import { verdictOf, type Verdict } from "./verdict";

/** What a timing depends on beside the code. */
export interface Machine {
  /** Its name in the network. */
  readonly name: string;
  readonly processor: string;
  /** How many workers can really run at once. */
  readonly cores: number;
  readonly system: string;
  /** Version of Node. */
  readonly node: string;
}

/** One variant of a kept comparison. */
export interface KeptVariant {
  readonly name: string;
  /** The function, as it was written. */
  readonly code: string;
  /** The functions that it calls, by name, with a fingerprint of the code of each; undefined where they could not be read. */
  readonly calls?: Readonly<Record<string, number>> | undefined;
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
  readonly title?: string | undefined;
  /** Comparisons with the same key measured the same thing, so that they can be laid over each other. */
  readonly key: string;
  readonly machine: Machine;
  /** The baseline first. */
  readonly variants: readonly KeptVariant[];
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  return {
    name: hostname(),
    // Some systems tell no model.
    processor: cpus()[0]?.model.trim() || "unknown",
    cores: availableCpus(),
    system: `${platform()} ${arch()}`,
    node: process.versions.node,
  };
}

/** The verdict on each variant but the baseline. */
export function verdictsOf({ variants: [baseline, ...others] }: HistoryEntry): { name: string; verdict: Verdict }[] {
  if (baseline === undefined) return [];
  return others.map(({ name, timings }) => ({ name, verdict: verdictOf(baseline.timings, timings) }));
}

/** Milliseconds per loop of the baseline and of a variant; empty lists for a variant that there is not. */
export function timesOf(
  { variants }: HistoryEntry,
  name: string,
): [baseline: readonly number[], variant: readonly number[]] {
  const variant = variants.find((other) => other.name === name);
  return variant === undefined ? [[], []] : [variants[0]?.timings ?? [], variant.timings];
}

/** What people call a comparison: its title, or its variants. */
export function nameOf({ title, variants }: HistoryEntry): string {
  return title ?? variants.map(({ name }) => name).join(", ");
}

/** The comparison in a line of text; undefined when it holds none, whole. */
export function readEntry(line: string): HistoryEntry | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return isEntry(value) && oneRunEach(value as HistoryEntry) ? (value as HistoryEntry) : undefined;
}

type Test = (value: unknown) => boolean;
const isString: Test = (value) => typeof value === "string";
const isTime: Test = (value) => typeof value === "number" && value >= 0;
const isList =
  (isItem: Test): Test =>
  (value) =>
    Array.isArray(value) && value.length > 0 && value.every(isItem);
const isObject =
  (fields: Record<string, Test>): Test =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(fields).every(([name, test]) => test((value as Record<string, unknown>)[name]));
const isEntry = isObject({
  date: (date) => typeof date === "string" && !Number.isNaN(Date.parse(date)),
  title: (title) => title === undefined || isString(title),
  key: isString,
  machine: isObject({ name: isString, processor: isString, cores: Number.isInteger, system: isString, node: isString }),
  variants: isList(
    isObject({
      name: isString,
      code: isString,
      calls: (calls) => calls === undefined || (typeof calls === "object" && calls !== null),
      loops: Number.isInteger,
      timings: isList(isTime),
      workers: Number.isInteger,
    }),
  ),
});

/** One run of each variant belongs to one run of each other. */
function oneRunEach({ variants }: HistoryEntry): boolean {
  return new Set(variants.map(({ timings }) => timings.length)).size === 1;
}
