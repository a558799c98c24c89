/** Times several variants in turns, until their verdicts are sure: what `mp.compare` and `mp.sweep` show. */
import { inspect, isDeepStrictEqual } from "node:util";
import * as os from "node:os";
import { describe } from "../base/errors";
import { isIterable } from "../base/items";
import { firstDifference } from "./firstDifference";
import { watchOtherPrograms } from "./processorUse";
import { runRounds, runUntilSure, warmUp, type Step, type Timed } from "./rounds";
import { chooseLoops, timeLoops, timePerLoop } from "./timeLoops";
import type { TimeitOptions } from "./timeLoops";
import { TimeitResult } from "./timeit";
import { verdictOf, type Verdict } from "./verdict";
import { warningsOf } from "./warnings";

/** Milliseconds that a comparison may take when nobody says otherwise. */
const BUDGET = 3_000;
/** A worker does not start sooner, and chance alone makes a first call of microseconds the longest often enough. */
const SHORTEST_START_UP_MS = 5;
/** Milliseconds of a call below which it may be one that does nothing. */
const NEARLY_NOTHING = 5e-5;

/** The same work written in several ways: name and function, the first being the baseline. */
export type Variants = Record<string, () => unknown>;

export interface MeasureOptions extends TimeitOptions {
  /** Milliseconds that the comparison may take when n and r are left out; 3,000 by default. */
  budget?: number | undefined;
  /** false: the variants need not return the same. */
  sameResult?: boolean | undefined;
}

/** What compare measured; every record has one entry a variant, in their order. Times are in milliseconds. */
export interface Comparison {
  readonly timings: Record<string, TimeitResult>;
  /** What may be said of each variant but the baseline. At most 5 % of comparisons of the same work with itself say faster or slower. */
  readonly verdicts: Record<string, Verdict>;
  /** Sentences on what may have spoilt the measurement; empty when nothing did. */
  readonly warnings: readonly string[];
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
  readonly step: Step;
}

/** One variant while it is measured. */
interface Measured extends Timed {
  firstCall: number;
  /** The rest of the first run, per loop, when n and r say that the first call belongs to it. */
  rest?: number;
  result: unknown;
  workers: number;
  /** Did workers go on after its promise had settled? */
  wentOn: boolean;
  isEmpty: boolean;
}
type MeasuredList = readonly [Measured, ...Measured[]];

/**
 * Times the variants in rounds, each variant once a round and in random order, so that what slows the machine for a while slows them all alike.
 *
 * @param options `n` calls a run and `r` rounds. With both given each variant is called exactly n * r times. Left out: as many rounds as it takes
 *   to be sure, within `budget` milliseconds (3,000), but three at the least. `sameResult: false` allows different results.
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when a variant's result is not deeply equal to the
 *   baseline's, and whatever a variant or a hook throws
 */
export async function measure(variants: Variants, options: MeasureOptions, hooks: MeasureHooks): Promise<Comparison> {
  const measured = checkVariants(variants);
  const { n, r, budget = BUDGET } = options;
  const sameResult = options.sameResult !== false;
  const start = performance.now();
  const otherPrograms = watchOtherPrograms();
  const exact = n !== undefined && r !== undefined;
  for (const variant of measured) {
    await callFirst(variant, hooks);
    if (sameResult) requireSameResult(measured[0], variant);
    if (exact && n > 1) variant.rest = await timePerLoop(variant.statement, n - 1);
  }
  for (const variant of measured) variant.loops = n ?? (r === undefined ? 1 : await chooseLoops(variant.statement));
  if (n === undefined && r === undefined) await warmUp(measured, budget, hooks.step);
  if (r === undefined) await runUntilSure(measured, budget, start, hooks.step);
  else await runRounds(measured, exact ? 2 : 1, r, hooks.step);
  const startUp = measured.filter(startsUp);
  if (exact) addFirstRun(measured, startUp, n);
  for (const variant of measured) variant.isEmpty = await takesNothing(variant);
  const warnings = warningsOf(
    measured.map((variant) => ({ ...variant, startsUp: startUp.includes(variant) })),
    { others: otherPrograms(), processors: os.cpus().length, sameResult, isCounted: r !== undefined },
  );
  return comparisonOf(measured, startUp, warnings);
}

async function callFirst(variant: Measured, hooks: MeasureHooks): Promise<void> {
  await hooks.step(variant.name, "first call", 0);
  const before = hooks.watchWork()();
  const countWorkers = hooks.watchWork();
  try {
    ({ elapsed: variant.firstCall, value: variant.result } = await timeLoops(variant.statement, 1));
  } finally {
    variant.workers = countWorkers();
  }
  await hooks.step(variant.name, "first call", 0);
  variant.wentOn = hooks.watchWork()() > before;
}

/** The first calls are the first round, or its beginning. */
function addFirstRun(measured: MeasuredList, startUp: readonly Measured[], n: number): void {
  // Where only one call makes a run, a start-up leaves nothing of it, so no first run counts: the runs stay side by side.
  if (n === 1 && startUp.length > 0 && measured[0].timings.length > 0) return;
  for (const variant of measured) {
    const { timings, firstCall, rest = 0 } = variant;
    timings.unshift(startUp.includes(variant) ? rest : (firstCall + rest * (n - 1)) / n);
  }
}

async function takesNothing({ timings, loops }: Measured): Promise<boolean> {
  const shortest = Math.min(...timings);
  if (shortest > NEARLY_NOTHING || loops < 1_000) return false;
  const empty = [];
  for (let run = 0; run < 5; run++) empty.push(await timePerLoop(() => undefined, loops));
  return shortest < 1.5 * Math.min(...empty);
}

function comparisonOf(measured: MeasuredList, startUp: readonly Measured[], warnings: readonly string[]): Comparison {
  const record = <T>(of: (variant: Measured) => T, variants: readonly Measured[] = measured) =>
    Object.fromEntries(variants.map((variant) => [variant.name, of(variant)]));
  const [baseline, ...others] = measured;
  const timings = record(({ loops, timings }) => new TimeitResult(loops, timings));
  const average = ({ name }: Measured) => (timings[name] as TimeitResult).average;
  const verdicts = record((variant) => verdictOf(baseline.timings, variant.timings), others);
  const comparison: Comparison = {
    timings,
    verdicts,
    warnings,
    speedup: record((variant) => (variant === baseline ? 1 : average(baseline) / average(variant))),
    results: record(({ result }) => result),
    firstCall: record(({ firstCall }) => firstCall),
    startUp: startUp.map(({ name }) => name),
    workers: record(({ workers }) => workers),
  };
  // As the last expression of a cell it would print every timing and every result.
  const entries = Object.entries(comparison.speedup).map(([name, times]) => `${name} ${times.toPrecision(3)}`);
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
    return {
      name,
      statement: call,
      loops: 1,
      timings: [],
      result: undefined,
      firstCall: 0,
      workers: 0,
      wentOn: false,
      isEmpty: false,
    };
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
