/** How a worker of a pool does a task: makes its function and items, calls the one with the others, and makes a reply of what comes. */
import { clock } from "../../base/clock";
import { refuseOwn } from "../../remote/published";
import { decode } from "../../serialize/decode/decode";
import type { Decoded } from "../../serialize/decode/decode";
import { toCompactList, memoryOf, numbersOf, fromCompactList } from "../../serialize/encode/compactList";
import { unpack } from "../../serialize/message/bytes";
import type { Packed } from "../../serialize/message/bytes";
import { encoding, failures } from "./loadOnDemand";
import { machines, thisWorker } from "./channel";
import type { Payload, Reply, SentItems, SentResults } from "../protocol/messages";

/** A function that was sent. */
export interface ReceivedFunction {
  /** For messages: "`cube`". */
  readonly name: string;
  readonly payload: Payload;
  made?: Decoded | Promise<Decoded>;
}
const received = new Map<number, ReceivedFunction>();

/** The function of a task. It is made once, with its first task, when the initializer has made what it refers to. */
export function functionOf(payload: Payload | number): ReceivedFunction {
  if (typeof payload === "number") return received.get(payload) as ReceivedFunction;
  const fn = { name: payload.name === "" ? "a function" : `\`${payload.name}\``, payload };
  if (!payload.once) received.set(payload.fn, fn);
  return fn;
}

export function forget(fn: number): void {
  received.delete(fn);
}

type AnyFunction = (...args: unknown[]) => unknown;

/** Functions of the initializer's that others may refer to. */
let initial: ReadonlyMap<string, Function> | undefined;

/** Runs the initializer of a pool; the finalizer is returned, to be called with nothing. */
export async function initialize(initializer: Packed): Promise<(() => unknown) | undefined> {
  const { value, functions } = await decode(unpack(initializer), { evaluate: true });
  initial = functions;
  const [fn, args, finalizer] = value as [AnyFunction | undefined, unknown[], AnyFunction | undefined];
  const state = await fn?.(...args);
  return finalizer && (() => finalizer(state));
}

function make({ code }: Payload): Decoded | Promise<Decoded> {
  try {
    return decode("bytes" in code ? unpack(code) : code, { evaluate: true, context: initial });
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
export async function runTask(
  fn: ReceivedFunction,
  task: { readonly items: SentItems; readonly spread: boolean; readonly first: number | undefined },
  initialized: Promise<void> | undefined,
  beginItem: (at: number) => void,
): Promise<{ reply: Reply; moves: ArrayBuffer[] }> {
  const { first, spread } = task;
  const received = clock();
  let started = received;
  let ended = received;
  let at = -1;
  try {
    if (initialized !== undefined) await initialized;
    const made = (fn.made ??= make(fn.payload));
    const { value, functions } = isThenable(made) ? await made : made;
    const sent = itemsOf(task.items, spread, functions);
    const items = isThenable(sent) ? await sent : sent;
    ended = started = clock();
    const results = await callAll(value as AnyFunction, items, spread, (index) => beginItem((at = index)));
    at = -1;
    ended = clock();
    const what = (index: number): string =>
      `result of ${fn.name}${first === undefined ? "" : ` for item ${first + index}`}`;
    const { packed, moves, held } = packResults(results, what);
    refuseOwn(held, `the result of ${fn.name}`);
    return { reply: { times: [received, started, ended, clock()], outcome: packed }, moves };
  } catch (error) {
    if (at >= 0) ended = clock();
    const where = `${thisWorker()}, running ${fn.name}${first === undefined || at < 0 ? "" : ` on item ${first + at}`}`;
    const failure = failures().toFailure(error, where, machines);
    return { reply: { times: [received, started, ended, clock()], outcome: { failure } }, moves: [] };
  }
}

/** Calls `fn` with each item. Where all are numbers, items and results, each result takes the place of its item. */
async function callAll(
  fn: AnyFunction,
  items: Float64Array | unknown[],
  spread: boolean,
  begin: (index: number) => void,
): Promise<Float64Array | unknown[]> {
  let index = 0;
  let results: unknown[] = [];
  if (items instanceof Float64Array) {
    for (; index < items.length; index++) {
      begin(index);
      const result = fn(items[index]);
      if (typeof result !== "number") {
        results = Array.from(items.subarray(0, index++));
        results.push(isThenable(result) ? await result : result);
        break;
      }
      items[index] = result;
    }
    if (results.length === 0) return items;
  }
  for (; index < items.length; index++) {
    begin(index);
    const result = spread ? fn(...(items[index] as unknown[])) : fn(items[index]);
    results.push(isThenable(result) ? await result : result);
  }
  return results;
}

function packResults(
  results: Float64Array | unknown[],
  what: (index: number) => string,
): { packed: SentResults; moves: ArrayBuffer[]; held: readonly object[] } {
  if (results instanceof Float64Array) return { packed: "in place", moves: [], held: [] };
  const numbers = numbersOf(results, false);
  if (numbers !== undefined) return { packed: numbers, moves: [], held: [] };
  const list = toCompactList(results, false, machines);
  if (list !== undefined) return { packed: { list }, moves: memoryOf(list) as ArrayBuffer[], held: [] };
  const { message, moves, held } = encoding().encode(results, { what, shared: !machines, machines, returning: true });
  return { packed: message, moves, held };
}

function itemsOf(
  items: SentItems,
  spread: boolean,
  context: ReadonlyMap<string, Function>,
): Float64Array | unknown[] | Promise<unknown[]> {
  if (items instanceof Float64Array) return items;
  if ("list" in items) return spread ? [fromCompactList(items.list)] : fromCompactList(items.list);
  const decoded = decode("bytes" in items ? unpack(items) : items, { evaluate: true, context });
  return decoded instanceof Promise ? decoded.then(({ value }) => value as unknown[]) : (decoded.value as unknown[]);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    (typeof value === "object" || typeof value === "function") &&
    value !== null &&
    typeof (value as { then?: unknown }).then === "function"
  );
}
