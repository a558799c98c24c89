/** What a pool's record says about each worker: stretches of time and what they were spent on. Figures only; it draws nothing. */
import type { PoolRecord, TaskRecord, WorkerStart } from "../../pool/record/recorder";
import { exactSum } from "../../timing/timeit";

export const PHASES = ["starting", "sending", "computing", "sending back"] as const;
/** The same where they are drawn as shares, from the lower edge of the lane up. */
export const LAYERS = ["computing", "sending", "sending back", "starting"] as const;
export type Phase = (typeof PHASES)[number];
export type Spent = Readonly<Record<Phase, number>>;

/** A stretch of a worker's time, in milliseconds of the picture: pauses of the whole pool are cut out. */
export interface Stretch {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
  /** Undefined while the worker starts. */
  readonly task: TaskRecord | undefined;
}
export interface Lane {
  readonly worker: number;
  /** "worker 2", of a cluster "lab-7 worker 2". */
  readonly name: string;
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

/** The lanes of all workers, those without a task included. With `asItWas` no pause is cut out. */
export function lanesOf(
  { size, tasks: all, starts, dropped, names = [] }: PoolRecord,
  { asItWas = false } = {},
): Lanes {
  const tasks = dropped > 0 ? sinceTheyWereSent(all) : all;
  const { pauses, length, place } = withoutPauses(tasks, asItWas ? Infinity : PAUSE_SHARE);
  const lanes = Array.from({ length: size }, (_, index) => {
    const own = tasks.filter((task) => task.worker === index + 1).sort((one, other) => one.started - other.started);
    const ownStarts = starts.filter(({ worker }) => worker === index + 1);
    const stretches = own
      .flatMap((task, at) => stretchesOf(task, own[at - 1], own[at + 1], ownStarts))
      .concat(ownStarts.map(({ asked, ready }) => ({ phase: "starting", from: asked, to: ready, task: undefined })))
      .map((stretch) => ({ ...stretch, from: within(place(stretch.from)), to: within(place(stretch.to)) }))
      .filter(({ from, to }) => to > from)
      .sort((one, other) => one.from - other.from);
    const name = names[index] ?? `worker ${index + 1}`;
    return { worker: index + 1, name, tasks: own.length, stretches, spent: spentOn(stretches) };
  });
  return { lanes, pauses, length };

  function within(time: number): number {
    return Math.min(length, Math.max(0, time));
  }
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
export function sharesOf(
  { lanes, length }: Lanes,
  phases: readonly Phase[] = PHASES,
): { name: Phase | "waiting"; share: number }[] {
  const all = lanes.length * (length || 1);
  const shares = phases.map((name) => ({ name, share: exactSum(lanes.map((lane) => lane.spent[name])) / all }));
  const waiting = { name: "waiting" as const, share: Math.max(0, 1 - exactSum(shares.map(({ share }) => share))) };
  return [...shares, waiting].filter(({ name, share }) => share >= 0.005 || name === "computing");
}

/** A worker computes one task at a time: what is under way to it meanwhile costs it nothing. */
function stretchesOf(
  task: TaskRecord,
  before: TaskRecord | undefined,
  after: TaskRecord | undefined,
  starts: readonly WorkerStart[],
): Stretch[] {
  const ready = starts.reduce((last, start) => (start.ready <= task.received ? start.ready : last), -Infinity);
  const from = Math.max(task.sent, before?.ended ?? -Infinity, ready);
  const until = Math.max(task.ended, Math.min(task.done, after?.sent ?? Infinity));
  return [
    { phase: "sending", from, to: task.started, task },
    { phase: "computing", from: task.started, to: task.ended, task },
    { phase: "sending back", from: task.ended, to: until, task },
  ];
}

/** Cuts out what lies between the calls, when it is long: in a notebook people read between two cells. */
function withoutPauses(
  tasks: readonly TaskRecord[],
  longest: number,
): {
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
  const cuts = gaps.filter(({ from, to }) => to - from > longest * working);
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
