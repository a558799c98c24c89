import { describe } from "../ground/errors";
import { formatTime } from "../timing/format";
import { exchangeLastRun } from "../timing/history";
import { measure, type Comparison, type Variants } from "../timing/measure";
import { speedupInWords, speedupOf, verdict, type Speedup } from "../timing/speedup";
import { drawChart } from "./chart";
import { inNotebook, show } from "./display";

/**
 * Times the same work done in several ways, in turn (A B A B, not A A B B), the first variant being the baseline, and
 * shows one timeit line a variant, the speed-up of each with its spread, and a chart; in a terminal the same as text.
 *
 * @param variants name and function (promises are awaited), at least one
 * @param options `n` calls a run and `r` runs as in timeit (with both given each variant is called exactly n * r times;
 *   otherwise its first call, which starts workers and compiles, is kept out of the timings), a `title` for the chart,
 *   and `sameResult: false` where the variants need not agree
 * @throws (rejects) TypeError or RangeError for wrong arguments, Error when a variant returns another result than the
 *   baseline, and whatever a variant throws
 *
 * @example
 * const comparison = await mp.compare({ serial: () => items.map(work), parallel: () => pool.map(work, items) });
 * // parallel is 1.9 times as fast as serial (1.8 to 2.0 over 7 runs).
 * comparison.speedup.parallel; // 1.93
 */
export async function compare(
  variants: Record<string, () => unknown>,
  options: { n?: number; r?: number; title?: string; sameResult?: boolean } = {},
): Promise<Comparison> {
  const title: unknown = (options as typeof options | null)?.title;
  if (title !== undefined && typeof title !== "string") {
    throw new TypeError(`compare expects its title to be a string, but ${describe(title)} came.`);
  }
  const comparison = await measure(variants, options);
  report(variants, comparison, title);
  return comparison;
}

function report(variants: Variants, comparison: Comparison, title: string | undefined): void {
  const names = Object.keys(comparison.timings);
  const [baseline, ...others] = names;
  const speedups: Record<string, Speedup> = Object.fromEntries(
    others.map((name) => [name, speedupOf(comparison.timings[baseline], comparison.timings[name])]),
  );
  const verdicts = others.map((name) => verdict(name, baseline, speedups[name]));
  const key = title ?? JSON.stringify(Object.entries(variants).map(([name, statement]) => [name, String(statement)]));
  const lastTime = inThePast(exchangeLastRun(key, speedups));

  const lines = aligned(names.map((name) => [`${name}:`, String(comparison.timings[name])]));
  console.log([...(title === undefined || inNotebook() ? [] : [title]), ...lines, ...verdicts, ...lastTime].join("\n"));
  show({
    mime: "image/svg+xml",
    rich: drawChart({
      title,
      conclusion: verdicts.join(" ") || lines[0],
      rows: names.map((name, index) => ({
        name,
        timings: comparison.timings[name].timings,
        average: comparison.timings[name].average,
        note: index === 0 ? "baseline" : speedupInWords(speedups[name]),
      })),
    }),
    text: bars(names.map((name) => [name, comparison.timings[name].average])),
  });
}

function inThePast(before: Record<string, Speedup> | undefined): string[] {
  const parts = Object.entries(before ?? {}).map(([name, speedup]) => `${name} was ${speedupInWords(speedup)}${speedup.runs === 1 ? " (1 run)" : ""}`);
  return parts.length === 0 ? [] : [`Last time: ${parts.join(", ")}.`];
}

function aligned(rows: [string, string][]): string[] {
  const width = rows.reduce((most, [left]) => Math.max(most, left.length), 0);
  return rows.map(([left, right]) => `${left.padEnd(width)} ${right}`);
}

/** The chart for a terminal: bars of the means, the longest 40 characters. */
function bars(means: [string, number][]): string {
  const longest = means.reduce((most, [, mean]) => Math.max(most, mean), 0);
  return aligned(
    means.map(([name, mean]) => [name, `${"█".repeat(longest === 0 ? 1 : Math.max(1, Math.round((40 * mean) / longest)))} ${formatTime(mean / 1000)}`]),
  ).join("\n");
}
