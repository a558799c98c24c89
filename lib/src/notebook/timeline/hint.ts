/** What a pool's record advises, in a sentence; nothing when nothing stands out. Figures only. */
import { counted } from "../../base/counted";
import { availableCpus } from "../../base/cpus";
import { formatTime } from "../../timing/formatTime";
import type { PoolRecord, TaskRecord } from "../../pool/record/recorder";
import { exactSum } from "../../timing/timeit";
import { percent } from "../draw/text";
import type { Lane, Lanes, Phase } from "./lanes";

/** Sending is worth a word from this share of the workers' busy time on. */
const MUCH_SENDING = 0.3;
/** The share of sending that a computed chunk size aims at. */
const LITTLE_SENDING = 0.1;
const MUCH_STARTING = 0.3;
const MUCH_IDLE_AT_THE_END = 0.15;
const MUCH_WAITING = 0.4;
/** Milliseconds that sending a mere message takes at the very most. */
const A_MESSAGE = 2;
/** Milliseconds from which on a function is slow to reach a worker, or its result to come back. */
const A_SLOW_FUNCTION = 20;
/** Chunks a worker that end about together. */
const CHUNKS_A_WORKER = 8;

export function hintOf(record: PoolRecord, { lanes, length }: Lanes): string | undefined {
  if (record.tasks.length === 0 || length === 0) return undefined;
  const spent = (phase: Phase) => exactSum(lanes.map((lane) => lane.spent[phase]));
  const all = record.size * length;
  const sending = spent("sending") + spent("sending back");
  const busy = sending + spent("computing");
  const each = lanes.map(sendingOfTasks);
  const costs = { first: each.flatMap(({ first }) => first), others: each.flatMap(({ others }) => others) };
  // The shares are those that the legend shows.
  const starting = spent("starting");
  const aboutStarting =
    starting / all >= MUCH_STARTING
      ? `${percent(starting / all)} of the time went into starting workers: keep the pool and use it for several calls.`
      : undefined;
  if (starting > sending && aboutStarting !== undefined) return aboutStarting;
  if (busy > 0 && sending / busy >= MUCH_SENDING) {
    const start = `Sending and sending back took ${percent(sending / all)} of the workers' time, computing ${percent(spent("computing") / all)}`;
    const said = aboutSending(record, lanes, costs, start);
    if (said !== undefined) return said;
  }
  if (aboutStarting !== undefined) return aboutStarting;
  const idle = exactSum(lanes.map((lane) => length - (lane.stretches.at(-1)?.to ?? 0)));
  const atTheEnd = idle / all >= MUCH_IDLE_AT_THE_END ? aboutTheEnd(record, idle / all, length) : undefined;
  if (atTheEnd !== undefined) return atTheEnd;
  const waiting = 1 - (busy + starting) / all;
  // Between calls of map the notebook had other things to do.
  const single = record.tasks.filter(({ first }) => first === undefined).length;
  if (waiting < MUCH_WAITING || single < record.tasks.length / 2) return undefined;
  return `The workers waited ${percent(waiting)} of the time: hand over all the work at once, with map, imap or applyAsync, instead of waiting for each result.`;
}

