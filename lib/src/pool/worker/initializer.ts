/** Runs the pool's initializer in this worker, once, and its finalizer. */
import type { Failure } from "../../remote/failure";
import { IN_INITIALIZER, NO_ITEM } from "../protocol/claims";
import { claims, machines, send, setup, thisWorker } from "./channel";
import { currentWorker } from "./currentWorker";
import { failures, stackFrames } from "./loadOnDemand";
import { running } from "./captureOutput";
import { initialize } from "./runTask";

let initialized: Promise<void> | "done" | undefined;
let finalizer: (() => unknown) | undefined;
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
      (made) => {
        initialized = "done";
        finalizer = made;
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
    failure = failures().toFailure(error, `the initializer of ${thisWorker()}`, machines);
  }
  send({ is: "initialized", failure });
}

/** Runs the finalizer, if the initializer has run well; there is nothing to wait for when nothing is returned. What goes wrong is printed. */
export function finalize(): Promise<void> | undefined {
  if (!setup.hasFinalizer || initialized === undefined) return undefined;
  return running.run({ name: "The finalizer", route: setup.route }, async () => {
    try {
      if (initialized !== "done") await initialized;
    } catch {
      // Who waits for the initializer has its error.
      return;
    }
    try {
      await finalizer?.();
    } catch (error) {
      console.error(
        `The finalizer of worker ${currentWorker?.number} of a pool failed:\n${stackFrames().errorText(error)}`,
      );
    }
  });
}

/** Tells the main thread whether there is a finalizer, or a task or the initializer has registered something for the end of this worker. */
export function noteExitHandlers(): void {
  if (finalizer !== undefined || process.listenerCount("exit") > initialExitHandlers) claims.hasExitHandlers = true;
}
