import { createHash } from "node:crypto";
import { availableCpus } from "../../base/cpus";
import { countBusyWorkers } from "../../base/busyWorkers";
import { describe } from "../../base/errors";
import { checkTitle, readOptions } from "../../base/options";
import { whatChanged } from "../../timing/whatChanged";
import { speedupsOf, thisMachine, type HistoryEntry } from "../../timing/historyEntry";
import { formatTime } from "../../timing/formatTime";
import { keep, keptComparisons } from "../../timing/history";
import { LOOPS } from "../../timing/timeLoops";
import { measure, type Comparison, type MeasureOptions, type Variants } from "../../timing/measure";
import { findingOf, idealOf, speedupInWords, speedupOf, verdict } from "../../timing/speedup";
import { drawChart, writeChart, type Chart } from "./chart";
import { inNotebook, show, showSentences } from "../display";
import { openRunning } from "./liveStatus";
import { aligned, dayAndTime } from "../draw/text";

/** How many earlier comparisons are drawn behind the new one. */
const EARLIER = 5;

/** What compare may be told. */
export interface CompareOptions extends MeasureOptions {
  /** By which later comparisons know this one. */
  title?: string | undefined;
}

/**
 * Times the same work done in several ways, in turn (A B A B, not A A B B), the first variant being the baseline, and
 * shows one timeit line a variant, a sentence on the speed-up of each with its spread, and a chart of all runs with the earlier
 * comparisons of that title behind them; in a terminal the same as text.
 *
 * @param variants name and function (promises are awaited), at least one
 * @param options `n` calls a run and `r` runs as in timeit (with both given each variant is called exactly n * r times;
 *   otherwise its first call is made before the runs), a `title`, by which later comparisons know this one, and
 *   `sameResult: false` where the variants need not agree. A first call that starts workers or compiles code, and so takes
 *   clearly longer than the others, is in no mean.
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when a variant returns another result than the
 *   baseline or the kernel's Stop was pressed, and whatever a variant throws
 *
 * @example
 * const comparison = await mp.compare({ serial: () => items.map(work), parallel: () => pool.map(work, items) });
 * // parallel is 1.9 times as fast as serial (1.8 to 2.0 over 7 runs): 95 % of what 2 workers could give.
 * comparison.speedup.parallel; // 1.93
 */
export async function compare(variants: Record<string, () => unknown>, options?: CompareOptions): Promise<Comparison> {
  const { title, ...how } = readOptions<CompareOptions>("compare", options, {
    ...LOOPS,
    title: checkTitle,
    sameResult: checkSameResult,
  });
  const running = openRunning(title ?? "comparing");
  let comparison: Comparison;
  try {
    comparison = await measure(variants, how, { watchWork: countBusyWorkers, step: running.step });
  } finally {
    running.close();
  }
  report(variants, comparison, title);
  return comparison;
}

function checkSameResult(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new TypeError(`compare expects sameResult to be true or false, but ${describe(value)} came.`);
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
    return { name, timed, means, ideal: idealOf(means), speedup: speedupOf(first.timed, timed) };
  });
  const verdicts = compared.slice(1).map(({ name, speedup, means }) => verdict(name, first.name, speedup, means));
  const now = entryOf(variants, comparison, title);
  const earlier = keptComparisons().filter(({ key }) => key === now.key);
  keep(now);

  const lines = aligned(measured.map(({ name, timed }) => [`${name}:`, String(timed)]));
  const lastTime = earlier.slice(-1).map((before) => inThePast(before, now));
  showSentences([...(title === undefined || inNotebook() ? [] : [title]), ...lines], [...verdicts, ...lastTime]);
  const chart: Chart = {
    title,
    conclusion: verdicts.join(" ") || lines.join(" "),
    rows: compared.map(({ name, timed, ideal, speedup }, index) => ({
      name,
      timings: timed.timings,
      average: timed.average,
      note: index === 0 ? "baseline" : speedupInWords(speedup),
      marked: index > 0 && ["faster", "slower"].includes(findingOf(speedup)),
      ideal: ideal === undefined ? undefined : first.timed.average / ideal,
      earlier: earlier
        .slice(-EARLIER)
        .flatMap((entry) => entry.variants.find((variant) => variant.name === name)?.timings ?? []),
    })),
    workers: whoseIdeal(compared.map(({ ideal }) => ideal)),
    notes: startUpInWords(comparison),
  };
  show({
    mime: "image/svg+xml",
    get rich() {
      return drawChart(chart);
    },
    text: writeChart(chart),
  });
}

function entryOf(variants: Variants, { timings, workers }: Comparison, title: string | undefined): HistoryEntry {
  const kept = Object.entries(timings).map(([name, { loops, timings: times }]) => ({
    name,
    code: asWritten(variants[name]),
    loops,
    timings: times,
    workers: workers[name] ?? 0,
  }));
  // Without a title only the code can tell that two comparisons are the same one.
  const code = JSON.stringify(kept.map((variant) => [variant.name, variant.code]));
  const key = title ?? createHash("sha256").update(code).digest("hex");
  return { date: new Date().toISOString(), title, key, machine: thisMachine(), variants: kept };
}

/** The code of a variant without what the notebook's compiler has put into it: `exports.cube` for the cube of an earlier cell. */
function asWritten(variant: (() => unknown) | undefined): string {
  return String(variant)
    .replace(/\(0, (?:exports\.)?([\w$.]+)\)\(/g, "$1(")
    .replace(/\bexports\./g, "");
}

function inThePast(before: HistoryEntry, now: HistoryEntry): string {
  const parts = speedupsOf(before).map(({ name, speedup }) => {
    const clear = ["faster", "slower", "even"].includes(findingOf(speedup));
    return clear
      ? `${name} was ${speedupInWords(speedup)}${speedup.runs === 1 ? " (1 run)" : ""}`
      : `one could not tell for ${name}`;
  });
  return `Last time: ${[...parts, dayAndTime(before.date)].join(", ")}. ${whatChanged(before, now)}`;
}

function startUpInWords({ startUp, firstCall, timings }: Comparison): string[] {
  const time = (milliseconds = NaN) => formatTime(milliseconds / 1000);
  const parts = startUp.map(
    (name) => `of ${name} took ${time(firstCall[name])}, later ones ${time(timings[name]?.average)}`,
  );
  return parts.length === 0 ? [] : [`Start-up, kept out of the mean: the first call ${parts.join("; that ")}.`];
}

function whoseIdeal(ideals: readonly (number | undefined)[]): string | undefined {
  const [ideal, ...others] = new Set(ideals.filter((one) => one !== undefined));
  return ideal === undefined ? undefined : others.length === 0 ? `${ideal} workers` : "its workers";
}
