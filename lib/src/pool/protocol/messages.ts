/** What the main thread and the workers of a pool say to each other: every message is one of these. */
import type { MessagePort } from "node:worker_threads";
import type { Packed } from "../../serialize/message/bytes";
import type { Message } from "../../serialize/message/message";
import type { Failure } from "../../remote/failure";
import type { QueueAnswer, QueueRequest } from "../../queue/messages";
import type { SyncAnswer, SyncRequest } from "../../sync/messages";
import type { Stream, OutputRoute } from "../../remote/outputRoutes";

/** A function, as it is sent to the workers. */
export interface Payload {
  /** Names the function, as it was when it was sent, among those of this process. */
  readonly fn: number;
  /** In shared memory where many workers are to read it. */
  readonly code: Packed | Message;
  /** There is no other task for it, so the worker need not keep the function. */
  readonly once: boolean;
  /** The function's name, for messages. */
  readonly name: string;
}

/**
 * A task on its way: to call a function with each of `items` (after the initializer, where that has not run). A list, because the names of
 * properties would travel with each.
 */
export type SentTask = readonly [
  id: number,
  /** Of a function that the worker has already, only its name. */
  payload: Payload | number,
  /** By which its prints are shown. */
  route: OutputRoute,
  items: SentItems,
  /** Each item is a list of arguments, not one argument. */
  spread: boolean,
  /** The number of the first item in its call; undefined for a single call (apply). */
  first: number | undefined,
];

/** Nothing but numbers are sent as such, in shared memory: their results may take their places. */
export type SentItems = Message | Packed | Float64Array | CompactList;
export type SentResults = Message | Float64Array | CompactList | "in place";

/** A list of items or results, or the arguments of a single call, as `toCompactList` makes it. */
export interface CompactList {
  readonly list: readonly unknown[];
}

/** What became of a task. */
export interface Reply {
  readonly times: TaskTimes;
  readonly outcome: SentResults | { readonly failure: Failure };
}

export function isFailure(outcome: Reply["outcome"]): outcome is { readonly failure: Failure } {
  return typeof outcome === "object" && "failure" in outcome;
}

/** When the worker had the task, began to compute, had computed, and had made the reply; milliseconds of `clock()`. */
export type TaskTimes = readonly [received: number, started: number, ended: number, replied: number];

/** Given to each worker when it starts. */
export interface WorkerSetup {
  /** The initializer, its arguments and the finalizer, where there is one of the two. */
  readonly initializer: Packed | undefined;
  readonly hasFinalizer: boolean;
  /** The limit of its heap is not that of this program. */
  readonly hasMemoryLimit: boolean;
  readonly maxTasksPerChild: number | undefined;
  /** The machine's name, where the workers are not in the program of their pool. */
  readonly machine?: string | undefined;
  /** By which the initializer's prints are shown, and those of whom nobody knows. */
  readonly route: OutputRoute;
}

/** The first message of a worker: the port for all others. */
export interface Hello {
  readonly is: "hello";
  readonly thread: number;
  readonly port: MessagePort;
  /** The words of its claims. */
  readonly claims: Int32Array;
  /** When it was loaded. */
  readonly ready: number;
  /** The system's number of its thread; undefined where that cannot be known. */
  readonly systemThread: number | undefined;
}

/** From a worker to its pool. */
export type FromWorker =
  /** The reply to a task: a list, as there are more of these than of all others. */
  | readonly [id: number, ...times: TaskTimes, outcome: Reply["outcome"]]
  /** Its initializer has run; `failure` is that of the initializer. */
  | { readonly is: "initialized"; readonly failure: Failure | undefined }
  /** It could not read what it was sent: the functions in it are not known here. */
  | { readonly is: "unread"; readonly why: string }
  /** It cannot go on. */
  | { readonly is: "broken"; readonly why: string }
  | { readonly is: "print"; readonly stream: Stream; readonly text: string; readonly route: OutputRoute }
  | QueueRequest
  | SyncRequest;

/** From a pool to a worker. */
export type ToWorker =
  | readonly SentTask[]
  /** The first message: which worker it is. */
  | { readonly is: "welcome"; readonly number: number }
  /** It is to run its initializer, before there is a task. */
  | { readonly is: "initialize" }
  | { readonly is: "forget"; readonly fn: number }
  /** It is to end, in an orderly way. */
  | { readonly is: "end" }
  | QueueAnswer
  | SyncAnswer;
