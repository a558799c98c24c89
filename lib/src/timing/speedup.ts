/** How much faster one variant is than another, and the words for it. */
import type { TimeitResult } from "./timeit";

/** Baseline time / variant time: of the averages, and the lowest and highest of the single runs (each against the
 *  baseline's run of the same round). Below 1 the variant is slower. */
export interface Speedup {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly runs: number;
}

type Timed = Pick<TimeitResult, "timings" | "average">;

/** The speed-up of `variant` over `baseline`, which were measured in turn and have equally many runs. */
export function speedupOf(baseline: Timed, variant: Timed): Speedup {
  const ratios = baseline.timings.map((timing, run) => timing / (variant.timings[run] ?? NaN));
  return {
    value: baseline.average / variant.average,
    low: ratios.reduce((low, ratio) => Math.min(low, ratio)),
    high: ratios.reduce((high, ratio) => Math.max(high, ratio)),
    runs: ratios.length,
  };
}

/** What a speed-up allows to be said: a clock that saw no time, or runs that contradict each other, allow no number. */
export type Finding = "faster" | "slower" | "even" | "unclear" | "unmeasurable";

/** Less than what a computer does beside makes a difference of this size in every run: to call it faster would say too much. */
const AS_FAST = 0.02;

export function findingOf({ value, low, high }: Speedup): Finding {
  if (![value, low, high].every((ratio) => Number.isFinite(ratio) && ratio > 0)) return "unmeasurable";
  if (low > 1 - AS_FAST && high < 1 + AS_FAST) return "even";
  if (low <= 1 && high >= 1 && low !== high) return "unclear";
  return value > 1 ? "faster" : "slower";
}

/** "1.9 times as fast", "40 times slower", ... without the spread. */
export function speedupInWords(speedup: Speedup): string {
  const finding = findingOf(speedup);
  if (finding === "faster") return `${digitsFor(speedup.value)(speedup.value)} times as fast`;
  if (finding === "slower") return `${digitsFor(1 / speedup.value)(1 / speedup.value)} times slower`;
  return finding === "even" ? "as fast" : finding === "unclear" ? "cannot tell" : "too fast to tell";
}

/** The workers of a variant and of the baseline, as compare saw them, and the processors that they can have. */
export interface WorkerCounts {
  readonly workers: number;
  readonly baselineWorkers: number;
  readonly cpus: number;
}

/**
 * The speed-up that sharing the work among the workers could give at best; undefined where that cannot be known: without
 * workers, or when the baseline has some too.
 */
export function idealOf({ workers, baselineWorkers, cpus }: WorkerCounts): number | undefined {
  const useful = Math.min(workers, cpus);
  return useful > 1 && baselineWorkers <= 1 ? useful : undefined;
}

/**
 * One sentence on a variant against the baseline, with the spread of the runs.
 *
 * @example
 * verdict("parallel", "serial", { value: 1.9, low: 1.8, high: 2, runs: 7 }, { workers: 2, baselineWorkers: 0, cpus: 2 });
 * // "parallel is 1.9 times as fast as serial (1.8 to 2.0 over 7 runs): 95 % of what 2 workers could give."
 */
export function verdict(name: string, baseline: string, speedup: Speedup, means: WorkerCounts): string {
  const { value, low, high, runs } = speedup;
  const spread = (from: number, to: number) => {
    if (runs === 1) return "(1 run: no telling how far it would vary)";
    const write = digitsFor(from);
    return write(from) === write(to) ? `(in all ${runs} runs)` : `(${write(from)} to ${write(to)} over ${runs} runs)`;
  };
  switch (findingOf(speedup)) {
    case "faster": {
      const write = digitsFor(low);
      return `${name} is ${write(value)} times as fast as ${baseline} ${spread(low, high)}${share(value, means)}.`;
    }
    case "slower": {
      const write = digitsFor(1 / high);
      return `${name} is ${write(1 / value)} times slower than ${baseline} ${spread(1 / high, 1 / low)}${price(means, "more than")}.`;
    }
    case "even":
      return `${name} is as fast as ${baseline}${runs === 1 ? ` ${spread(1, 1)}` : `, within 2 % in all ${runs} runs`}${price(means, "as much as")}.`;
    case "unclear":
      return `${name} is neither clearly faster nor clearly slower than ${baseline}: the ${runs} runs vary too much to tell. Give more runs (r) or longer ones (n).`;
    case "unmeasurable":
      return `${name} and ${baseline} cannot be told apart: a run was shorter than the clock can see. Give a larger n.`;
  }
}

function share(value: number, means: WorkerCounts): string {
  const ideal = idealOf(means);
  if (ideal === undefined) return "";
  const who = means.workers > means.cpus ? `${means.workers} workers on ${means.cpus} processors` : `${ideal} workers`;
  const percent = Math.round((100 * value) / ideal);
  // Beyond what chance explains, sharing the work is not the whole story.
  return percent <= 110
    ? `: ${percent} % of what ${who} could give`
    : `: more than ${who} alone could give, so it also does less work`;
}

function price({ workers, baselineWorkers }: WorkerCounts, how: "as much as" | "more than"): string {
  return workers > 0 && baselineWorkers === 0 ? `: handing the work over costs ${how} the workers save` : "";
}

/** How to write a number and its greater companions: 2 decimals near 1, none from 10 on. */
function digitsFor(smallest: number): (value: number) => string {
  const decimals = smallest < 1.1 ? 2 : smallest < 9.95 ? 1 : 0;
  return (value) => value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
