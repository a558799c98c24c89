/** What a pool's record says about each worker: stretches of time and what they were spent on. Figures only; it draws nothing. */
import type { PoolRecord, TaskRecord, WorkerStart } from "../../pool/record/recorder";
import { exactSum } from "../../timing/timeit";

export const PHASES = ["starting", "sending", "computing", "sending back"] as const;
export type Phase = (typeof PHASES)[number];
export type Spent = Readonly<Record<Phase, number>>;

/** A stretch of a worker's time, in milliseconds of the picture: pauses of the whole pool are cut out. */
export interface Stretch {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
  readonly task: TaskRecord;
}
export interface Lane {
  readonly worker: number;
  readonly tasks: number;
  readonly stretches: readonly Stretch[];
  /** Milliseconds of each phase; the rest of the picture's length was waiting. */
  readonly spent: Spent;
}
/** A time in which the pool had nothing to do, cut out of the picture at `at`. */
export interface Pause {
  readonly at: number;
  readonly length: number;
}
export interface Lanes {
  readonly lanes: readonly Lane[];
  readonly pauses: readonly Pause[];
  /** Milliseconds from the first task to the last, without the pauses. */
  readonly length: number;
}

/** Pauses that are longer than this share of the work would leave no room to see the work. */
const PAUSE_SHARE = 0.05;

/** The lanes of all workers, those without a task included. */
export function lanesOf({ size, tasks: all, starts, dropped }: PoolRecord): Lanes {
  const tasks = dropped > 0 ? sinceTheyWereSent(all) : all;
  const { pauses, length, place } = withoutPauses(tasks);
  const lanes = Array.from({ length: size }, (_, index) => {
    const own = tasks.filter((task) => task.worker === index + 1).sort((one, other) => one.started - other.started);
    const ownStarts = starts.filter(({ worker }) => worker === index + 1);
    const stretches = own.flatMap((task, at) => stretchesOf(task, own[at - 1], own[at + 1], ownStarts, place));
    return { worker: index + 1, tasks: own.length, stretches, spent: spentOn(stretches) };
  });
  return { lanes, pauses, length };
}

/** Of a call's newest tasks: what the workers did while these stood in the line is not in the record. */
function sinceTheyWereSent(tasks: readonly TaskRecord[]): TaskRecord[] {
  const start = tasks.reduce((first, { sent }) => Math.min(first, sent), Infinity);
  return tasks.map((task) => ({ ...task, queued: Math.max(start, task.queued) }));
}

function spentOn(stretches: readonly Stretch[]): Spent {
  const of = (wanted: Phase) =>
    exactSum(stretches.filter(({ phase }) => phase === wanted).map(({ from, to }) => to - from));
  return {
    starting: of("starting"),
    sending: of("sending"),
    computing: of("computing"),
    "sending back": of("sending back"),
  };
}

/** The share of each phase of all workers together, and of waiting; what would be written as 0 % is left out. */
export function sharesOf({ lanes, length }: Lanes): { name: Phase | "waiting"; share: number }[] {
  const all = lanes.length * (length || 1);
  const shares = PHASES.map((name) => ({ name, share: exactSum(lanes.map((lane) => lane.spent[name])) / all }));
  const waiting = { name: "waiting" as const, share: Math.max(0, 1 - exactSum(shares.map(({ share }) => share))) };
  return [...shares, waiting].filter(({ name, share }) => share >= 0.005 || name === "computing");
}

/** A worker computes one task at a time: what is under way to it meanwhile costs it nothing. */
function stretchesOf(
  task: TaskRecord,
  before: TaskRecord | undefined,
  after: TaskRecord | undefined,
  starts: readonly WorkerStart[],
  place: (time: number) => number,
): Stretch[] {
  const from = Math.max(task.sent, before?.ended ?? -Infinity);
  const until = Math.max(task.ended, Math.min(task.done, after?.sent ?? Infinity));
  const ready = starts.map((start) => start.ready).find((time) => time > from && time <= task.received) ?? from;
  const ends: [Phase, number][] = [
    ["starting", ready],
    ["sending", task.started],
    ["computing", task.ended],
    ["sending back", until],
  ];
  let start = from;
  return ends.flatMap(([phase, end]) => {
    const stretch = { phase, from: place(start), to: place(end), task };
    start = end;
    return stretch.to > stretch.from ? [stretch] : [];
  });
}

/** Cuts out what lies between the calls, when it is long: in a notebook people read between two cells. */
function withoutPauses(tasks: readonly TaskRecord[]): {
  pauses: Pause[];
  length: number;
  place: (time: number) => number;
} {
  const inTurn = [...tasks].sort((one, other) => one.queued - other.queued);
  const gaps: { from: number; to: number }[] = [];
  const start = inTurn[0]?.queued ?? 0;
  let reached = start;
  for (const { queued, done } of inTurn) {
    if (queued > reached) gaps.push({ from: reached, to: queued });
    reached = Math.max(reached, done);
  }
  const working = reached - start - exactSum(gaps.map(({ from, to }) => to - from));
  const cuts = gaps.filter(({ from, to }) => to - from > PAUSE_SHARE * working);
  const place = (time: number): number => {
    let cut = 0;
    for (const { from, to } of cuts) {
      if (time <= from) break;
      cut += Math.min(time, to) - from;
    }
    return time - start - cut;
  };
  return {
    pauses: cuts.map(({ from, to }) => ({ at: place(from), length: to - from })),
    length: place(reached),
    place,
  };
}
