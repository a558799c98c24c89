import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import * as mp from "parallel-typescript";
import { temporaryFolder } from "./files";

/** A pool that is gone when the test is. */
export function makePool(t: TestContext, size?: number, options?: mp.PoolOptions): mp.Pool {
  const pool = new mp.Pool(size, options);
  t.after(() => pool.terminate());
  return pool;
}

/** Numbers that all workers see. */
export function sharedCells(length = 1): Int32Array {
  return new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
}

/** Waits in a worker, without turning its event loop, until a cell has reached a number. */
export function blockUntil(cells: Int32Array, index: number, atLeast: number): void {
  for (let value = Atomics.load(cells, index); value < atLeast; value = Atomics.load(cells, index))
    Atomics.wait(cells, index, value, 20);
}

/** Adds one to a cell and wakes those who wait for it; the number before. */
export function count(cells: Int32Array, index = 0): number {
  const before = Atomics.add(cells, index, 1);
  Atomics.notify(cells, index);
  return before;
}

/** Waits in the main thread until something is so; the test's own time limit is the limit. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** What a promise rejects with; fails when it does not. */
export async function errorOf(promise: PromiseLike<unknown>): Promise<any> {
  let value: unknown;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`expected a rejection, got the result ${String(value)}`);
}

export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of its own, `mp` being the library; resolves when it has ended. */
export function runScript(
  t: TestContext,
  source: string,
  {
    flags = [],
    wrapper = [],
    onOutput,
  }: { flags?: string[]; wrapper?: string[]; onOutput?: (stdout: string, pid: number) => void } = {},
): Promise<Ended> {
  const file = join(temporaryFolder(t), "script.js");
  writeFileSync(file, `const mp = require(${JSON.stringify(require.resolve("parallel-typescript"))});\n${source}`);
  const [program, ...args] = [...wrapper, process.execPath, ...flags, file];
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    onOutput?.(stdout, child.pid as number);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => {
    const end = (code: number | null, signal: string | null): void => resolve({ code, signal, stdout, stderr });
    child.once("close", end);
    // What the program left behind may hold its output open: a test must not wait for that.
    child.once("exit", (code, signal) => setTimeout(end, 100, code, signal));
  });
}

/** Is there such a process, a zombie not counted? */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
    throw error;
  }
}
