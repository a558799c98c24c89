/** What a pool may be told when it is made, and the checks of what it is given. */
import { totalmem } from "node:os";
import { availableCpus } from "../../base/cpus";
import { describe } from "../../base/errors";
import { isIterable } from "../../base/items";
import type { ArgumentList } from "../../base/items";
import { readOptions, type Check, type Checks } from "../../base/options";
import { LONGEST } from "../../base/timeout";
import { aFunction } from "./options";

/** How much memory a worker may take, in megabytes. */
export interface WorkerLimits {
  /** The heap, without what is young; 4 at least, and a worker that does anything needs some 8. */
  maxOldGenerationSizeMb?: number | undefined;
  /** The part of the heap in which objects begin. */
  maxYoungGenerationSizeMb?: number | undefined;
  /** Compiled code. */
  codeRangeSizeMb?: number | undefined;
  /** The stack; 4 when left out. */
  stackSizeMb?: number | undefined;
}

/** What a Pool may be told when it is made. The initializer's arguments may be left out only where it can be called without any. */
export type PoolOptions<Initargs extends readonly unknown[] = any[]> = {
  /**
   * Runs once in every worker before its first task, replacements of dead workers included. If it throws, calls reject with its error; a later call tries again.
   * A variable of the module, script or cell that it assigns (a database, a loaded model, a cache) is each worker's own from then on: the tasks of this pool see that one.
   *
   * @example
   * let db: Database;
   * const pool = new mp.Pool(4, { initializer: (path: string) => { db = new Database(path); }, initargs: ["people.sqlite"] });
   * await pool.map((id) => db.find(id), ids);
   */
  initializer?: ((...args: Initargs) => unknown) | undefined;
  /** Replace a worker after this many tasks. A positive integer. */
  maxTasksPerChild?: number | undefined;
  /**
   * Runs in a worker that ends in an orderly way: when the pool is closed and has done its tasks, after `maxTasksPerChild` tasks or `idleTimeout`. Not when the
   * worker dies, is ended by a signal, a timeout, Stop or `terminate()`, and not where the initializer has failed. It gets what the initializer returned, and sees
   * the variables that the initializer has assigned. It may be asynchronous, and may take 5 seconds; at the end of a program that has not closed its pool, one.
   * What it throws is printed; `join()` resolves all the same.
   *
   * @example
   * const pool = new mp.Pool(4, {
   *   initializer: (path: string) => new DatabaseSync(path),
   *   initargs: ["people.sqlite"],
   *   finalizer: (db: DatabaseSync) => db.close(),
   * });
   */
  finalizer?: ((state: any) => unknown) | undefined;
  /**
   * Limits of each worker's memory, in megabytes, as node:worker_threads has them. A task that needs more rejects with WorkerDiedError, and its worker is replaced;
   * only one that asks at once for more than three times what is allowed ends the whole program, as V8 can make no room for that.
   */
  resourceLimits?: WorkerLimits | undefined;
  /** The `process.env` of the workers, in the place of a copy of this program's. Variables that are undefined are left out. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Options of Node for the workers, in the place of this program's, such as ["--no-warnings"]. Where Node cannot start a worker with them, calls reject with its reason. */
  execArgv?: readonly string[] | undefined;
  /**
   * How many tasks may wait in the task queue, a positive integer; no bound when left out. When it is full, further tasks wait outside it, in their order, and their promises stay
   * pending; imap and imapUnordered read no more items until their last task is in the queue.
   */
  maxQueue?: number | undefined;
  /**
   * Milliseconds after which a worker that has nothing to do ends, in an orderly way; it starts again when there is work for it, and runs the initializer again.
   * Workers never end for that when it is left out.
   */
  idleTimeout?: number | undefined;
} & ([] extends Initargs ? { initargs?: ArgumentList<Initargs> | undefined } : { initargs: ArgumentList<Initargs> });

function positiveInteger(name: string, value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= 1) return value;
  throw new RangeError(`Pool: ${name} must be a positive integer; got ${describe(value)}.`);
}