function aboutSending(
  record: PoolRecord,
  lanes: readonly Lane[],
  { first, others: sending }: Costs,
  start: string,
): string | undefined {
  const cpus = availableCpus();
  const onMachines = record.names?.some((name) => name !== undefined) === true;
  const both = first.map(({ there, back }) => there + back);
  const isSlow = !onMachines && median(both) >= A_SLOW_FUNCTION && exactSum(both) > exactSum(sending);
  if (sending.length === 0 && !isSlow) return undefined;
  if (!onMachines && record.size > cpus)
    return `${start}, as ${record.size} workers share ${counted(cpus, "processor")}. Use fewer workers.`;
  if (isSlow) {
    const [there, back] = [median(first.map((task) => task.there)), median(first.map((task) => task.back))];
    return there < back
      ? `${start}: it takes ${formatTime(back / 1000)} until a result is back. If it is large, return only what is needed.`
      : `${start}: it takes ${formatTime(there / 1000)} until a worker has the function, what it names and its items. If large data are among that, send only what a task needs.`;
  }
  const typical = median(sending);
  if (typical >= A_MESSAGE) {
    const cost = `${start}: a task takes ${formatTime(typical / 1000)} to send`;
    return onMachines
      ? `${cost}, as it goes to another machine. Give a task more work, and let machines read large data themselves.`
      : `${cost}, far more than a mere message: its data are large, or other programs hold the workers up. Move large data with transfer instead of copying them, or let the workers read them themselves.`;
  }
  const shown = exactSum(record.tasks.map(({ items }) => items));
  // Six digits: differences of places in the picture are a little off, and 1 ms would be written as 1e+03 μs.
  const perTask = Number((exactSum(sending) / sending.length).toPrecision(6));
  const perItem = exactSum(lanes.map((lane) => lane.spent.computing)) / shown;
  const costs = `${start}: an item takes ${formatTime(perItem / 1000)} to compute, a task ${formatTime(perTask / 1000)} to send`;
  const wanted = chunkSizeFor(perTask, perItem);
  const single = record.tasks.every(({ first }) => first === undefined);
  // Calls of apply and applyAsync have one item each; together they could be one map.
  if (wanted * record.size > (single ? shown : itemsOfLargestCall(record)))
    return `${costs}. For so little work the notebook itself is quicker.`;
  return `${costs}. Use ${single ? "map with" : ""} larger chunks: { chunkSize: ${wanted} }.`.replace("  ", " ");
}

interface Costs {
  /** Of the first task of each function on a worker, with which it got the function itself: they say nothing of what a task costs. */
  readonly first: readonly Cost[];
  readonly others: readonly number[];
}
/** Milliseconds to the worker, and back. */
interface Cost {
  there: number;
  back: number;
}

/** What sending each task cost its worker; what was under way to a worker that computed meanwhile cost it nothing. */
function sendingOfTasks({ stretches }: Lane): Costs {
  const costs = new Map<TaskRecord, Cost>();
  for (const { phase, from, to, task } of stretches) {
    if (task === undefined) continue;
    const cost = costs.get(task) ?? { there: 0, back: 0 };
    if (phase === "sending") cost.there += to - from;
    if (phase === "sending back") cost.back += to - from;
    costs.set(task, cost);
  }
  const had = new Set<string>();
  const [first, others]: [Cost[], number[]] = [[], []];
  for (const [{ name }, cost] of costs) {
    if (had.has(name)) others.push(cost.there + cost.back);
    else first.push(cost);
    had.add(name);
  }
  return { first, others };
}

function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other).at(values.length / 2) ?? NaN;
}

function itemsOfLargestCall({ tasks }: PoolRecord): number {
  const calls = new Map<number, number>();
  for (const { call, items } of tasks) calls.set(call, (calls.get(call) ?? 0) + items);
  return [...calls.values()].reduce((most, items) => Math.max(most, items), 0);
}

/**
 * The chunk size with which sending takes a tenth of the time, when a task costs `perTask` whatever its size; two digits are
 * as exact as the measurement.
 *
 * @example
 * chunkSizeFor(0.05, 0.002); // 230: 230 items take 0.46 ms, sending them 0.05 ms
 */
export function chunkSizeFor(perTask: number, perItem: number): number {
  const exact = (perTask * (1 - LITTLE_SENDING)) / LITTLE_SENDING / perItem;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
  // Rounding errors of the division must not make it one more.
  return Math.max(1, Math.ceil(exact / step - 1e-9) * step);
}

function aboutTheEnd({ size, tasks, names = [] }: PoolRecord, share: number, length: number): string | undefined {
  const last = tasks.reduce((latest, task) => (task.done > latest.done ? task : latest));
  const items = exactSum(tasks.filter(({ call }) => call === last.call).map((task) => task.items));
  const smaller = Math.max(1, Math.floor(items / (size * CHUNKS_A_WORKER)));
  if (size === 1) return undefined;
  const start = `${percent(share)} of the time workers waited for ${names[last.worker - 1] ?? `worker ${last.worker}`} to end`;
  const alone = last.ended - last.started;
  if (last.items === 1 && alone > share * length) {
    if (last.sent - last.queued > alone / 10)
      return `${start}, which began a long task late. Hand over the longest tasks first.`;
    if (alone > length / 2)
      return `${start}: its task alone took ${formatTime(alone / 1000)}. Cut it into smaller ones.`;
  }
  if (last.first === undefined || last.items <= smaller) return undefined;
  return `${start}. Use smaller chunks, so that all end together: { chunkSize: ${smaller} }.`;
}
