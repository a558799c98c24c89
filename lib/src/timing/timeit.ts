import { inspect } from "node:util";
import { describe } from "../base/errors";
import { readOptions } from "../base/options";
import { formatTimeit } from "./formatTime";
import { chooseLoops, DEFAULT_RUNS, LOOPS, timePerLoop } from "./timeLoops";
import type { TimeitOptions } from "./timeLoops";

/**
 * What timeit measured, as IPython's `TimeitResult`; as the last expression of a cell it prints %timeit's line.
 *
 * @example
 * String(new TimeitResult(1, [37_900])); // "37.9 s ± 0 ns per loop (mean ± std. dev. of 1 run, 1 loop each)"
 */
export class TimeitResult {
  /** Calls in one run. */
  readonly loops: number;
  /** Number of runs. */
  readonly repeat: number;
  /** Milliseconds per loop, one entry a run. */
  readonly timings: number[];
  /** Mean of `timings`, in milliseconds. */
  readonly average: number;
  /** Standard deviation of `timings` in milliseconds: of the population, as IPython's, so 0 for one run. */
  readonly stdev: number;
  /** Milliseconds per loop of the fastest run. */
  readonly best: number;
  /** Milliseconds per loop of the slowest run. */
  readonly worst: number;

  constructor(loops: number, timings: number[]) {
    if (!Array.isArray(timings) || timings.length === 0 || !timings.every((timing) => typeof timing === "number")) {
      throw new TypeError(
        `TimeitResult expects the milliseconds of each run as a list of numbers, at least one, but ${describe(timings)} came.`,
      );
    }
    this.loops = loops;
    this.repeat = timings.length;
    this.timings = timings;
    this.average = exactSum(timings) / timings.length;
    this.stdev = Math.sqrt(exactSum(timings.map((timing) => (timing - this.average) ** 2)) / timings.length);
    this.best = timings.reduce((best, timing) => Math.min(best, timing));
    this.worst = timings.reduce((worst, timing) => Math.max(worst, timing));
  }

  /** IPython's line, to the letter. */
  toString(): string {
    return formatTimeit(this.average, this.stdev, this.repeat, this.loops);
  }

  /** @internal */
  [inspect.custom](): string {
    return this.toString();
  }
}

/**
 * Times a statement as IPython's %timeit does; a promise that it returns is awaited within the loop.
 *
 * @param statement a function without parameters
 * @param options `n` calls a run (left out: the first of 1, 10, 100, ... with which a run lasts at least 0.2 s) and
 *   `r` runs (7). With both given, the statement is called exactly n * r times.
 * @throws (rejects) TypeError for a statement that is no function, RangeError for an `n` or `r` that is no positive
 *   integer, and whatever the statement throws
 *
 * @example
 * await mp.timeit(() => numbers.map(cube), { n: 100, r: 7 });
 * // 1.52 μs ± 64.6 ns per loop (mean ± std. dev. of 7 runs, 100 loops each)
 */
export async function timeit(statement: () => unknown, options?: TimeitOptions): Promise<TimeitResult> {
  if (typeof statement !== "function") {
    throw new TypeError(`timeit expects a function, e.g. timeit(() => cube(3)), but ${describe(statement)} came.`);
  }
  const { n, r = DEFAULT_RUNS } = readOptions("timeit", options, LOOPS);
  const loops = n ?? (await chooseLoops(statement));
  const timings: number[] = [];
  for (let run = 0; run < r; run++) timings.push(await timePerLoop(statement, loops));
  return new TimeitResult(loops, timings);
}

/**
 * The sum of `values` without the rounding errors of adding in turn, as Python's `math.fsum`, which %timeit's mean and
 * deviation use; so seven equal times have a deviation of 0. Algorithm: Shewchuk, "Adaptive Precision Floating-Point
 * Arithmetic and Fast Robust Geometric Predicates" (1997).
 *
 * @example
 * exactSum([0.1, 0.2, 0.3]); // 0.6, where 0.1 + 0.2 + 0.3 is 0.6000000000000001
 */
export function exactSum(values: readonly number[]): number {
  const partials: number[] = [];
  for (const value of values) {
    let x = value;
    let kept = 0;
    for (const partial of partials) {
      const [large, small] = Math.abs(x) < Math.abs(partial) ? [partial, x] : [x, partial];
      x = large + small;
      const lost = small - (x - large);
      if (lost !== 0) partials[kept++] = lost;
    }
    partials.length = kept;
    partials.push(x);
  }
  return partials.reduceRight((total, partial) => total + partial, 0);
}
