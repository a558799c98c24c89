/** One worker for the tests of a file, and what of a message weighs how much. Not a test file. */
import { after } from "node:test";
import { MessagePort, Worker } from "node:worker_threads";
import * as mp from "parallel-typescript";

const pool = new mp.Pool(1);
after(() => pool.terminate());

/** The pool of this test file: one worker, gone after the last test. */
export function onePool(): mp.Pool {
  return pool;
}

/** Calls `fn` in the worker. */
export function there<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
  return onePool().apply(fn, args);
}

/** The value after a journey to the worker and back. */
export function thereAndBack<T>(value: T): Promise<Awaited<T>> {
  return onePool().apply((it: T) => it, [value]);
}

interface Counter {
  inc(): unknown;
  get(): unknown;
}

/** What two counters show in the worker after two steps of the first and one of the second: [2, 1] when each has a variable of its own. */
export function countsThere(one: Counter, two: Counter): Promise<unknown[]> {
  return there(() => {
    one.inc();
    one.inc();
    two.inc();
    return [one.get(), two.get()];
  });
}

/** Bytes that are given to workers while `action` runs: of shared memory each piece once, as nobody copies it. */
export async function bytesSent(action: () => Promise<unknown>): Promise<number> {
  const seen = new Set<unknown>();
  let bytes = 0;
  const weigh = (value: unknown): void => {
    if (typeof value === "string") bytes += value.length;
    if (typeof value !== "object" || value === null || seen.has(value)) return;
    seen.add(value);
    if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) bytes += value.byteLength;
    else if (ArrayBuffer.isView(value)) weigh(value.buffer);
    else if (value instanceof Map || value instanceof Set) for (const inner of value) weigh(inner);
    else
      for (const inner of Object.values(value))
        if (typeof inner === "number") bytes += 8;
        else weigh(inner);
  };
  const owners = [MessagePort.prototype, Worker.prototype] as { postMessage: (...args: unknown[]) => void }[];
  const originals = owners.map(({ postMessage }) => postMessage);
  owners.forEach((owner, index) => {
    owner.postMessage = function (...args: unknown[]) {
      weigh(args[0]);
      return originals[index].apply(this, args);
    };
  });
  try {
    await action();
  } finally {
    owners.forEach((owner, index) => {
      owner.postMessage = originals[index];
    });
  }
  return bytes;
}
