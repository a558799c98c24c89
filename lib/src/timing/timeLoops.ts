/** Runs a statement in a loop, and decides how many loops make a run. */
import { describe } from "../base/errors";
import type { Check, Checks } from "../base/options";
import { watchStop } from "../base/interrupt";

/** How often a statement is called. */
export interface TimeitOptions {
  /** Calls in one run, a positive integer; chosen when left out. */
  n?: number | undefined;
  /** Runs, a positive integer; 7 when left out. */
  r?: number | undefined;
}

export const DEFAULT_RUNS = 7;
/** IPython tries no more than this, which only an empty statement reaches. */
const MOST_LOOPS = 1_000_000_000;
/** Milliseconds that one run lasts at the least when `n` is left out, as in Python's timeit. */
const SHORTEST_RUN = 200;

const times =
  (name: string, meaning: string): Check<number> =>
  (value, caller) => {
    if (Number.isSafeInteger(value) && (value as number) >= 1) return value as number;
    throw new RangeError(
      `${caller} expects ${name}, the number of ${meaning}, to be a whole number of at least 1, but ${describe(value)} came.`,
    );
  };

export const LOOPS: Checks<TimeitOptions> = { n: times("n", "loops a run"), r: times("r", "runs") };

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === "object" && value !== null) || typeof value === "function") &&
    typeof (value as { then?: unknown }).then === "function"
  );
}

/**
 * Milliseconds that `loops` calls of `statement` took in turn, each promise it returned awaited before the next call, and what the
 * last one returned. A statement that returns no promise pays for no await. When Stop was pressed meanwhile, no further loop runs.
 */
export async function timeLoops(
  statement: () => unknown,
  loops: number,
): Promise<{ readonly elapsed: number; readonly value: unknown }> {
  const stop = watchStop();
  try {
    let value: unknown;
    const start = performance.now();
    for (let loop = 0; loop < loops; loop++) {
      value = statement();
      if (!isThenable(value)) continue;
      value = await value;
      stop.check();
    }
    return { elapsed: performance.now() - start, value };
  } finally {
    stop.close();
  }
}

/** Milliseconds of one of so many calls. */
export async function timePerLoop(statement: () => unknown, loops: number): Promise<number> {
  return (await timeLoops(statement, loops)).elapsed / loops;
}

/** The first of 1, 10, 100, ... loops that last at least 0.2 s, as IPython's `%timeit` (`10 ** index` in its `timeit` magic). */
export async function chooseLoops(statement: () => unknown): Promise<number> {
  let loops = 1;
  while ((await timeLoops(statement, loops)).elapsed < SHORTEST_RUN && loops < MOST_LOOPS) loops *= 10;
  return loops;
}