/** Megabytes that a worker takes before it has anything to do. */
const MEGABYTES_A_WORKER = 9;

/** A pool's number of workers: none that could not be there, for lack of memory. */
export function checkProcesses(processes: unknown): number {
  const size = positiveInteger("processes", processes);
  // 0, or more than there is, where nothing constrains this program.
  const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity) / 2 ** 20;
  const most = Math.max(availableCpus(), Math.floor(memory / MEGABYTES_A_WORKER));
  if (size <= most) return size;
  throw new RangeError(
    `Pool: processes must be ${most} at the most, as each worker takes ${MEGABYTES_A_WORKER} MB of memory or more, of which there are ${Math.floor(memory)} here; got ${describe(size)}. ` +
      `No more than ${availableCpus()} can run at once: leave it out for as many.`,
  );
}

const checkInitargs: Check<unknown[]> = (initargs) => {
  if (isIterable(initargs)) return [...initargs];
  throw new TypeError(`Pool: initargs must be a list of arguments; got ${describe(initargs)}.`);
};

const aSize =
  (name: string): Check<number> =>
  (value) => {
    if (typeof value === "number" && value > 0) return value;
    throw new RangeError(
      `Pool: resourceLimits.${name} must be a number of megabytes, more than 0; got ${describe(value)}.`,
    );
  };

/** In megabytes. Node 24 ends the whole program when a worker that starts has less than half of it. */
const LEAST_HEAP = 4;

const LIMITS: Checks<WorkerLimits> = {
  maxOldGenerationSizeMb: (value, caller) => {
    const size = aSize("maxOldGenerationSizeMb")(value, caller);
    if (size >= LEAST_HEAP) return size;
    throw new RangeError(
      `Pool: resourceLimits.maxOldGenerationSizeMb must be ${LEAST_HEAP} or more, as Node cannot start a worker with less; got ${describe(value)}.`,
    );
  },
  maxYoungGenerationSizeMb: aSize("maxYoungGenerationSizeMb"),
  codeRangeSizeMb: aSize("codeRangeSizeMb"),
  stackSizeMb: aSize("stackSizeMb"),
};

const checkEnv: Check<Record<string, string>> = (env) => {
  if (typeof env !== "object" || env === null || Array.isArray(env))
    throw new TypeError(
      `Pool: env must be an object of strings, such as { ...process.env, MODE: "test" }; got ${describe(env)}.`,
    );
  const given = Object.entries(env).filter(([, value]) => value !== undefined) as [string, unknown][];
  for (const [name, value] of given) {
    if (typeof value !== "string")
      throw new TypeError(
        `Pool: env.${name} must be a string, as all variables of an environment are; got ${describe(value)}.`,
      );
  }
  return Object.fromEntries(given) as Record<string, string>;
};

const checkExecArgv: Check<string[]> = (execArgv) => {
  if (Array.isArray(execArgv) && execArgv.every((option) => typeof option === "string")) return [...execArgv];
  throw new TypeError(
    `Pool: execArgv must be a list of Node's options, such as ["--no-warnings"]; got ${describe(execArgv)}.`,
  );
};

export const POOL: Checks<PoolOptions> = {
  initializer: aFunction("initializer"),
  initargs: checkInitargs,
  finalizer: aFunction("finalizer"),
  resourceLimits: (value) => readOptions<WorkerLimits>("Pool: resourceLimits", value, LIMITS),
  env: checkEnv,
  execArgv: checkExecArgv,
  idleTimeout: (value) => {
    if (typeof value === "number" && value >= 0) return value > LONGEST ? undefined : value;
    throw new RangeError(`Pool: idleTimeout must be a number of milliseconds, 0 or more; got ${describe(value)}.`);
  },
  maxQueue: (value) => positiveInteger("maxQueue", value),
  maxTasksPerChild: (value) => positiveInteger("maxTasksPerChild", value),
};
