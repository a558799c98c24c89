/** The rounds of a measurement: how many they are, in which order the variants run in each, and how many loops make a run. */
import { timeLoops, timePerLoop } from "./timeLoops";
import { collectGarbage } from "../base/garbage";
import { verdictOf } from "./verdict";

/** What is measured. */
export interface Timed {
  readonly name: string;
  readonly statement: () => unknown;
  /** Calls in one run. */
  loops: number;
  /** Milliseconds per loop, one entry a round. */
  readonly timings: number[];
  /** Milliseconds. */
  readonly firstCall: number;
}
export type TimedList = readonly [Timed, ...Timed[]];

/** A step begins: "warming up", "round 3 of 7"; `share` of all is done. It may wait, and throw to end the measurement. */
export type Step = (name: string, phase: string, share: number) => Promise<void>;

/** The least number of rounds, however short the budget is: two say too little about how the times vary. */
const FEWEST = 3;
/** The number of rounds for which short statements run in loops: more rounds, of less time each, see more of what disturbs. */
const USUAL = 100;
const MOST = 300;
/** The share of the budget in which the variants warm up, while their code is compiled. */
const WARM_UP = 0.15;
/** The share of the budget from which on one call is slow: then its first call is all its warming up. */
const SLOW = 0.03;
/** A statement of nothing takes a millisecond so. */
const MOST_LOOPS = 1_000_000;

/** The rounds from `first` (1, or 2 where the first calls were a round) to `last`: each variant once a round, in random order. */
export async function runRounds(timed: TimedList, first: number, last: number, step: Step): Promise<void> {
  for (let round = first; round <= last; round++)
    await runRound(timed, `round ${round} of ${last}`, (round - 1) / last, step);
}

/** As many rounds as it takes to be sure of each variant, or as `budget` milliseconds allow, which have begun at `start` by performance.now(). */
export async function runUntilSure(timed: TimedList, budget: number, start: number, step: Step): Promise<void> {
  const began = performance.now();
  let nextLook = 2 * FEWEST;
  for (let round = 0; round < MOST; round++) {
    const now = performance.now();
    if (round >= FEWEST && now + (now - began) / round > start + budget) return;
    await runRound(timed, `round ${round + 1}`, (now - start) / budget, step);
    if (round + 1 < nextLook) continue;
    nextLook = Math.ceil(nextLook * 1.3);
    if (isSure(timed)) return;
  }
}

async function runRound(timed: TimedList, phase: string, share: number, step: Step): Promise<void> {
  for (const { name, statement, loops, timings } of shuffled(timed)) {
    await step(name, phase, share);
    // One variant's garbage is not to be collected in the time of the next.
    collectGarbage({ all: false });
    timings.push(await timePerLoop(statement, loops));
  }
}

/** Looking often makes chance look like a finding, so an early end takes more certainty than the verdict does. */
function isSure([baseline, ...others]: TimedList): boolean {
  return others.every(({ timings }) => verdictOf(baseline.timings, timings, 0.995).kind !== "unclear");
}

/** Runs the variants in turn, untimed, until their code is compiled, and finds how many loops make a run. */
export async function warmUp(timed: TimedList, budget: number, step: Step): Promise<void> {
  const quick = timed.filter(({ firstCall }) => firstCall < SLOW * budget);
  const shortestRun = budget / USUAL / timed.length;
  const end = performance.now() + WARM_UP * budget;
  for (let turn = 0; turn < MOST && (turn === 0 || performance.now() < end); turn++) {
    for (const variant of shuffled(quick)) {
      await step(variant.name, "warming up", 0);
      const { elapsed } = await timeLoops(variant.statement, variant.loops);
      if (elapsed >= shortestRun) continue;
      const factor = Math.min(10, Math.max(1.5, shortestRun / elapsed));
      variant.loops = Math.min(MOST_LOOPS, Math.ceil(variant.loops * factor));
    }
  }
}

/** In random order, by the method of Fisher and Yates. */
function shuffled<T>(items: readonly T[]): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
