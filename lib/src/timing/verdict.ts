/** What may be said of the times of one variant against those of another, and the words for it. */
import { counted } from "../base/counted";
import { intervalOfPairs, intervalOfSamples } from "./interval";
import type { Confidence, Interval } from "./interval";

/** What may be said of a variant against the baseline. */
export interface Verdict {
  /** faster, slower: the whole interval lies beyond what counts as equal (3 %); same: within it; unclear: neither. */
  readonly kind: "faster" | "slower" | "same" | "unclear";
  /** Time of the baseline / time of the variant, and the ends of its 95 % interval. NaN where a run was shorter than the clock can see. */
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** Rounds it rests on. */
  readonly rounds: number;
}

/** Two times that differ by less count as equal: what else a computer does changes a time by as much. */
const EQUAL = Math.log(1.03);

/** The verdict on times that were measured in turn: the first of the one belongs to the first of the other. */
export function verdictOf(
  baseline: readonly number[],
  variant: readonly number[],
  confidence: Confidence = 0.95,
): Verdict {
  const interval = intervalOfPairs(logRatios(baseline, variant), confidence);
  return { kind: kindOf(interval), ...ratiosOf(interval), rounds: baseline.length };
}

/** The same of two ratios that were measured at different times: of `after`, how many times as much it is as `before`. */
export function changeOf(
  before: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): Verdict["kind"] {
  const [logsBefore, logsAfter] = [before, after].map(([baseline = [], variant = []]) => logRatios(baseline, variant));
  return kindOf(intervalOfSamples(logsBefore ?? [], logsAfter ?? []));
}

function logRatios(baseline: readonly number[], variant: readonly number[]): number[] {
  return baseline.map((time, round) => Math.log(time / (variant[round] ?? NaN)));
}

function ratiosOf({ value, low, high }: Interval): { ratio: number; low: number; high: number } {
  // The logarithm and its inverse lose the last digits: 1.6 would become 1.6000000000000003.
  const ratio = (log: number) => Number(Math.exp(log).toPrecision(12));
  return Number.isFinite(value)
    ? { ratio: ratio(value), low: ratio(low), high: ratio(high) }
    : { ratio: NaN, low: 0, high: Infinity };
}

function kindOf({ value, low, high }: Interval): Verdict["kind"] {
  if (!Number.isFinite(value)) return "unclear";
  if (low > EQUAL) return "faster";
  if (high < -EQUAL) return "slower";
  return low >= -EQUAL && high <= EQUAL ? "same" : "unclear";
}

/** "1.9 times as fast", "40 times slower", ... without the interval. */
export function verdictInBrief({ kind, ratio }: Verdict): string {
  switch (kind) {
    case "faster":
      return `${digitsFor(ratio)(ratio)} times as fast`;
    case "slower":
      return `${digitsFor(1 / ratio)(1 / ratio)} times slower`;
    case "same":
      return "the same";
    case "unclear":
      return "cannot tell";
  }
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
 * One sentence on a variant against the baseline, with the interval; what would make an unclear one clear comes after it.
 *
 * @example
 * verdictInWords("parallel", "serial", { kind: "faster", ratio: 1.9, low: 1.8, high: 2, rounds: 34 }, { workers: 2, baselineWorkers: 0, cpus: 2 });
 * // "parallel is 1.9 times as fast as serial (95 % sure: between 1.8 and 2.0; 34 rounds): 95 % of what 2 workers could give."
 */
export function verdictInWords(name: string, baseline: string, verdict: Verdict, means: WorkerCounts): string {
  const { kind, ratio, low, high, rounds } = verdict;
  switch (kind) {
    case "faster":
      return `${name} is ${digitsFor(low)(ratio)} times as fast as ${baseline} (${sureOf(low, high, rounds)})${share(verdict, means)}.`;
    case "slower":
      return `${name} is ${digitsFor(1 / high)(1 / ratio)} times slower than ${baseline} (${sureOf(1 / high, 1 / low, rounds)})${price(means, "more than")}.`;
    case "same":
      return `${name} takes the same time as ${baseline} (95 % sure: less than 3 % apart; ${roundsInWords(rounds)})${price(means, "as much as")}.`;
    case "unclear":
      return unclearInWords(name, baseline, verdict);
  }
}

function unclearInWords(name: string, baseline: string, { ratio, low, high, rounds }: Verdict): string {
  const sides = low > 1 ? "faster than" : high < 1 ? "slower than" : "faster or slower than";
  const cannotTell = `Cannot tell whether ${name} is ${sides} ${baseline}${low > 1 || high < 1 ? " or takes the same time" : ""}`;
  if (Number.isNaN(ratio)) return `${cannotTell}: a run was shorter than the clock can see. Give a larger n.`;
  if (rounds === 1) return `${cannotTell}: one round does not say how much the times vary.`;
  const range = `it may be anything from ${timesInWords(low)} to ${timesInWords(high)} (95 % sure; ${roundsInWords(rounds)})`;
  const advice = rounds < 6 ? "" : " Four times the budget or the rounds make this range half as wide.";
  return `${cannotTell}: ${range}.${advice}`;
}

/** "1.2 times slower", "1.3 times as fast", "as fast". */
function timesInWords(ratio: number): string {
  if (!Number.isFinite(ratio) || ratio === 0) return ratio === 0 ? "any times slower" : "any times as fast";
  const write = digitsFor(Math.max(ratio, 1 / ratio));
  if (write(ratio) === "1.00") return "as fast";
  return ratio < 1 ? `${write(1 / ratio)} times slower` : `${write(ratio)} times as fast`;
}

function sureOf(from: number, to: number, rounds: number): string {
  const write = digitsFor(from);
  const range = write(from) === write(to) ? write(from) : `between ${write(from)} and ${write(to)}`;
  return `95 % sure: ${range}; ${roundsInWords(rounds)}`;
}

function roundsInWords(rounds: number): string {
  return counted(rounds, "round");
}

function share({ ratio, low }: Verdict, means: WorkerCounts): string {
  const ideal = idealOf(means);
  if (ideal === undefined) return "";
  const who = means.workers > means.cpus ? `${means.workers} workers on ${means.cpus} processors` : `${ideal} workers`;
  if (low > ideal) return `: more than ${who} can give by sharing, so something else makes it faster, too`;
  const percent = Math.round((100 * ratio) / ideal);
  return percent <= 100
    ? `: ${percent} % of what ${who} could give`
    : `: all that ${who} could give, within what this machine's times vary`;
}

function price({ workers, baselineWorkers }: WorkerCounts, how: "as much as" | "more than"): string {
  return workers > 0 && baselineWorkers === 0 ? `: starting, sending and waiting cost ${how} the workers save` : "";
}

/** How to write a number and its greater companions: 2 decimals near 1, none from 10 on. */
function digitsFor(smallest: number): (value: number) => string {
  const decimals = smallest < 1.1 ? 2 : smallest < 9.95 ? 1 : 0;
  return (value) => value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}
