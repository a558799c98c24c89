/** Errors on their way from a machine to its pool, and those of lost machines. */
import { types } from "node:util";
import { PoolClosedError, SerializationError, TimeoutError, WorkerDiedError } from "../base/errors";
import { settledWithin } from "../base/timeout";
import { failureOf, fromFailure } from "../remote/failure";
import type { Failure } from "../remote/failure";
import type { PoolError } from "./protocol";
import type { ScheduledTask } from "../pool/scheduler/executor";

/** How long to wait for the news of how a lost machine ended, in milliseconds. */
const EXIT_WITHIN = 1000;

/** The error of a task that a lost machine may have begun. */
export function machineLost(
  machine: string,
  why: string,
  exitCode: number | null,
  { call, first, count }: ScheduledTask,
  runs: number,
): WorkerDiedError {
  const { name } = call.fn.payload;
  const ended =
    exitCode === null
      ? why
      : exitCode < 0
        ? `it was ended by signal ${-exitCode}`
        : `it ended with exit code ${exitCode}`;
  const items =
    first === undefined ? "" : count === 1 ? ` on item ${first}` : ` on items ${first} to ${first + count - 1}`;
  const again =
    runs > 1
      ? `The task was run ${runs} times, as often as \`retries\` allows.`
      : "It is not run again, as it may have done something already; where that does no harm, give the ClusterPool `retries: 1`.";
  return new WorkerDiedError(
    `The machine ${machine} was lost while running ${name === "" ? "a function" : `\`${name}\``}${items}: ${ended}. ${again}`,
    { exitCode },
  );
}

/** The error of those who wait for machines that have ended before they had come. */
export function endedEarly(areAll: boolean, report: string): WorkerDiedError {
  return new WorkerDiedError(`${areAll ? "The" : "Some"} machines ended before they had come. ${report}`, {
    exitCode: null,
  });
}

/** The error of those who wait for machines that end again and again. */
export function lostEarly(machines: number, report: string, exitCode: number | null): WorkerDiedError {
  return new WorkerDiedError(`${machines} machines in a row ended before they were ready. ${report}`, { exitCode });
}

/** The exit code of a lost machine; null where there is no news of it for too long. */
export async function soon(known: Promise<number | null>): Promise<number | null> {
  let exitCode: number | null = null;
  await settledWithin(
    EXIT_WITHIN,
    known.then((code) => (exitCode = code)),
  );
  return exitCode;
}

/** What is sent of an error of the machine's own pool, or of a function. */
export function toSentError(error: unknown): Failure | PoolError {
  const failure = failureOf(error);
  if (failure !== undefined) return failure;
  const { name, message, exitCode } = error as Error & { exitCode?: number | null };
  return types.isNativeError(error)
    ? { name, message, exitCode }
    : { name: "Error", message: String(error), exitCode: undefined };
}

const ERRORS = { PoolClosedError, SerializationError, TimeoutError };

/** The error again. */
export function errorOf(sent: Failure | PoolError): unknown {
  if ("error" in sent) return fromFailure(sent);
  const { name, message, exitCode } = sent;
  if (name === "WorkerDiedError") return new WorkerDiedError(message, { exitCode });
  const Class = Object.hasOwn(ERRORS, name) ? ERRORS[name as keyof typeof ERRORS] : Error;
  return new Class(message);
}
