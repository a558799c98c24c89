/** Runs the pool's initializer in this worker, once. */
import { threadId } from "node:worker_threads";
import type { Failure } from "../../remote/failure";
import { IN_INITIALIZER, NO_ITEM } from "../protocol/claims";
import { claims, send, setup } from "./channel";
import { failures } from "./loadOnDemand";
import { running } from "./captureOutput";
import { initialize } from "./runTask";

let initialized: Promise<void> | "done" | undefined;
/** Listeners that are not a task's. */
const initialExitHandlers = process.listenerCount("exit");

/** Runs the initializer, unless it has run; after it threw, the next task tries again. */
export function beInitialized(): Promise<void> | undefined {
  const { initializer, route } = setup;
  if (initialized === "done" || initializer === undefined) return undefined;
  if (initialized === undefined) claims.item = IN_INITIALIZER;
  initialized ??= running
    .run({ name: "The initializer", route }, () => initialize(initializer))
    .then(
      () => {
        initialized = "done";
        claims.item = NO_ITEM;
        noteExitHandlers();
      },
      (error: unknown) => {
        initialized = undefined;
        throw error;
      },
    );
  return initialized;
}

export async function reportInitialized(): Promise<void> {
  let failure: Failure | undefined;
  try {
    await beInitialized();
  } catch (error) {
    failure = failures().toFailure(error, `the initializer of worker ${threadId} of the pool`);
  }
  send({ is: "initialized", failure });
}

/** Tells the main thread whether a task or the initializer has registered something for the end of this worker. */
export function noteExitHandlers(): void {
  if (process.listenerCount("exit") > initialExitHandlers) claims.hasExitHandlers = true;
}
