import { inspect, isDeepStrictEqual } from "node:util";
import { describe } from "../base/errors";
import { isIterable } from "../base/items";
import { firstDifference } from "./firstDifference";
import { chooseLoops, DEFAULT_RUNS, timeCall, timeLoops } from "./timeLoops";
import type { TimeitOptions } from "./timeLoops";
import { TimeitResult } from "./timeit";

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

/** Whoever wants to know what goes on. Both are called between the runs, in no measured time. */
export interface Watcher {
  /** Begins to count the workers that have something to do; the returned function ends it and tells how many they were. */
  watchWork(): () => number;
  /** A step begins: "first call", "run 3 of 7". It may wait, and throw to end the comparison. */
  step(name: string, phase: string, share: number): Promise<void>;
}

/** One variant while it is measured. */
interface Lane {
  name: string;
  statement: () => unknown;
  loops: number;
  timings: number[];
  /** The rest of the first run, per loop, when n and r say that the first call belongs to it; else NaN. */
  rest: number;
  result: unknown;
  firstCall: number;
  workers: number;
}

class Measured implements Comparison {
  readonly timings: Record<string, TimeitResult>;
  readonly speedup: Record<string, number>;
  readonly results: Record<string, unknown>;
  readonly firstCall: Record<string, number>;
  readonly startUp: readonly string[];
  readonly workers: Record<string, number>;

  constructor(lanes: readonly Lane[], startUp: readonly Lane[]) {
    const timings = lanes.map((lane) => new TimeitResult(lane.loops, lane.timings));
    const record = <T>(of: (lane: Lane, index: number) => T) =>
      Object.fromEntries(lanes.map((lane, index) => [lane.name, of(lane, index)]));
    this.timings = record((_, index) => timings[index]);
    this.speedup = record((_, index) => (index === 0 ? 1 : timings[0].average / timings[index].average));
    this.results = record((lane) => lane.result);
    this.firstCall = record((lane) => lane.firstCall);
    this.startUp = startUp.map((lane) => lane.name);
    this.workers = record((lane) => lane.workers);
  }

  /** @internal */
  [inspect.custom](): string {
    const entries = Object.entries(this.speedup).map(([name, speedup]) => `${name} ${speedup.toPrecision(3)}`);
    return `Comparison { speed-up: ${entries.join(", ")} }`;
  }
}

/**
 * Times the variants in turn (A B A B), so that what slows the machine for a while slows them all alike.
 *
 * @param options `n` calls a run (left out: chosen for each variant as timeit does), `r` runs (7). With both given each
 *   variant is called exactly n * r times; otherwise its first call is made before the runs.
 *   `sameResult: false` allows different results.
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when a variant's result is not deeply equal to the
 *   baseline's, and whatever a variant or the watcher throws
 */
export async function measure(variants: Variants, options: MeasureOptions, watcher: Watcher): Promise<Comparison> {
  const lanes = checkVariants(variants);
  const { n, r } = options;
  const exact = n !== undefined && r !== undefined;
  const runs = r ?? DEFAULT_RUNS;
  for (const [index, lane] of lanes.entries()) {
    await watcher.step(lane.name, "first call", index / lanes.length / (runs + 1));
    await callFirst(lane, watcher);
    if (options.sameResult !== false) requireSameResult(lanes[0], lane);
    if (exact && n > 1) lane.rest = (await timeLoops(lane.statement, n - 1)) / (n - 1);
  }
  for (const lane of lanes) {
    if (n === undefined) await watcher.step(lane.name, "choosing the number of loops", 1 / (runs + 1));
    lane.loops = n ?? (await chooseLoops(lane.statement));
  }
  for (let run = exact ? 1 : 0; run < runs; run++) {
    for (const [index, lane] of lanes.entries()) {
      await watcher.step(lane.name, `run ${run + 1} of ${runs}`, (run + 1 + index / lanes.length) / (runs + 1));
      lane.timings.push((await timeLoops(lane.statement, lane.loops)) / lane.loops);
    }
  }
  const startUp = lanes.filter(startsUp);
  if (exact) addFirstRun(lanes, startUp);
  return new Measured(lanes, startUp);
}

async function callFirst(lane: Lane, watcher: Watcher): Promise<void> {
  const stop = watcher.watchWork();
  try {
    const { elapsed, value } = await timeCall(lane.statement);
    lane.firstCall = elapsed;
    lane.result = value;
  } finally {
    lane.workers = stop();
  }
}

/**
 * Whether the first call was more than the work, because workers started or code was compiled: it took longer than every
 * other by more than these differ among themselves. Against a single other time only a clear difference counts.
 */
function startsUp({ firstCall, rest, timings }: Lane): boolean {
  const others = Number.isNaN(rest) ? timings : [rest, ...timings];
  const longest = others.reduce((most, time) => Math.max(most, time), 0);
  const shortest = others.reduce((least, time) => Math.min(least, time), Infinity);
  if (longest === 0) return false;
  const noise = others.length === 1 ? longest / 2 : Math.max(longest - shortest, longest / 20);
  return firstCall - longest > Math.max(noise, SHORTEST_START_UP_MS);
}
/** A worker does not start sooner, and chance alone makes a first call of microseconds the longest often enough. */
const SHORTEST_START_UP_MS = 5;

/**
 * The first call belongs to the first run when n and r are given. A start-up stays out of the mean: what is left of that run
 * stands for it, or, when nothing is left, nobody's first run counts, so that the runs stay side by side.
 */
function addFirstRun(lanes: readonly Lane[], startUp: readonly Lane[]): void {
  const { loops } = lanes[0];
  if (startUp.length > 0 && loops === 1) return;
  for (const lane of lanes) {
    lane.timings.unshift(
      loops === 1
        ? lane.firstCall
        : startUp.includes(lane)
          ? lane.rest
          : (lane.firstCall + lane.rest * (loops - 1)) / loops,
    );
  }
}

function checkVariants(variants: unknown): Lane[] {
  if (typeof variants !== "object" || variants === null || isIterable(variants)) {
    throw new TypeError(
      `compare expects an object of functions, e.g. compare({ serial, parallel }), but ${describe(variants)} came.`,
    );
  }
  const lanes = Object.entries(variants).map(([name, statement]) => {
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
    return { name, statement, loops: 1, timings: [], rest: NaN, result: undefined, firstCall: 0, workers: 0 };
  });
  if (lanes.length === 0)
    throw new TypeError(
      "compare expects at least one variant, e.g. compare({ serial, parallel }), but the object is empty.",
    );
  return lanes;
}

function requireSameResult(baseline: Lane, lane: Lane): void {
  if (lane === baseline || isDeepStrictEqual(baseline.result, lane.result)) return;
  throw new Error(
    `The variants "${baseline.name}" and "${lane.name}" returned different results: ${firstDifference(baseline.result, lane.result)}. ` +
      "Mend the one that is wrong, or pass { sameResult: false } if they need not agree.",
  );
}
