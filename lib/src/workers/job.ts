/** What a crew is given to do. */
import type { Queued } from "./record";
import type { Reply, Task, Work } from "./protocol";

/** A task, and who waits for it. */
export interface Job {
  readonly task: Omit<Work, "slot"> | Extract<Task, { payload: undefined }>;
  readonly moves: ArrayBuffer[];
  /** Queues in it, kept until the task has ended. */
  readonly held: readonly object[];
  /** Ends the worker when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** For the record. */
  readonly queued: Queued;
  done(reply: Reply): void;
  failed(error: unknown): void;
}

/** Gives its next job when a worker is free, or undefined when there is none left. */
export interface JobSource {
  next(): Job | undefined;
  /** The crew is gone: its remaining jobs will never run. */
  gone(error: unknown): void;
}
