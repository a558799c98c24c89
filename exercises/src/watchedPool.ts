/** A pool that a check hands to the learner's function, and what the check sees of it afterwards: who computed what, and in how many messages. */
import * as mp from "parallel-typescript";
import { meet, newGate, open, watchGate, type Gate } from "./gate";
import { readRecord, takeRecord, type TaskRecord } from "./library";

/** What workers did for an answer. */
export interface Seen {
  readonly answer: unknown;
  /** How many calls of the pool's methods had tasks. */
  readonly calls: number;
  /** How many messages with items were sent. */
  readonly messages: number;
  /** How many items they had. */
  readonly items: number;
  /** How many workers did one of them or more. */
  readonly workers: number;
  /** Whether two workers had a task at the same time. */
  readonly together: boolean;
}

const WAYS = ["apply", "applyAsync", "map", "mapAsync", "starmap", "starmapAsync", "imap", "imapUnordered"] as const;
/** Tasks that nobody waited for have so long to end, in milliseconds. */
const TIME_TO_END = 3_000;

/** Calls `work` with a pool of that many workers. */
export function watched(workers: number, work: (pool: mp.Pool) => Promise<unknown>): Promise<Seen> {
  const gate = newGate();
  // A worker that is the only one would wait in vain.
  if (workers === 1) open(gate);
  return watchPool(new mp.Pool(workers), work, gate);
}

/** Calls `work` with a pool of two machines. Machines share no memory, and so no gate: whether two of them were at work at the same time is chance. */
export function watchedOnMachines(work: (pool: mp.Pool) => Promise<unknown>): Promise<Seen> {
  return watchPool(new mp.ClusterPool(mp.local(2)), work);
}

async function watchPool(pool: mp.Pool, work: (pool: mp.Pool) => Promise<unknown>, gate?: Gate): Promise<Seen> {
  for (const way of WAYS) sendThrough(pool, way, gate);
  let endWatch: (() => void) | undefined;
  try {
    await pool.ready;
    if (gate !== undefined) endWatch = watchGate(gate, () => readRecord(pool).running);
    const answer = await work(pool);
    await endSoon(pool);
    return { answer, ...seenIn(takeRecord(pool).tasks) };
  } finally {
    endWatch?.();
    await pool.terminate();
  }
}

type Way = (fn: unknown, ...rest: unknown[]) => PromiseLike<unknown> | AsyncIterableIterator<unknown>;

/** Has each function that goes through that method wait at the gate before it begins. */
function sendThrough(pool: mp.Pool, name: (typeof WAYS)[number], gate?: Gate): void {
  const way = (pool[name] as Way).bind(pool);
  const gated: Way = (fn, ...rest) => {
    const isGated = gate !== undefined && typeof fn === "function";
    const result = way(isGated ? through(gate, fn as (...args: unknown[]) => unknown) : fn, ...rest);
    // Who forgot to wait is told by the check, not by Node, which would end the program.
    if ("then" in result) result.then(undefined, () => undefined);
    return result;
  };
  Object.defineProperty(pool, name, { value: gated });
}

function through(gate: Gate, fn: (...args: unknown[]) => unknown) {
  return (...args: unknown[]) => {
    meet(gate);
    return fn(...args);
  };
}

async function endSoon(pool: mp.Pool): Promise<void> {
  pool.close();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, TIME_TO_END)));
  await Promise.race([pool.join(), late]);
  clearTimeout(timer);
}

/** Of tasks that began. */
export function seenIn(tasks: readonly TaskRecord[]): Omit<Seen, "answer"> {
  return {
    calls: new Set(tasks.map(({ call }) => call)).size,
    messages: tasks.length,
    items: tasks.reduce((sum, { items }) => sum + items, 0),
    workers: new Set(tasks.map(({ worker }) => worker)).size,
    together: tasks.some((one) => tasks.some((other) => other.worker !== one.worker && overlap(one, other))),
  };
}

const overlap = (one: TaskRecord, other: TaskRecord) => one.started < other.ended && other.started < one.ended;
