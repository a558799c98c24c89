import { inspect } from "node:util";
import { availableCpus } from "../../base/cpus";
import { describe } from "../../base/errors";
import { readOptions } from "../../base/options";
import { needNode } from "../../base/runtime";
import { serialShareOf } from "../../timing/serialShare";
import { intervalOfPairs } from "../../timing/interval";
import type { Comparison } from "../../timing/measure";
import type { TimeitResult } from "../../timing/timeit";
import { verdictInWords, verdictOf } from "../../timing/verdict";
import { COMPARE_OPTIONS, type CompareOptions } from "../compare/compare";
import { measureVisibly } from "../compare/liveStatus";
import { inNotebook, show, showSentences } from "../display";
import { aligned, percent } from "../draw/text";
import { drawSweep, type SweepPoint } from "./sweepChart";

/** What sweep may be told. */
export interface SweepOptions extends CompareOptions {
  /** What the values are: "workers", "chunk size"; "value" when left out. Over "workers", Amdahl's law is drawn beside the times. */
  label?: string | undefined;
}

/** What sweep measured: one entry of each list for each value. */
export interface Sweep<P> {
  readonly values: readonly P[];
  readonly timings: readonly TimeitResult[];
}

/**
 * Times a function over a parameter, in rounds as `compare` does: for each value the time of a typical round with its 95 % interval (Hodges and Lehmann),
 * as a chart. Over `label: "workers"` it also finds the share of the work that only one worker can do (Amdahl's law), and draws the law.
 *
 * @param variant is called with each of the values; a promise that it returns is awaited
 * @param values the values, at least one, each once
 * @param options those of `compare` and a `label`. The results need not be the same unless `sameResult: true` asks for it
 * @returns the values and the timings, in the order of the values
 * @throws (rejects) TypeError or RangeError for wrong arguments, and whatever the function throws
 *
 * @example
 * await mp.sweep((workers) => mp.withPool(workers, (pool) => pool.map(work, items)), [1, 2, 4], { label: "workers" });
 */
export async function sweep<P>(
  variant: (value: P) => unknown,
  values: readonly P[],
  options?: SweepOptions,
): Promise<Sweep<P>> {
  needNode("sweep");
  const {
    label = "value",
    title,
    ...how
  } = readOptions<SweepOptions>("sweep", options, {
    ...COMPARE_OPTIONS,
    label: checkLabel,
  });
  const variants = variantsOf(variant, values, label);
  const measured = await measureVisibly(variants, { sameResult: false, ...how }, title ?? `over ${label}`);
  const timings = Object.values(measured.timings);
  report(values, measured, label, title);
  // As the last expression of a cell it would print every timing.
  return Object.defineProperty({ values, timings }, inspect.custom, {
    value: () => `Sweep { ${label}: ${values.map((value) => inspect(value)).join(", ")} }`,
  });
}

function variantsOf(variant: (value: never) => unknown, values: unknown, label: string): Record<string, () => unknown> {
  const example = 'e.g. sweep((workers) => ..., [1, 2, 4], { label: "workers" })';
  if (typeof variant !== "function")
    throw new TypeError(`sweep expects a function of one value, ${example}, but ${describe(variant)} came.`);
  if (!Array.isArray(values) || values.length === 0)
    throw new TypeError(`sweep expects a list of at least one value, ${example}, but ${describe(values)} came.`);
  const variants = Object.fromEntries(
    (values as never[]).map((value) => [`${label} ${nameOf(value)}`, () => variant(value)] as const),
  );
  if (Object.keys(variants).length < values.length)
    throw new RangeError(`sweep expects each value once, ${example}, but ${inspect(values)} came.`);
  return variants;
}

function checkLabel(value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(
    `sweep expects its label to be a string, e.g. { label: "workers" }, but ${describe(value)} came.`,
  );
}

function nameOf(value: unknown): string {
  return typeof value === "string" ? value : inspect(value, { breakLength: Infinity });
}

function report(values: readonly unknown[], measured: Comparison, label: string, title: string | undefined): void {
  const points = Object.values(measured.timings).map(({ timings }, index): MeasuredPoint => {
    const typical = intervalOfPairs(timings.map(Math.log));
    const [time, low, high] = [typical.value, typical.low, typical.high].map(Math.exp) as [number, number, number];
    return { value: values[index], name: nameOf(values[index]), time, low, high, timings };
  });
  const serialShare = label === "workers" ? shareOf(points) : undefined;
  const sentences = [
    ...fastestInWords(measured),
    ...(serialShare === undefined
      ? []
      : [`By Amdahl's law ${percent(serialShare)} of the work can be done by one worker only.`]),
    ...measured.warnings.map((warning) => `Note: ${warning}`),
  ];
  const lines = aligned(Object.entries(measured.timings).map(([name, timed]) => [`${name}:`, String(timed)]));
  showSentences([...(title === undefined ? [] : [title]), ...lines], sentences);
  const conclusion = sentences[0] ?? lines.join(" ");
  if (!inNotebook()) return;
  show({
    mime: "image/svg+xml",
    get rich() {
      return drawSweep({ title: title ?? `Time over ${label}`, label, conclusion, points, serialShare });
    },
    text: [...lines, ...sentences].join("\n"),
  });
}

/** The value with the shortest mean against the first one; nothing when there is only one. */
function fastestInWords({ timings, verdicts, workers }: Comparison): string[] {
  const [first, ...others] = Object.keys(timings);
  const fastest = others.reduce<string | undefined>(
    (best, name) => ((timings[name]?.average ?? 0) < (timings[best ?? name]?.average ?? 0) ? name : (best ?? name)),
    undefined,
  );
  const verdict = fastest === undefined ? undefined : verdicts[fastest];
  if (first === undefined || fastest === undefined || verdict === undefined) return [];
  const means = { workers: workers[fastest] ?? 0, baselineWorkers: workers[first] ?? 0, cpus: availableCpus() };
  return [verdictInWords(fastest, first, verdict, means)];
}

interface MeasuredPoint extends SweepPoint {
  readonly timings: readonly number[];
}

/** The serial share by the times with one worker and with more; undefined where Amdahl's law does not apply, or nobody can tell what more workers do. */
function shareOf(points: readonly MeasuredPoint[]): number | undefined {
  const single = points.find(({ value }) => value === 1);
  const measured = points.flatMap(({ value, timings }) =>
    single !== undefined && typeof value === "number" && value > 1
      ? [{ workers: value, verdict: verdictOf(single.timings, timings) }]
      : [],
  );
  if (measured.length === 0 || measured.some(({ verdict }) => verdict.kind !== "faster" && verdict.kind !== "same"))
    return undefined;
  return serialShareOf(measured.map(({ workers, verdict }) => ({ workers, speedup: verdict.ratio })));
}
