import { inspect, isDeepStrictEqual } from "node:util";
import { describe } from "../ground/errors";
import { firstDifference } from "./difference";
import { checkLoopOptions, chooseLoops, DEFAULT_RUNS, timeCall, timeLoops } from "./loops";
import { TimeitResult } from "./timeit";

/** The same work written in several ways: name and function, the first being the baseline. */
export type Variants = Record<string, () => unknown>;

export interface MeasureOptions {
  n?: number;
  r?: number;
  sameResult?: boolean;
}

/** What compare measured; every record has one entry a variant, in their order. Times are in milliseconds. */
export interface Comparison {
  readonly timings: Record<string, TimeitResult>;
  /** Baseline average / variant average; the baseline's own is 1. */
  readonly speedup: Record<string, number>;
  /** What each variant returned, in its first call. */
  readonly results: Record<string, unknown>;
  /** Milliseconds of each variant's very first call, where workers start and code is compiled. In `timings` only when
   *  n and r are both given. */
  readonly firstCall: Record<string, number>;
}

class Measured implements Comparison {
  readonly timings: Record<string, TimeitResult>;
  readonly speedup: Record<string, number>;
  readonly results: Record<string, unknown>;
  readonly firstCall: Record<string, number>;

  constructor(lanes: Lane[]) {
    const timings = lanes.map((lane) => new TimeitResult(lane.loops, lane.timings));
    const record = <T>(of: (lane: Lane, index: number) => T) => Object.fromEntries(lanes.map((lane, index) => [lane.name, of(lane, index)]));
    this.timings = record((_, index) => timings[index]);
    this.speedup = record((_, index) => (index === 0 ? 1 : timings[0].average / timings[index].average));
    this.results = record((lane) => lane.result);
    this.firstCall = record((lane) => lane.firstCall);
  }

  /** @internal */
  [inspect.custom](): string {
    const entries = Object.entries(this.speedup).map(([name, speedup]) => `${name} ${speedup.toPrecision(3)}`);
    return `Comparison { speed-up: ${entries.join(", ")} }`;
  }
}

/** One variant while it is measured. */
interface Lane {
  name: string;
  statement: () => unknown;
  loops: number;
  timings: number[];
  result: unknown;
  firstCall: number;
}

/**
 * Times the variants in turn (A B A B), so that what slows the machine for a while slows them all alike.
 *
 * @param options `n` calls a run (left out: chosen for each variant as timeit does), `r` runs (7). With both given each
 *   variant is called exactly n * r times; otherwise its first call is made before the runs and is not in the timings.
 *   `sameResult: false` allows different results.
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when a variant's result is not deeply equal to the
 *   baseline's, and whatever a variant throws
 */
export async function measure(variants: Variants, options: MeasureOptions = {}): Promise<Comparison> {
  const lanes = checkVariants(variants);
  checkLoopOptions("compare", options);
  const { n, r } = options;
  const exact = n !== undefined && r !== undefined;
  for (const lane of lanes) {
    const { elapsed, value } = await timeCall(lane.statement);
    lane.firstCall = elapsed;
    lane.result = value;
    if (options.sameResult !== false) requireSameResult(lanes[0], lane);
    if (exact) lane.timings.push((elapsed + (n > 1 ? await timeLoops(lane.statement, n - 1) : 0)) / n);
  }
  for (const lane of lanes) lane.loops = n ?? (await chooseLoops(lane.statement));
  for (let run = exact ? 1 : 0; run < (r ?? DEFAULT_RUNS); run++) {
    for (const lane of lanes) lane.timings.push((await timeLoops(lane.statement, lane.loops)) / lane.loops);
  }
  return new Measured(lanes);
}

function checkVariants(variants: unknown): Lane[] {
  if (typeof variants !== "object" || variants === null || Array.isArray(variants)) {
    throw new TypeError(`compare expects an object of functions, e.g. compare({ serial, parallel }), but ${describe(variants)} came.`);
  }
  const lanes = Object.entries(variants).map(([name, statement]) => {
    if (typeof statement !== "function") {
      throw new TypeError(`compare expects a function for the variant "${name}", e.g. { ${name}: () => ... }, but ${describe(statement)} came.`);
    }
    return { name, statement, loops: 1, timings: [], result: undefined, firstCall: 0 };
  });
  if (lanes.length === 0) throw new TypeError("compare expects at least one variant, e.g. compare({ serial, parallel }), but the object is empty.");
  return lanes;
}

function requireSameResult(baseline: Lane, lane: Lane): void {
  if (lane === baseline || isDeepStrictEqual(baseline.result, lane.result)) return;
  throw new Error(
    `The variants "${baseline.name}" and "${lane.name}" returned different results: ${firstDifference(baseline.result, lane.result)}. ` +
      "Mend the one that is wrong, or pass { sameResult: false } if they need not agree.",
  );
}
