/** How a worker of a pool does a task: makes its function and items, calls the one with the others, and makes a reply of what comes. */
import { threadId } from "node:worker_threads";
import { clock } from "../ground/clock";
import { decode } from "../transport/decode";
import type { Decoded } from "../transport/decode";
import { encode } from "../transport/encode";
import { numbersOf } from "../transport/numbers";
import { unpack } from "../transport/pack";
import { isPrimitive } from "../transport/plain";
import { toFailure } from "./failure";
import type { Items, Payload, Reply, SentWork } from "./protocol";
import { refuseOwnQueues } from "./queue";

/** A function that was sent, as it is here. */
export interface Call {
  /** For messages: "`cube`". */
  readonly name: string;
  readonly made: Decoded | Promise<Decoded>;
}
const calls = new Map<number, Call>();

/** The call that a task is of: its function is made once, however many tasks there are. */
export function callOf(payload: Payload | number): Call {
  if (typeof payload === "number") return calls.get(payload) as Call;
  const call = { name: payload.name === "" ? "a function" : `\`${payload.name}\``, made: make(payload) };
  if (!payload.once) calls.set(payload.fn, call);
  return call;
}

export function forget(fn: number): void {
  calls.delete(fn);
}

function make({ code }: Payload): Decoded | Promise<Decoded> {
  try {
    return decode("bytes" in code ? unpack(code) : code, { evaluate: true });
  } catch (error) {
    const failed = Promise.reject<Decoded>(error);
    // Each task of the call will tell.
    failed.catch(() => undefined);
    return failed;
  }
}

/**
 * Does a task. Whatever happens in it becomes a reply; only the death of the worker does not.
 *
 * @param initialized what must have ended well first
 * @param beginItem is told which item of the task comes next
 */
export async function work(call: Call, task: SentWork, initialized: Promise<void> | undefined, beginItem: (at: number) => void): Promise<{ reply: Reply; moves: ArrayBuffer[] }> {
  const { first, spread } = task;
  const received = clock();
  let started = received;
  let ended = received;
  let at = -1;
  try {
    if (initialized !== undefined) await initialized;
    const { value, functions } = call.made instanceof Promise ? await call.made : call.made;
    const fn = value as (...args: unknown[]) => unknown;
    const items = await itemsOf(task.items, functions);
    let results: unknown[] = [];
    ended = started = clock();
    const begin = (index: number): void => beginItem(at = index);
    let next = items instanceof Float64Array ? inPlace(fn, items, begin) : undefined;
    if (items instanceof Float64Array && next === undefined) {
      ended = clock();
      return { reply: { is: "results", thread: threadId, times: [received, started, ended, clock()], results: "in place" }, moves: [] };
    }
    if (next !== undefined) results = Array.from((items as Float64Array).subarray(0, at));
    for (at = Math.max(at, 0); at < items.length; at++) {
      if (next === undefined) beginItem(at);
      let result = next !== undefined ? next.result : spread ? fn(...items[at] as unknown[]) : fn(items[at]);
      next = undefined;
      if (isThenable(result)) result = await result;
      results.push(result);
    }
    at = -1;
    ended = clock();
    const numbers = numbersOf(results, false);
    if (numbers !== undefined) return { reply: { is: "results", thread: threadId, times: [received, started, ended, clock()], results: numbers }, moves: [] };
    const what = (index: number): string => `result of ${call.name}${first === undefined ? "" : ` for item ${first + index}`}`;
    if (results.every(isPrimitive)) return { reply: { is: "results", thread: threadId, times: [received, started, ended, clock()], results: { plain: results } }, moves: [] };
    const { message, moves, held } = encode(results, { what, shared: true, homeward: true });
    refuseOwnQueues(held, `the result of ${call.name}`);
    return { reply: { is: "results", thread: threadId, times: [received, started, ended, clock()], results: message }, moves };
  } catch (error) {
    if (at >= 0) ended = clock();
    const where = `worker ${threadId} of the pool, running ${call.name}${first === undefined || at < 0 ? "" : ` on item ${first + at}`}`;
    return { reply: { is: "failure", thread: threadId, times: [received, started, ended, clock()], failure: toFailure(error, where) }, moves: [] };
  }
}

/** Each number gives way to what came of it, until something comes that is no number: that is handed back. */
function inPlace(fn: (item: unknown) => unknown, numbers: Float64Array, begin: (index: number) => void): { readonly result: unknown } | undefined {
  for (let index = 0; index < numbers.length; index++) {
    begin(index);
    const result = fn(numbers[index]);
    if (typeof result !== "number") return { result };
    numbers[index] = result;
  }
  return undefined;
}

function itemsOf(items: Items, context: ReadonlyMap<string, Function>): Float64Array | unknown[] | Promise<unknown[]> {
  if (items instanceof Float64Array) return items;
  const decoded = decode("bytes" in items ? unpack(items) : items, { evaluate: true, context });
  return decoded instanceof Promise ? decoded.then(({ value }) => value as unknown[]) : decoded.value as unknown[];
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && typeof (value as { then?: unknown }).then === "function";
}
