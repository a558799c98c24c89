/** `mp.amdahl`: the curve of Amdahl's law through what was measured, with a slider in a notebook. The law itself is in timing/serialShare.ts. */
import { inspect } from "node:util";
import { needNode } from "../../base/runtime";
import { counted } from "../../base/counted";
import { describe } from "../../base/errors";
import { checkTitle, readOptions } from "../../base/options";
import { serialShareOf, speedupWith, type MeasuredSpeedup } from "../../timing/serialShare";
import type { Verdict } from "../../timing/verdict";
import { drawAmdahl, liveAmdahl } from "./amdahlChart";
import { show, showLive, type Picture } from "../display";
import { aligned, percent } from "../draw/text";

/** What amdahl may be told. */
export interface AmdahlOptions {
  title?: string | undefined;
}
export interface AmdahlResult {
  /** The share of the work that only one worker can do, 0 to 1; NaN where more workers made it slower. */
  readonly serialShare: number;
  /** The speed-up that no number of workers passes; NaN where more workers made it slower. */
  readonly limit: number;
}

/**
 * Amdahl's law over your own measurements: which share of the work cannot be shared, and how far more workers could go. JupyterLab shows
 * it with a slider for that share; elsewhere it is a still picture, in a terminal a table. Where more workers made it slower the law does not apply: then
 * no curve is drawn, and both results are NaN.
 *
 * @param measured speed-ups by number of workers, at least one with 2 workers or more; or the verdicts of a comparison, of which an unclear one
 *   draws no curve
 * @param options a `title`
 * @returns the share of the work that only one worker can do (0 to 1), and the speed-up that no number of workers passes
 * @throws TypeError or RangeError for wrong arguments
 *
 * @example
 * mp.amdahl({ 2: primes.speedup.map }); // { serialShare: 0.0526, limit: 19 }, for a speed-up of 1.9
 */
export function amdahl(measured: Record<number, number | Verdict>, options?: AmdahlOptions): AmdahlResult {
  needNode("amdahl");
  const points = check(measured);
  const { title } = readOptions<AmdahlOptions>("amdahl", options, { title: checkTitle });
  const reason = whyNoCurve(points);
  const serialShare = reason === undefined ? serialShareOf(points) : NaN;
  const limit = 1 / serialShare;
  const conclusion = reason ?? conclusionOf(points, serialShare);
  const rows =
    reason === undefined
      ? [2, 4, 8, 16, 32, 64].map((workers) => ({ workers, speedup: speedupWith(serialShare, workers) }))
      : points;
  const table = aligned(
    rows.map(({ workers, speedup }) => [counted(workers, "worker") + ":", `${inDigits(speedup)} times as fast`]),
  );
  const chart = { title: title ?? "Amdahl's law", conclusion, points };
  const picture = (share?: number): Picture => ({
    mime: "image/svg+xml",
    get rich() {
      return drawAmdahl({ ...chart, serialShare: share });
    },
    text: [...(title === undefined ? [] : [title]), conclusion, ...table].join("\n"),
  });
  if (reason === undefined) showLive(picture(serialShare), () => liveAmdahl({ ...chart, serialShare }));
  else show(picture());
  // As the last expression of a cell it would print more digits than were measured.
  const shortly = {
    value: () => `{ serialShare: ${Number(serialShare.toPrecision(3))}, limit: ${Number(limit.toPrecision(3))} }`,
  };
  return Object.defineProperty({ serialShare, limit }, inspect.custom, shortly);
}

function conclusionOf(points: readonly MeasuredSpeedup[], serialShare: number): string {
  const above = points.find(({ workers, speedup }) => workers > 1 && speedup > workers);
  if (above !== undefined)
    return `With ${above.workers} workers it was ${inDigits(above.speedup)} times as fast, more than sharing the work can give: something else made it faster too, or the machine is noisy.`;
  return serialShare === 0
    ? "Nothing of the work seems to be serial: by this measurement more workers go on helping."
    : `${percent(serialShare)} of the work can be done by one worker only, so no number of workers is more than ${inDigits(1 / serialShare)} times as fast.`;
}

/** Amdahl's law is of work that sharing makes faster. Undefined where a curve is drawn. */
function whyNoCurve(points: readonly Point[]): string | undefined {
  const shared = points.filter(({ workers }) => workers > 1);
  const unclear = shared.find(({ verdict }) => verdict?.kind === "unclear");
  if (unclear?.verdict !== undefined) {
    const { low, high, rounds } = unclear.verdict;
    // After one round it may be anything.
    if (rounds === 1) return "One round does not say how much the times vary, so there is no curve. Measure longer.";
    return `With ${unclear.workers} workers it may be anything from ${inDigits(low)} to ${inDigits(high)} times as fast, so there is no curve. Measure longer, or on a quiet machine.`;
  }
  const slower = shared.find(({ speedup, verdict }) =>
    verdict === undefined ? speedup < 1 : verdict.kind === "slower",
  );
  return slower === undefined
    ? undefined
    : `With ${slower.workers} workers it took ${inDigits(1 / slower.speedup)} times as long: more workers made it slower, so Amdahl's law does not apply, and there is no curve.`;
}

interface Point extends MeasuredSpeedup {
  readonly verdict: Verdict | undefined;
}

function check(measured: unknown): Point[] {
  const example = "e.g. amdahl({ 2: comparison.speedup.parallel })";
  if (typeof measured !== "object" || measured === null || Array.isArray(measured))
    throw new TypeError(`amdahl expects speed-ups by number of workers, ${example}, but ${describe(measured)} came.`);
  const points = Object.entries(measured).map(([workers, given]: [string, unknown]): Point => {
    const verdict = isVerdict(given) ? given : undefined;
    const speedup = verdict === undefined ? given : verdict.ratio;
    if (!(Number.isInteger(Number(workers)) && Number(workers) >= 1))
      throw new RangeError(`amdahl expects whole numbers of workers, ${example}, but "${workers}" came.`);
    if (!(typeof speedup === "number" && speedup > 0 && Number.isFinite(speedup)))
      throw new RangeError(
        `amdahl expects the speed-up with ${workers} workers to be a number above 0, but ${describe(speedup)} came.`,
      );
    return { workers: Number(workers), speedup, verdict };
  });
  if (!points.some(({ workers }) => workers > 1))
    throw new RangeError(
      `amdahl expects at least one speed-up with 2 workers or more, ${example}: one worker tells nothing of what can be shared.`,
    );
  return points;
}

function isVerdict(value: unknown): value is Verdict {
  return typeof value === "object" && value !== null && "kind" in value && "ratio" in value;
}

function inDigits(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 1.1 ? 2 : value < 10 ? 1 : 0 });
}
