/**
 * The errors of this library. Each says what was expected, what came, and what to do; this file only gives them
 * their classes and the one helper that describes "what came".
 */
import { counted } from "./counted";

/**
 * The `cause` of an error that was thrown in another worker or process: its stack names the worker and the line of the
 * cell or script that threw, as Python's `multiprocessing.pool.RemoteTraceback`.
 *
 * @example
 * try { await pool.apply(parse, ["{"]); } catch (error) { console.log(error.cause.stack); }
 */
export class RemoteError extends Error {}

/** `timeout` milliseconds passed. The task itself goes on. As Python's `multiprocessing.TimeoutError`. */
export class TimeoutError extends Error {}

/** A value cannot travel to another worker; the message names it by its path and says why and what to do. */
export class SerializationError extends TypeError {}

/** The worker that ran a task died (exit, crash, out of memory); it was replaced and the pool works on. */
export class WorkerDiedError extends Error {
  /** The exit code of the worker, null when it is not known. */
  readonly exitCode: number | null;

  constructor(message?: string, options?: { cause?: unknown; exitCode?: number | null | undefined }) {
    super(message, options);
    this.exitCode = options?.exitCode ?? null;
  }
}

/** The pool was closed or terminated before the task could run. */
export class PoolClosedError extends Error {}

/** The call was cancelled before it had begun. As Python's `concurrent.futures.CancelledError`. */
export class CancelledError extends Error {}

/** Who waits at a Barrier waits in vain: it was aborted or reset, or another one who waited gave up or died. As Python's `threading.BrokenBarrierError`. */
export class BrokenBarrierError extends Error {}

// Written out: a bundler may rename the classes.
const classes = {
  RemoteError,
  TimeoutError,
  SerializationError,
  WorkerDiedError,
  PoolClosedError,
  CancelledError,
  BrokenBarrierError,
};
for (const [name, errorClass] of Object.entries(classes))
  Object.defineProperty(errorClass.prototype, "name", { value: name, configurable: true, writable: true });

/** What a wrong argument was, in words, for an error message: `the string "abc"`, `an array of 3 items`, `undefined`. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case "string":
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "number":
      return `the number ${Object.is(value, -0) ? "-0" : value}`;
    case "bigint":
      return `the bigint ${value}n`;
    case "symbol":
      return `the symbol ${value.toString()}`;
    case "function":
      return value.name === "" ? "a function without a name" : `the function ${value.name}`;
    case "object": {
      if (value === null) return "null";
      if (Array.isArray(value)) return `an array of ${counted(value.length, "item")}`;
      const name = (Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null)?.constructor?.name;
      return typeof name === "string" && name !== "Object" && name !== "" ? `an object of class ${name}` : "an object";
    }
    case "boolean":
    case "undefined":
      return String(value);
  }
}
