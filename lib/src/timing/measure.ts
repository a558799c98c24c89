import { inspect, isDeepStrictEqual } from "node:util";
import { describe } from "../base/errors";
import { isIterable } from "../base/items";
import { firstDifference } from "./firstDifference";
import { chooseLoops, DEFAULT_RUNS, timeLoops, timePerLoop } from "./timeLoops";
import type { TimeitOptions } from "./timeLoops";
import { TimeitResult } from "./timeit";

/** A worker does not start sooner, and chance alone makes a first call of microseconds the longest often enough. */
const SHORTEST_START_UP_MS = 5;

/** The same work written in several ways: name and function, the first being the baseline. */
export type Variants = Record<string, () => unknown>;

export interface MeasureOptions extends TimeitOptions {
  /** false: the variants need not return the same. */
  sameResult?: boolean | undefined;
}

/** What compare measured; every record has one entry a variant, in their order. Times are in milliseconds. */
export interface Comparison {
  readonly timings: Record<string, TimeitResult>;
  /** Baseline average / variant average; the baseline's own is 1. */
  readonly speedup: Record<string, number>;
  /** What each variant returned, in its first call. */
  readonly results: Record<string, unknown>;
  /** Milliseconds of each variant's very first call, where workers start and code is compiled. */
  readonly firstCall: Record<string, number>;
  /** The variants whose first call was a start-up: clearly longer than all that came after it. It is in no mean. */
  readonly startUp: readonly string[];
  /** How many workers each variant had in its first call: 0 when it ran without any. */
  readonly workers: Record<string, number>;
}

/** What measure calls between the runs, in no measured time. */
export interface MeasureHooks {
  /** Begins to count the workers that have something to do; the returned function ends it and tells how many they were. */
  readonly watchWork: () => () => number;
  /** A step begins: "first call", "run 3 of 7". It may wait, and throw to end the comparison. */
  readonly step: (name: string, phase: string, share: number) => Promise<void>;
}

/** One variant while it is measured. */
interface Measured {
  readonly name: string;
  readonly statement: () => unknown;
  loops: number;
  readonly timings: number[];
  /** The rest of the first run, per loop, when n and r say that the first call belongs to it. */
  rest?: number;
  result: unknown;
  firstCall: number;
  workers: number;
}
type MeasuredList = readonly [Measured, ...Measured[]];

/**
 * Times the variants in turn (A B A B), so that what slows the machine for a while slows them all alike.
 *
 * @param options `n` calls a run (left out: chosen for each variant as timeit does), `r` runs (7). With both given each
 *   variant is called exactly n * r times; otherwise its first call is made before the runs.
 *   `sameResult: false` allows different results.
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when a variant's result is not deeply equal to the
 *   baseline's, and whatever a variant or a hook throws
 */
export async function measure(variants: Variants, options: MeasureOptions, hooks: MeasureHooks): Promise<Comparison> {
  const measured = checkVariants(variants);
  const { n, r } = options;
  const exact = n !== undefined && r !== undefined;
  const runs = r ?? DEFAULT_RUNS;
  for (const [index, variant] of measured.entries()) {
    await hooks.step(variant.name, "first call", index / measured.length / (runs + 1));
    const countWorkers = hooks.watchWork();
    try {
      ({ elapsed: variant.firstCall, value: variant.result } = await timeLoops(variant.statement, 1));
    } finally {
      variant.workers = countWorkers();
    }
    if (options.sameResult !== false) requireSameResult(measured[0], variant);
    if (exact && n > 1) variant.rest = await timePerLoop(variant.statement, n - 1);
  }
  for (const variant of measured) {
    if (n === undefined) await hooks.step(variant.name, "choosing the number of loops", 1 / (runs + 1));
    variant.loops = n ?? (await chooseLoops(variant.statement));
  }
  for (let run = exact ? 1 : 0; run < runs; run++) {
    for (const [index, { name, statement, loops, timings }] of measured.entries()) {
      await hooks.step(name, `run ${run + 1} of ${runs}`, (run + 1 + index / measured.length) / (runs + 1));
      timings.push(await timePerLoop(statement, loops));
    }
  }
  const startUp = measured.filter(startsUp);
  // Where only one call makes a run, a start-up leaves nothing of it, so no first run counts: the runs stay side by side.
  if (exact && (n > 1 || startUp.length === 0)) {
    for (const { timings, firstCall, rest = 0, name } of measured)
      timings.unshift(startUp.some((other) => other.name === name) ? rest : (firstCall + rest * (n - 1)) / n);
  }
  return comparisonOf(measured, startUp);
}

