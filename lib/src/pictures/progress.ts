import { setImmediate } from "node:timers/promises";
import { describe } from "../ground/errors";
import { onStop } from "../ground/stop";
import type { Interrupted } from "../ground/stop";
import { openBarsWith } from "../workers/progress";
import { openProgressBar } from "./progressBar";
import type { Tally, Unit } from "./tally";

/** Milliseconds between two changes of a bar. */
const PACE = 100;

/**
 * Wraps an iterable in a live progress bar: done, total when known, rate, time left. An item is done when the loop comes
 * back for the next one. In a terminal it is a line on standard error, in a file the last state only.
 *
 * @param items any iterable or async iterable; leaving the loop early closes it
 * @param options `total` (taken from an array, typed array, Set or Map when left out), a `label`, and `unit`: "items" (the default) or
 *   "bytes", for which each item counts as many as its `byteLength` says, a string as many as it has in UTF-8, and a
 *   number n as n bytes
 * @throws (from the iterator) TypeError or RangeError for wrong arguments, and whatever the source throws
 *
 * @example
 * for await (const count of mp.progress(pool.imap(countOne, books), { total: books.length, label: "books" })) counts.push(count);
 * // books: ████████████████████ 255 of 255 items, 6.7 s, 38.1 items/s
 */
export async function* progress<T>(
  items: Iterable<T> | AsyncIterable<T>,
  options: { total?: number; label?: string; unit?: "items" | "bytes" } = {},
): AsyncIterableIterator<T> {
  checkArguments(items, options);
  const { label = "", unit = "items" } = options;
  const bar = startBar({ label, unit, total: options.total ?? knownTotal(items, unit) });
  let state: Ending = "stopped";
  let pressed: Interrupted | undefined;
  // At once: the next item may never come.
  const forgetStop = onStop((error) => {
    pressed = error;
    bar.end("stopped");
  });
  try {
    for await (const item of items) {
      if (pressed !== undefined) throw pressed;
      const size = unit === "bytes" ? bytesIn(item) : 1;
      yield item;
      // A loop that never waits would hold back the very messages that carry the bar.
      if (bar.advance(size)) await setImmediate();
    }
    state = "finished";
  } catch (error) {
    state = "failed";
    throw error;
  } finally {
    forgetStop();
    if (pressed === undefined) bar.end(state);
  }
}

type Ending = Exclude<Tally["state"], "running">;

/** A bar that others move: what a pool tells while it works. */
export interface RunningBar {
  /** So much more is done; true when the bar was drawn anew. */
  advance(size: number): boolean;
  end(state: Ending): void;
}

/** Opens a bar under those that are open; it is drawn at most ten times a second. */
export function startBar({ label, unit, total }: { label: string; unit: Unit; total: number | undefined }): RunningBar {
  const bar = openProgressBar();
  const start = performance.now();
  let done = 0;
  let drawn = -Infinity;
  let late: NodeJS.Timeout | undefined;
  const draw = (state: Tally["state"]) => {
    clearTimeout(late);
    late = undefined;
    drawn = performance.now();
    bar.draw({ label, unit, done, total, elapsed: drawn - start, state });
  };
  if (bar.live) draw("running");
  return {
    advance(size) {
      done += size;
      if (!bar.live) return false;
      const wait = drawn + PACE - performance.now();
      if (wait > 0) {
        late ??= setTimeout(draw, wait, "running").unref();
        return false;
      }
      draw("running");
      return true;
    },
    end(state) {
      draw(state);
      bar.close();
    },
  };
}

openBarsWith((label, total) => startBar({ label, unit: "items", total }));

function checkArguments(items: unknown, options: unknown): void {
  const source = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined;
  if (typeof source?.[Symbol.asyncIterator] !== "function" && typeof source?.[Symbol.iterator] !== "function") {
    throw new TypeError(`progress expects something to loop over, such as an array or pool.imap(...), but ${describe(items)} came.`);
  }
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`progress expects its options as an object, e.g. { label: "books" }, but ${describe(options)} came.`);
  }
  const { total, label, unit } = options as Record<"total" | "label" | "unit", unknown>;
  if (total !== undefined && !isCount(total)) {
    throw new RangeError(`progress expects total to be a number of at least 0, but ${describe(total)} came.`);
  }
  if (label !== undefined && typeof label !== "string") {
    throw new TypeError(`progress expects label to be a string, but ${describe(label)} came.`);
  }
  if (unit !== undefined && unit !== "items" && unit !== "bytes") {
    throw new TypeError(`progress expects unit to be "items" or "bytes", but ${describe(unit)} came.`);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function knownTotal(items: Iterable<unknown> | AsyncIterable<unknown>, unit: Unit): number | undefined {
  const list = Array.isArray(items) || items instanceof Set || items instanceof Map || ArrayBuffer.isView(items);
  if (!list) return undefined;
  if (unit === "bytes") return [...(items as Iterable<unknown>)].reduce((sum: number, item) => sum + bytesIn(item), 0);
  return "size" in items ? (items.size as number) : (items as unknown as ArrayLike<unknown>).length;
}

function bytesIn(item: unknown): number {
  if (isCount(item)) return item;
  if (typeof item === "string") return Buffer.byteLength(item);
  const size: unknown = (item as { byteLength?: unknown } | null | undefined)?.byteLength;
  if (isCount(size)) return size;
  throw new TypeError(
    `progress with unit "bytes" expects items that know their size (a Uint8Array, a string, a number of bytes), but ${describe(item)} came. ` +
      'Use unit: "items" to count items.',
  );
}
