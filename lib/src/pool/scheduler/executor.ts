/** What the calls of a pool ask of whoever does their tasks: the scheduler of this program's worker threads, or that of other machines. */
import type { OutputRoute } from "../../remote/outputRoutes";
import type { WorkerVariables } from "../../serialize/encode/workerVariables";
import type { Payload, Reply, SentItems, WorkerSetup } from "../protocol/messages";
import type { Recorder } from "../record/recorder";
import type { PoolStats } from "../record/statistics";
import type { ThreadOptions } from "../threads/threads";
import type { Lifetime } from "./poolLifetime";

export interface Executor {
  /** How many workers there are, or will be. */
  readonly size: number;
  readonly recorder: Recorder;
  readonly lifetime: Lifetime;
  /** May its workers be on other machines? */
  readonly machines: boolean;
  /** The variables that each worker has for itself. */
  readonly workerVariables: WorkerVariables | undefined;
  /** Puts tasks at the end of the queue. */
  add(tasks: readonly ScheduledTask[]): void;
  /** Fails these tasks of one call, if none of them has begun; returns whether that is so. */
  cancel(tasks: readonly ScheduledTask[], error: Error): boolean;
  stats(): PoolStats;
  /** No worker needs to keep that function any more: its call has ended. */
  forget(fn: number): void;
  /** Stops at once; what waits and what runs fails with PoolClosedError. */
  terminate(): Promise<void>;
  /** Resolves when the workers are there, their initializers run. */
  whenReady(): Promise<void>;
}

/**
 * Makes what does the tasks of a pool.
 *
 * @param held queues in the setup
 * @param workerVariables the variables that each worker has for itself
 */
export type MakeExecutor = (
  setup: Omit<WorkerSetup, "route">,
  held: readonly object[],
  workerVariables: WorkerVariables | undefined,
  options: SchedulerOptions,
) => Executor;

export interface SchedulerOptions {
  /** What Node is told of each thread. */
  readonly threads?: ThreadOptions;
  /** After so many milliseconds a worker with nothing to do ends. */
  readonly idleTimeout?: number | undefined;
  /** So many tasks may wait in the queue; others wait outside it. */
  readonly maxQueue?: number | undefined;
}

/** Who has a task. */
interface WorkerOfTask {
  readonly number: number;
  stop(task: ScheduledTask, reason: unknown): void;
  /** Takes it back, unless it may have begun. */
  reclaim(task: ScheduledTask): boolean;
}

/** What a scheduler knows of a task. */
export interface ScheduledTask {
  readonly call: { readonly id: number; readonly fn: { readonly payload: Payload }; readonly route: OutputRoute };
  /** Nobody waits any more where it is over: a task that has not begun is left out. */
  readonly receiver: {
    readonly isOver: boolean;
    /** The task has found room in the queue. */
    readonly admitted?: (task: any) => void;
  };
  readonly items: SentItems;
  /** How many items it has. */
  readonly count: number;
  /** Each item is a list of arguments. */
  readonly spread: boolean;
  /** The number of the first item in the call; undefined for a single call (apply). */
  readonly first: number | undefined;
  readonly moves: readonly ArrayBuffer[];
  /** It is so small that many may be sent to a worker ahead of their time. */
  readonly isSmall: boolean;
  /** How long it may run, in milliseconds. */
  readonly timeout?: number | undefined;
  /** How long it took to make it ready, and when that was done; for the timeline. */
  readonly packing: number;
  readonly queued: number;
  /** Names it to the worker that has it. */
  id: number;
  /** When it was sent. */
  sent: number;
  /** The worker that has it. */
  worker: WorkerOfTask | undefined;
  /** Ends its worker when its time is over. */
  timer: NodeJS.Timeout | undefined;
  /** It is sent to a worker that has nothing else to do, and nothing is sent after it: one of several in a message could not be read. */
  alone: boolean;
  /** A worker with nothing else to do did not begin it, and it went on elsewhere. */
  wasNotBegun: boolean;
  /** The task queue is full, and it waits for room there. */
  isOutside: boolean;
  /** The next one in the queue. */
  next: ScheduledTask | undefined;
  /** It has to wait: it is sent with its items as they are now, whoever changes them meanwhile. */
  fixItems(): void;
  replied(reply: Reply): void;
  failed(error: unknown): void;
}
