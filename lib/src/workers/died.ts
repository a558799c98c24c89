/** The error of a task whose worker did not reply: what became of the worker, where it was, and what to do. */
import { SerializationError, WorkerDiedError } from "../ground/errors";
import type { Payload, Work } from "./protocol";

/** The error of a task whose message could not be sent or read. */
export function notCarried(error: unknown): Error {
  return new SerializationError(`The items of this call cannot travel to a worker: ${(error as Error).message}`);
}

/**
 * @param work what it was doing; undefined: the initializer
 * @param at how many items of the task the worker had begun, less one; -1 when it had begun none
 */
export function whatHappened(error: Error & { code?: string }, work: Work | undefined, at: number): Error {
  const doing = `running ${nameOf(work?.payload)}${work?.first === undefined || at < 0 ? "" : ` on item ${work.first + at}`}`;
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new WorkerDiedError(`A worker ran out of memory while ${doing}. It was replaced. Send smaller chunks, or keep less in memory at once.`, { exitCode: 1 });
  }
  const code = /^worker exited with code: (-?\d+)$/.exec(error.message)?.[1];
  return new WorkerDiedError(
    code === undefined ? `A worker died while ${doing}: ${error.message}. It was replaced.`
      : `A worker ended with exit code ${code} while ${doing}. It was replaced. Does the function call process.exit()?`,
    { exitCode: code === undefined ? null : Number(code) },
  );
}

function nameOf(payload: Payload | undefined): string {
  if (payload === undefined) return "the initializer";
  return payload.name === "" ? "a function" : `\`${payload.name}\``;
}
