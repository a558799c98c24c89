/** The errors of tasks that came to no reply: their items could not be sent or read, or their worker died. */
import { SerializationError, TimeoutError, WorkerDiedError } from "../../base/errors";
import { IN_INITIALIZER } from "../protocol/claims";
import type { Payload } from "../protocol/messages";

/** How a worker ended. */
export interface Death {
  readonly exitCode: number | null;
  /** Why, where it did not end by itself. */
  readonly error?: Error & { readonly code?: string };
}

/** As Node's own. */
export function outOfMemory(): Error & { readonly code: string } {
  return Object.assign(new Error("Worker terminated due to reaching memory limit: JS heap out of memory"), {
    code: "ERR_WORKER_OUT_OF_MEMORY",
  });
}

/** The items of a task could not be sent to a worker, or not be read there. */
export function notCarried(error: unknown): SerializationError {
  return new SerializationError(`The items of this call cannot travel to a worker: ${(error as Error).message}`);
}

/** The task has had its time. */
export function ranTooLong({ timeout }: { readonly timeout?: number | undefined }): TimeoutError {
  return new TimeoutError(`The task ran for more than ${timeout} ms. Its worker was ended and replaced.`);
}

/** No worker has begun the task. */
export function neverBegun(): TimeoutError {
  return new TimeoutError(
    "The task has a time limit, and no worker could begin it. Its items may take too long to read: send less of them, or set a longer timeout.",
  );
}

interface LostTask {
  readonly call: { readonly fn: { readonly payload: Payload } };
  readonly first: number | undefined;
}

/**
 * @param task what the worker was doing; undefined: the initializer
 * @param item how many items of the task the worker had begun, less one; negative when it had begun none
 */
export function workerDied({ exitCode, error }: Death, task: LostTask | undefined, item: number): WorkerDiedError {
  const name = task === undefined || item === IN_INITIALIZER ? "the initializer" : nameOf(task.call.fn.payload.name);
  const doing = `running ${name}${task?.first === undefined || item < 0 ? "" : ` on item ${task.first + item}`}`;
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

function nameOf(name: string): string {
  return name === "" ? "a function" : `\`${name}\``;
}
