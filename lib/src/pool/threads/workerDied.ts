/** The errors of tasks that came to no reply: their items could not be sent or read, or their worker died. */
import { SerializationError, WorkerDiedError } from "../../base/errors";
import { IN_INITIALIZER } from "../protocol/claims";
import type { Payload, Work } from "../protocol/messages";

/** How a worker ended. */
export interface Death {
  readonly exitCode: number | null;
  /** Why, where it did not end by itself. */
  readonly error?: Error & { readonly code?: string };
}

/** The items of a task could not be sent to a worker, or not be read there. */
export function notCarried(error: unknown): SerializationError {
  return new SerializationError(`The items of this call cannot travel to a worker: ${(error as Error).message}`);
}

/**
 * @param work what the worker was doing; undefined: the initializer
 * @param item how many items of the task the worker had begun, less one; negative when it had begun none
 */
export function workerDied({ exitCode, error }: Death, work: Work | undefined, item: number): WorkerDiedError {
  const doing = `running ${item === IN_INITIALIZER ? "the initializer" : nameOf(work?.payload)}${work?.first === undefined || item < 0 ? "" : ` on item ${work.first + item}`}`;
  if (error?.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new WorkerDiedError(
      `A worker ran out of memory while ${doing}. It was replaced. Send smaller chunks, or keep less in memory at once.`,
      { exitCode: 1 },
    );
  }
  if (error !== undefined)
    return new WorkerDiedError(`A worker died while ${doing}: ${error.message}. It was replaced.`, {
      exitCode,
      cause: error,
    });
  return new WorkerDiedError(
    `A worker ended with exit code ${exitCode} while ${doing}. It was replaced. Does the function call process.exit()?`,
    { exitCode },
  );
}

function nameOf(payload: Payload | undefined): string {
  if (payload === undefined) return "the initializer";
  return payload.name === "" ? "a function" : `\`${payload.name}\``;
}
