/** One call over a list of items, cut into tasks; the results are put together in the order of the items. */
import { types } from "node:util";
import { defaultChunkSize } from "../../base/chunkSize";
import { SerializationError } from "../../base/errors";
import { numbersOf } from "../../serialize/encode/compactList";
import { giveBack } from "../../serialize/message/sharedMemory";
import type { Deferred } from "../scheduler/deferred";
import type { Executor } from "../scheduler/executor";
import { Task } from "../scheduler/task";
import type { Call, Receiver } from "../scheduler/task";
import type { CallBar } from "./callBar";

export interface MapCall extends Call {
  /** Each item is a list of arguments. */
  readonly spread: boolean;
  readonly chunkSize: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly bar: CallBar | undefined;
  /** What comes of it. It is told at once, not by a promise: Stop ends the promises' callbacks that wait behind code that it ends. */
  readonly result: Deferred<unknown[]>;
}

/** Runs a function over all items; the results in the order of the items. The first failure ends the call. */
export function runMap(scheduler: Executor, call: MapCall, items: readonly unknown[]): Promise<unknown[]> {
  const { fn, signal, spread, bar, result } = call;
  let isOver = false;
  let results: unknown[] = [];
  // Its owner may add some meanwhile.
  const { length } = items;
  let left = length;
  const end = (): void => {
    isOver = true;
    signal?.removeEventListener("abort", onAbort);
    if (!fn.isLasting) scheduler.forget(fn.payload.fn);
  };
  // One memory for all numbers: to cut a long list takes longer than to send it.
  const numbers = spread ? undefined : numbersOf(items, true);
  const finish = (): void => {
    end();
    if (numbers !== undefined) giveBack(numbers.buffer as SharedArrayBuffer);
    bar?.end("finished");
    result.resolve(results);
  };
  const fail = (error: unknown): void => {
    if (isOver) return;
    end();
    bar?.fail(error);
    result.reject(error);
  };
  const receiver: Receiver = {
    get isOver() {
      return isOver;
    },
    done(part, { first = 0 }) {
      if (isOver) return;
      if (results.length === 0) results = listFor(part, length);
      copyInto(results, first, part);
      bar?.advance(part.length);
      left -= part.length;
      if (left === 0) finish();
    },
    failed: fail,
  };
  let tasks: Task[] = [];
  const onAbort = (): void => {
    fail(signal?.reason);
    for (const task of tasks) task.stop(signal?.reason);
  };
  const begin = (): void => {
    if (signal?.aborted === true) return onAbort();
    if (left === 0) return finish();
    try {
      tasks = makeTasks(call, receiver, numbers ?? items, call.chunkSize ?? defaultChunkSize(left, scheduler.size));
    } catch (error) {
      return fail(error);
    }
    signal?.addEventListener("abort", onAbort);
    result.canceller = { cancel: (reason) => !isOver && left === length && scheduler.cancel(tasks, reason) };
    scheduler.add(tasks);
  };
  begin();
  return result.promise();
}

/** All tasks are made before the first is sent: a value that cannot travel is refused before any task begins. */
function makeTasks(call: MapCall, receiver: Receiver, items: readonly unknown[] | Float64Array, size: number): Task[] {
  const tasks: Task[] = [];
  const moved = new Set<ArrayBuffer>();
  for (let first = 0; first < items.length; first += size) {
    const end = first + size;
    const part = types.isFloat64Array(items) ? items.subarray(first, end) : items.slice(first, end);
    const task = new Task(call, receiver, part, call.spread, first);
    tasks.push(task);
    for (const buffer of task.moves) {
      if (moved.has(buffer)) throw movedTwice(size === 1 ? `item ${first}` : `one of the items from ${first} on`);
      moved.add(buffer);
    }
  }
  return tasks;
}

function movedTwice(item: string): SerializationError {
  return new SerializationError(
    `${item} moves a buffer that an item before it moves, too, to another task. Transfer each buffer once, or send a copy.`,
  );
}

function copyInto(list: unknown[], first: number, part: ArrayLike<unknown>): void {
  for (let at = 0; at < part.length; at++) list[first + at] = part[at];
}

/** A list that begins as one of numbers is kept as such by V8, and is filled with them twice as fast. */
function listFor(part: ArrayLike<unknown>, length: number): unknown[] {
  const list: unknown[] = types.isFloat64Array(part) ? [0.5] : [];
  list.length = length;
  return list;
}
