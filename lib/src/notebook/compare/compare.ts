/** `mp.compare`: measures, says the verdicts and warnings, draws the chart, and keeps the comparison for the next time. */
import { availableCpus } from "../../base/cpus";
import { describe } from "../../base/errors";
import { checkTitle, readOptions, type Checks } from "../../base/options";
import { whatChanged } from "../../timing/whatChanged";
import { timesOf, thisMachine, verdictsOf, type HistoryEntry } from "../../timing/historyEntry";
import { keep, keptComparisons } from "../../timing/history";
import { LOOPS } from "../../timing/timeLoops";
import type { Comparison, MeasureOptions, Variants } from "../../timing/measure";
import { changeOf, idealOf, verdictInBrief, verdictInWords, type Verdict } from "../../timing/verdict";
import { calledFunctions } from "./calledFunctions";
import { drawChart, writeChart, type Chart } from "./chart";
import { inNotebook, show, showAsPicture, showSentences, type Picture } from "../display";
import { measureVisibly } from "./liveStatus";
import { aligned, dayAndTime } from "../draw/text";
import { nodeCrypto } from "../../base/loadLate";

/** How many earlier comparisons are drawn behind the new one. */
const EARLIER = 5;

/** What compare may be told. */
export interface CompareOptions extends MeasureOptions {
  /** By which later comparisons know this one. */
  title?: string | undefined;
}

export const COMPARE_OPTIONS: Checks<CompareOptions> = {
  ...LOOPS,
  budget: checkBudget,
  title: checkTitle,
  sameResult: checkSameResult,
};

/**
 * Times the same work done in several ways, the first variant being the baseline: in rounds, each variant once a round, in random order, until
 * it is sure of each or the budget is spent. It shows one timeit line a variant, a sentence on how many times as fast each is, with the range
 * in which that lies with 95 % certainty, warnings about what may have spoilt the measurement, and a chart of all runs with the earlier
 * comparisons of that title behind them; in a terminal the same as text.
 *
 * @param variants name and function (promises are awaited), at least one
 * @param options `budget`: milliseconds that the comparison may take (3,000; three rounds are made in any case). `n` calls a run and `r` rounds
 *   instead: with both given each variant is called exactly n * r times. A `title`, by which later comparisons know this one, and
 *   `sameResult: false` where the variants need not agree. A first call that starts workers or compiles code, and so takes
 *   clearly longer than the others, is in no mean.
 * @returns timings, verdicts, warnings and results. Two variants less than 3 % apart count as the same; the interval of a verdict is that of
 *   Hodges and Lehmann for the ratios of the rounds
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when a variant returns another result than the
 *   baseline or the kernel's Stop was pressed, and whatever a variant throws
 *
 * @example
 * const comparison = await mp.compare({ serial: () => items.map(work), parallel: () => pool.map(work, items) });
 * // parallel is 1.9 times as fast as serial (95 % sure: between 1.8 and 2.0; 34 rounds): 95 % of what 2 workers could give.
 * comparison.verdicts.parallel; // { kind: "faster", ratio: 1.91, low: 1.84, high: 1.97, rounds: 34 }
 */
export async function compare(variants: Record<string, () => unknown>, options?: CompareOptions): Promise<Comparison> {
  const { title, ...how } = readOptions<CompareOptions>("compare", options, COMPARE_OPTIONS);
  const comparison = await measureVisibly(variants, how, title ?? "comparing");
  report(variants, comparison, title);
  return comparison;
}

function checkBudget(value: unknown, caller: string): number {
  if (typeof value === "number" && value > 0 && Number.isFinite(value)) return value;
  throw new RangeError(
    `${caller} expects its budget to be a number of milliseconds above 0, e.g. { budget: 3000 }, but ${describe(value)} came.`,
  );
}

function checkSameResult(value: unknown, caller: string): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`${caller} expects sameResult to be true or false, but ${describe(value)} came.`);
}

