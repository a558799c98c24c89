/** What a crew is given to do. */
import type { Queued } from "./record";
import type { Reply, Work } from "./protocol";

/** A task made ready to be sent. */
export interface Chunk {
  readonly work: Work;
  readonly moves: ArrayBuffer[];
  /** Queues in it, kept until the task has ended. */
  readonly held: readonly object[];
  /** Memory to be given back when the task has ended. */
  readonly borrowed: readonly SharedArrayBuffer[];
  /** Several such tasks may travel in one message. */
  readonly mayShare: boolean;
  /** For the record. */
  readonly queued: Queued;
}

/** A task, and who waits for it. */
export interface Job {
  readonly chunk: Chunk;
  /** Ends the worker when it aborts; such a task travels alone. */
  readonly signal: AbortSignal | undefined;
  /** Milliseconds that it may run; then its worker is ended. Such a task travels alone, too. */
  readonly timeout?: number | undefined;
  /** It was given to a worker that did not begin it; this is the last try, on its own. */
  alone?: boolean;
  /** Does anybody still wait for it? */
  wanted(): boolean;
  done(reply: Reply): void;
  failed(error: unknown): void;
}

/** Gives its next job when a worker is free, or undefined when there is none left. */
export interface JobSource {
  next(): Job | undefined;
  /** How many jobs it will still give, at the most. */
  left(): number;
  /** The crew is gone: its remaining jobs will never run. */
  gone(error: unknown): void;
}
