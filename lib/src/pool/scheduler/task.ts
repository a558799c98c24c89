/** What a scheduler is given to do. */
import type { Queued } from "../record/recorder";
import type { Reply, Work } from "../protocol/messages";

/** The part of a call that one worker is to do, made ready to be sent. */
export interface Chunk {
  readonly work: Work;
  readonly moves: ArrayBuffer[];
  /** Queues in it, kept until the task has ended. */
  readonly held: readonly object[];
  /** Memory to be given back when the task has ended. */
  readonly borrowed: readonly SharedArrayBuffer[];
  /** Nobody can change its items any more. */
  readonly isFixed: boolean;
  /** It is so small that many may be sent to a worker ahead of their time. */
  readonly isSmall: boolean;
  /** When it was put into the queue, and what it took to make it ready; for the timeline. */
  readonly queued: Queued;
}

/** A chunk, and who waits for it. */
export interface Task {
  readonly chunk: Chunk;
  /** Ends the task when it aborts. */
  readonly signal: AbortSignal | undefined;
  /** How long it may run, in milliseconds. */
  readonly timeout?: number | undefined;
  /** It is sent to a worker that has nothing else to do, and nothing is sent after it: one of several in a message could not be read. */
  alone?: boolean;
  /** Does anybody still wait for it? */
  wanted(): boolean;
  done(reply: Reply): void;
  failed(error: unknown): void;
}

/** Gives its next task when a worker is free, or undefined when there is none left. */
export interface TaskSource {
  next(): Task | undefined;
  /** How many tasks it will still give, at the most. */
  left(): number;
  /** There are no workers any more: its remaining tasks will never run. */
  gone(error: unknown): void;
}