function comparisonOf(measured: MeasuredList, startUp: readonly Measured[]): Comparison {
  const record = <T>(of: (variant: Measured) => T) =>
    Object.fromEntries(measured.map((variant) => [variant.name, of(variant)]));
  const average = ({ loops, timings }: Measured) => new TimeitResult(loops, timings).average;
  const speedup = record((variant) => (variant === measured[0] ? 1 : average(measured[0]) / average(variant)));
  const comparison: Comparison = {
    timings: record(({ loops, timings }) => new TimeitResult(loops, timings)),
    speedup,
    results: record(({ result }) => result),
    firstCall: record(({ firstCall }) => firstCall),
    startUp: startUp.map(({ name }) => name),
    workers: record(({ workers }) => workers),
  };
  // As the last expression of a cell it would print every timing and every result.
  const entries = Object.entries(speedup).map(([name, times]) => `${name} ${times.toPrecision(3)}`);
  return Object.defineProperty(comparison, inspect.custom, {
    value: () => `Comparison { speed-up: ${entries.join(", ")} }`,
  });
}

/**
 * Whether the first call was more than the work, because workers started or code was compiled: it took longer than every
 * other by more than these differ among themselves. Against a single other time only a clear difference counts.
 */
function startsUp({ firstCall, rest, timings }: Measured): boolean {
  const others = rest === undefined ? timings : [rest, ...timings];
  const longest = others.reduce((most, time) => Math.max(most, time), 0);
  const shortest = others.reduce((least, time) => Math.min(least, time), Infinity);
  if (longest === 0) return false;
  const noise = others.length === 1 ? longest / 2 : Math.max(longest - shortest, longest / 20);
  return firstCall - longest > Math.max(noise, SHORTEST_START_UP_MS);
}

function checkVariants(variants: unknown): MeasuredList {
  if (typeof variants !== "object" || variants === null || isIterable(variants)) {
    throw new TypeError(
      `compare expects an object of functions, e.g. compare({ serial, parallel }), but ${describe(variants)} came.`,
    );
  }
  const [baseline, ...others] = Object.entries(variants).map(([name, statement]: [string, unknown]): Measured => {
    if (String(Number(name) >>> 0) === name) {
      throw new TypeError(
        `compare cannot tell which variant comes first where one is called "${name}": JavaScript puts names that are whole numbers before all others. Call it by a word, e.g. { serial, "${name} workers": ... }.`,
      );
    }
    if (typeof statement !== "function") {
      throw new TypeError(
        `compare expects a function for the variant "${name}", e.g. { ${name}: () => ... }, but ${describe(statement)} came.`,
      );
    }
    const call = statement as () => unknown;
    return { name, statement: call, loops: 1, timings: [], result: undefined, firstCall: 0, workers: 0 };
  });
  if (baseline === undefined)
    throw new TypeError(
      "compare expects at least one variant, e.g. compare({ serial, parallel }), but the object is empty.",
    );
  return [baseline, ...others];
}

function requireSameResult(baseline: Measured, variant: Measured): void {
  if (variant === baseline || isDeepStrictEqual(baseline.result, variant.result)) return;
  throw new Error(
    `The variants "${baseline.name}" and "${variant.name}" returned different results: ${firstDifference(baseline.result, variant.result)}. ` +
      "Mend the one that is wrong, or pass { sameResult: false } if they need not agree.",
  );
}
