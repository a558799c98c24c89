import { setImmediate } from "node:timers/promises";
import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { isAsyncIterable, isIterable } from "../../base/items";
import type { Items } from "../../base/items";
import { readOptions } from "../../base/options";
import { onStop } from "../../base/interrupt";
import type { Interrupted } from "../../base/interrupt";
import { openProgressBar } from "./bar";
import type { Tally, Unit } from "./tally";
import { clearInterval, clearTimeout, setInterval, setTimeout } from "../../base/timers";

/** Milliseconds between two changes of a bar. */
const PACE = 100;
/** The same before the first item is done. */
const FIRST_PACE = 1000;

/** What progress may be told. */
export interface ProgressOptions {
  /** How much there is to do; taken from an array, typed array, Set or Map when left out. */
  total?: number | undefined;
  /** What the bar is called. */
  label?: string | undefined;
  /** What is counted: "items" (the default) or "bytes". */
  unit?: "items" | "bytes" | undefined;
}

/**
 * Wraps an iterable in a live progress bar: done, total when known, rate, time left. An item is done when the loop comes
 * back for the next one. In a terminal it is a line on standard error, in a file the last state only.
 *
 * @param items any iterable or async iterable; leaving the loop early closes it. Loop over it with `for await`, or, where it is no async one, with
 *   `for`: in a notebook that shows the bar only when the loop waits for something.
 * @param options `total` (taken from an array, typed array, Set or Map when left out), a `label`, and `unit`: "items" (the default) or
 *   "bytes", for which each item counts as many as its `byteLength` says, a string as many as it has in UTF-8, and a
 *   number n as n bytes
 * @throws (from the iterator) TypeError or RangeError for wrong arguments, and whatever the source throws
 *
 * @example
 * for await (const count of mp.progress(pool.imap(countOne, books), { total: books.length, label: "books" })) counts.push(count);
 * // books: ████████████████████ 255 of 255 items, 6.7 s, 38.1 items/s
 */
export function progress<T>(
  items: Iterable<T>,
  options?: ProgressOptions,
): AsyncIterableIterator<T> & IterableIterator<T>;
export function progress<T>(items: AsyncIterable<T>, options?: ProgressOptions): AsyncIterableIterator<T>;
export function progress<T>(items: Items<T>, options?: ProgressOptions): AsyncIterableIterator<T> {
  needNode("progress");
  const loop = inTurns(items, options);
  return isIterable(items)
    ? Object.defineProperty(loop, Symbol.iterator, { value: () => atOnce(items as Iterable<T>, options) })
    : loop;
}

async function* inTurns<T>(items: Items<T>, options: ProgressOptions | undefined): AsyncGenerator<T, void, undefined> {
  const loop = new Loop(items, options);
  try {
    for await (const item of items) {
      const size = loop.begin(item);
      yield item;
      // A loop that never waits would hold back the very messages that carry the bar.
      if (loop.advance(size)) await setImmediate();
    }
    loop.state = "finished";
  } catch (error) {
    loop.state = "failed";
    throw error;
  } finally {
    loop.end();
  }
}

function* atOnce<T>(items: Iterable<T>, options: ProgressOptions | undefined): Generator<T, void, undefined> {
  const loop = new Loop(items, options);
  try {
    for (const item of items) {
      const size = loop.begin(item);
      yield item;
      loop.advance(size);
    }
    loop.state = "finished";
  } catch (error) {
    loop.state = "failed";
    throw error;
  } finally {
    loop.end();
  }
}

/** One loop over items, and its bar. */
class Loop {
  /** How it ends: so, unless it comes to its end. */
  state: Ending = "stopped";
  private pressed: Interrupted | undefined;
  private readonly bar: RunningBar;
  private readonly unit: Unit;
  private readonly forgetStop: () => void;

  constructor(items: Items<unknown>, options: ProgressOptions | undefined) {
    if (!isIterable(items) && !isAsyncIterable(items)) {
      throw new TypeError(
        `progress expects something to loop over, such as an array or pool.imap(...), but ${describe(items)} came.`,
      );
    }
    const {
      total,
      label = "",
      unit = "items",
    } = readOptions<ProgressOptions>("progress", options, { total: checkTotal, label: checkLabel, unit: checkUnit });
    this.unit = unit;
    const bar = (this.bar = startBar({ label, unit, total: total ?? knownTotal(items, unit) }));
    // At once: the next item may never come.
    this.forgetStop = onStop((error) => {
      this.pressed = error;
      bar.end("stopped");
    });
  }

  /** An item has come; how much it counts. */
  begin(item: unknown): number {
    if (this.pressed !== undefined) throw this.pressed;
    return this.unit === "bytes" ? bytesIn(item) : 1;
  }

  /** It is done; true when the bar was drawn anew. */
  advance(size: number): boolean {
    return this.bar.advance(size);
  }

  end(): void {
    this.forgetStop();
    if (this.pressed === undefined) this.bar.end(this.state);
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
  // Until the first item is done, the time is all that there is to tell.
  const waiting = bar.live ? setInterval(draw, FIRST_PACE, "running").unref() : undefined;
  return {
    advance(size) {
      clearInterval(waiting);
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
      clearInterval(waiting);
      draw(state);
      bar.close();
    },
  };
}

function checkTotal(total: unknown): number {
  if (isCount(total)) return total;
  throw new RangeError(`progress expects total to be a number of at least 0, but ${describe(total)} came.`);
}

function checkLabel(label: unknown): string {
  if (typeof label === "string") return label;
  throw new TypeError(`progress expects label to be a string, but ${describe(label)} came.`);
}

function checkUnit(unit: unknown): Unit {
  if (unit === "items" || unit === "bytes") return unit;
  throw new TypeError(`progress expects unit to be "items" or "bytes", but ${describe(unit)} came.`);
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function knownTotal(items: Items<unknown>, unit: Unit): number | undefined {
  const list = Array.isArray(items) || items instanceof Set || items instanceof Map || ArrayBuffer.isView(items);
  if (!list) return undefined;
  if (unit === "bytes") return [...(items as Iterable<unknown>)].reduce((sum: number, item) => sum + bytesIn(item), 0);
  return "size" in items ? items.size : (items as unknown as ArrayLike<unknown>).length;
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