function report(variants: Variants, comparison: Comparison, title: string | undefined): void {
  const measured = Object.entries(comparison.timings).map(([name, timed]) => ({
    name,
    timed,
    workers: comparison.workers[name] ?? 0,
  }));
  const [first] = measured;
  if (first === undefined) return;
  const cpus = availableCpus();
  const compared = measured.map(({ name, timed, workers }) => {
    const means = { workers, baselineWorkers: first.workers, cpus };
    return { name, timed, means, ideal: idealOf(means), verdict: comparison.verdicts[name] };
  });
  const sentences = compared.flatMap(({ name, verdict, means }) =>
    verdict === undefined ? [] : [verdictInWords(name, first.name, verdict, means)],
  );
  const now = entryOf(variants, comparison, title);
  const earlier = keptComparisons().filter(({ key }) => key === now.key);
  keep(now);

  const lines = aligned(measured.map(({ name, timed }) => [`${name}:`, String(timed)]));
  // A single variant was compared with nothing.
  const [last] = earlier.slice(-1).filter((before) => verdictsOf(before).length > 0);
  const lastTime = last === undefined ? [] : [inThePast(last, now)];
  showSentences(
    [...(title === undefined || inNotebook() ? [] : [title]), ...lines],
    [...sentences, ...comparison.warnings.map((warning) => `Note: ${warning}`), ...lastTime],
  );
  const chart: Chart = {
    title,
    conclusion: sentences.join(" ") || lines.join(" "),
    rows: compared.map(({ name, timed, ideal, verdict }) => ({
      name,
      timings: timed.timings,
      average: timed.average,
      note: verdict === undefined ? "baseline" : verdictInBrief(verdict),
      marked: verdict?.kind === "faster" || verdict?.kind === "slower",
      interval: intervalOf(verdict, first.timed.average),
      ideal: ideal === undefined ? undefined : first.timed.average / ideal,
      earlier: earlier
        .slice(-EARLIER)
        .flatMap((entry) => entry.variants.find((variant) => variant.name === name)?.timings ?? []),
    })),
    workers: whoseIdeal(compared.map(({ ideal }) => ideal)),
  };
  const picture: Picture = {
    mime: "image/svg+xml",
    get rich() {
      return drawChart(chart);
    },
    text: writeChart(chart),
  };
  show(picture);
  showAsPicture(comparison, picture);
}

/** Milliseconds of the variant, as the interval of its verdict says beside the baseline's mean; undefined for an endless one. */
function intervalOf(verdict: Verdict | undefined, baseline: number): readonly [number, number] | undefined {
  if (verdict === undefined || !(verdict.low > 0 && Number.isFinite(verdict.high))) return undefined;
  return [baseline / verdict.high, baseline / verdict.low];
}

function entryOf(variants: Variants, { timings, workers }: Comparison, title: string | undefined): HistoryEntry {
  const kept = Object.entries(timings).map(([name, { loops, timings: times }]) => ({
    name,
    code: asWritten(variants[name]),
    calls: calledFunctions(variants[name] as Function),
    loops,
    timings: times,
    workers: workers[name] ?? 0,
  }));
  // Without a title only the code can tell that two comparisons are the same one.
  const code = JSON.stringify(kept.map((variant) => [variant.name, variant.code]));
  const key = title ?? nodeCrypto().createHash("sha256").update(code).digest("hex");
  return { date: new Date().toISOString(), title, key, machine: thisMachine(), variants: kept };
}

/** The code of a variant without what the notebook's compiler has put into it: `exports.cube` for the cube of an earlier cell. */
function asWritten(variant: (() => unknown) | undefined): string {
  return String(variant)
    .replace(/\(0, (?:exports\.)?([\w$.]+)\)\(/g, "$1(")
    .replace(/\bexports\./g, "");
}

/** What the last comparison of that name has found, and whether this one differs, by the test that the verdicts use. */
function inThePast(before: HistoryEntry, now: HistoryEntry): string {
  const parts = verdictsOf(before).map(({ name, verdict }) => {
    const found =
      verdict.kind === "unclear" ? `one could not tell for ${name}` : `${name} was ${verdictInBrief(verdict)}`;
    return `${found}${changeInWords(changeOf(timesOf(before, name), timesOf(now, name)))}`;
  });
  return `Last time (${dayAndTime(before.date)}): ${parts.join(", ")}. ${whatChanged(before, now)}`;
}

function changeInWords(change: Verdict["kind"]): string {
  switch (change) {
    case "same":
      return ", now as before";
    case "faster":
      return ", now faster than before";
    case "slower":
      return ", now slower than before";
    case "unclear":
      return ", and one cannot tell whether that changed";
  }
}

function whoseIdeal(ideals: readonly (number | undefined)[]): string | undefined {
  const [ideal, ...others] = new Set(ideals.filter((one) => one !== undefined));
  return ideal === undefined ? undefined : others.length === 0 ? `${ideal} workers` : "its workers";
}
