/** What a progress bar knows, and its words; no clock, no screen. */
import { formatTime } from "../../timing/formatTime";

export type Unit = "items" | "bytes";

export interface Tally {
  readonly label: string;
  readonly unit: Unit;
  readonly done: number;
  /** undefined when nobody knows. */
  readonly total: number | undefined;
  /** Milliseconds since the first item was asked for. */
  readonly elapsed: number;
  /** "stopped" is an early exit of the loop, "failed" an error of the source. */
  readonly state: "running" | "finished" | "stopped" | "failed";
}

/** Between 0 and 1; undefined without a total. */
export function fractionOf({ done, total, state }: Tally): number | undefined {
  if (total === undefined) return undefined;
  if (total === 0) return state === "finished" || done > 0 ? 1 : 0;
  return Math.min(1, done / total);
}

/**
 * The figures of a tally in one line.
 *
 * @example
 * describeTally({ label: "books", unit: "items", done: 115, total: 255, elapsed: 3000, state: "running" });
 * // "45 %, 115 of 255 items, 38.3 items/s, 3.7 s left"
 */
export function describeTally(tally: Tally): string {
  const { unit, done, total, elapsed, state } = tally;
  const fraction = fractionOf(tally);
  const perMillisecond = elapsed > 0 && done > 0 ? done / elapsed : undefined;
  const parts: string[] = [];
  // Rounded down: 100 % means all of it.
  if (fraction !== undefined && (state !== "finished" || fraction < 1)) parts.push(`${Math.floor(fraction * 100)} %`);
  parts.push(total === undefined ? amount(done, unit) : `${amount(done, unit, total)} of ${amount(total, unit)}`);
  if (state === "running" && done === 0 && elapsed >= 1000) parts.push(`${duration(elapsed)} so far`);
  if (state !== "running") parts.push(`${state === "finished" ? "" : `${state} after `}${duration(elapsed)}`);
  if (perMillisecond !== undefined) parts.push(`${rate(perMillisecond * 1000, unit)}/s`);
  if (state === "running" && perMillisecond !== undefined && total !== undefined && total > done) {
    parts.push(`${duration((total - done) / perMillisecond)} left`);
  }
  return parts.join(", ");
}

/** "1 item", "255 items", "1.5 MB"; beside a total of the same size without the unit: "115". */
function amount(value: number, unit: Unit, beside?: number): string {
  if (unit === "bytes") return bytes(value);
  return beside !== undefined
    ? value.toLocaleString("en-US")
    : `${value.toLocaleString("en-US")} item${value === 1 ? "" : "s"}`;
}

function rate(perSecond: number, unit: Unit): string {
  return unit === "bytes"
    ? bytes(perSecond)
    : `${perSecond.toLocaleString("en-US", { maximumSignificantDigits: 3 })} items`;
}

/** Bytes in units of 1000 (SI), three digits: "950 B", "1.5 kB", "10 GB". */
function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let power = 0;
  // 999.5 would be written as 1000.
  while (power < units.length - 1 && value / 1000 ** power >= 999.5) power += 1;
  return `${(value / 1000 ** power).toLocaleString("en-US", { maximumSignificantDigits: 3 })} ${units[power]}`;
}

/** Tenths of a second from a second to a minute; below and above as %timeit writes it. */
function duration(milliseconds: number): string {
  const inTenths = milliseconds >= 999.5 && milliseconds < 59_950;
  return inTenths
    ? `${(milliseconds / 1000).toFixed(1)} s`
    : formatTime(milliseconds >= 59_950 ? Math.max(60, milliseconds / 1000) : milliseconds / 1000);
}
