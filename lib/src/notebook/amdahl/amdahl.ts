import { inspect } from "node:util";
import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { checkTitle, readOptions } from "../../base/options";
import { serialShareOf, speedupWith, type MeasuredSpeedup } from "../../timing/amdahl";
import { drawAmdahl, liveAmdahl } from "./amdahlChart";
import { showLive } from "../display";
import { aligned, percent } from "../draw/text";

/** What amdahl may be told. */
export interface AmdahlOptions {
  title?: string | undefined;
}
export interface AmdahlResult {
  /** The share of the work that only one worker can do, 0 to 1. */
  readonly serialShare: number;
  /** The speed-up that no number of workers passes. */
  readonly limit: number;
}

/**
 * Amdahl's law over your own measurements: which share of the work cannot be shared, and how far more workers could go. JupyterLab shows
 * it with a slider for that share; elsewhere it is a still picture, in a terminal a table.
 *
 * @param measured speed-ups by number of workers, at least one with 2 workers or more
 * @param options a `title`
 * @returns the share of the work that only one worker can do (0 to 1), and the speed-up that no number of workers passes
 * @throws TypeError or RangeError for wrong arguments
 *
 * @example
 * mp.amdahl({ 2: primes.speedup.map }); // { serialShare: 0.0526, limit: 19 }, for a speed-up of 1.9
 */
export function amdahl(measured: Record<number, number>, options?: AmdahlOptions): AmdahlResult {
  needNode("amdahl");
  const points = check(measured);
  const { title } = readOptions<AmdahlOptions>("amdahl", options, { title: checkTitle });
  const serialShare = serialShareOf(points);
  const limit = 1 / serialShare;
  const conclusion =
    serialShare === 0
      ? "Nothing of the work seems to be serial: by this measurement more workers go on helping."
      : `${percent(serialShare)} of the work can be done by one worker only, so no number of workers is more than ${inDigits(limit)} times as fast.`;
  const rows = aligned(
    [2, 4, 8, 16, 32, 64].map((workers) => [
      `${workers} workers:`,
      `${inDigits(speedupWith(serialShare, workers))} times as fast`,
    ]),
  );
  const chart = { title: title ?? "Amdahl's law", conclusion, points, serialShare };
  showLive(
    {
      mime: "image/svg+xml",
      rich: drawAmdahl(chart),
      text: [...(title === undefined ? [] : [title]), conclusion, ...rows].join("\n"),
    },
    liveAmdahl(chart),
  );
  // As the last expression of a cell it would print more digits than were measured.
  const shortly = {
    value: () => `{ serialShare: ${Number(serialShare.toPrecision(3))}, limit: ${Number(limit.toPrecision(3))} }`,
  };
  return Object.defineProperty({ serialShare, limit }, inspect.custom, shortly);
}

function check(measured: unknown): MeasuredSpeedup[] {
  const example = "e.g. amdahl({ 2: comparison.speedup.parallel })";
  if (typeof measured !== "object" || measured === null || Array.isArray(measured))
    throw new TypeError(`amdahl expects speed-ups by number of workers, ${example}, but ${describe(measured)} came.`);
  const points = Object.entries(measured).map(([workers, speedup]: [string, unknown]) => {
    if (!(Number.isInteger(Number(workers)) && Number(workers) >= 1))
      throw new RangeError(`amdahl expects whole numbers of workers, ${example}, but "${workers}" came.`);
    if (!(typeof speedup === "number" && speedup > 0 && Number.isFinite(speedup)))
      throw new RangeError(
        `amdahl expects the speed-up with ${workers} workers to be a number above 0, but ${describe(speedup)} came.`,
      );
    return { workers: Number(workers), speedup };
  });
  if (!points.some(({ workers }) => workers > 1))
    throw new RangeError(
      `amdahl expects at least one speed-up with 2 workers or more, ${example}: one worker tells nothing of what can be shared.`,
    );
  return points;
}

function inDigits(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: value < 1.1 ? 2 : value < 10 ? 1 : 0 });
}
