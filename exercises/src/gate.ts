/**
 * A place at which tasks wait for one another. That two tasks overlapped says nothing on a machine with one core where each is over before the
 * other begins: so a check has each wait until a second worker has come, or until it is certain that none comes.
 */
import { setInterval } from "node:timers";

const ARRIVED = 0;
const ROUND = 1;
const OPEN = 2;
/** No task waits longer, whatever happens to the notebook, in milliseconds. */
const LONGEST = 10_000;
const EACH = 20;
/** After so many looks without a second task, none comes: the notebook had its turns, and it sent none. */
const LOOKS = 5;
/** A loop of single calls is told by a few of them. */
const MOST_ALONE = 3;

export type Gate = Int32Array;

export function newGate(): Gate {
  return new Int32Array(new SharedArrayBuffer(12));
}

/** In a worker: waits until a second one is here, too. */
export function meet(gate: Gate): void {
  if (Atomics.load(gate, OPEN) === 1) return;
  const round = Atomics.load(gate, ROUND);
  if (Atomics.add(gate, ARRIVED, 1) > 0) return open(gate);
  Atomics.wait(gate, ROUND, round, LONGEST);
  Atomics.sub(gate, ARRIVED, 1);
}

/** For good. */
export function open(gate: Gate): void {
  Atomics.store(gate, OPEN, 1);
  Atomics.add(gate, ROUND, 1);
  Atomics.notify(gate, ROUND);
}

/** In the notebook: lets a task go on that is alone. `underWay` tells how many tasks workers have. Returns what ends the watch. */
export function watchGate(gate: Gate, underWay: () => number): () => void {
  let looks = 0;
  let alone = 0;
  const timer = setInterval(() => {
    looks = Atomics.load(gate, ARRIVED) === 1 && underWay() === 1 ? looks + 1 : 0;
    if (looks < LOOKS) return;
    looks = 0;
    if (++alone === MOST_ALONE) return open(gate);
    Atomics.add(gate, ROUND, 1);
    Atomics.notify(gate, ROUND);
  }, EACH);
  return () => {
    clearInterval(timer);
    open(gate);
  };
}
