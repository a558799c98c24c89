/** What the main thread and the workers of a pool say to each other, and a process and its child: every message is one of these. */
import type { MessagePort } from "node:worker_threads";
import type { Packed } from "../transport/pack";
import type { Message } from "../transport/wire";
import type { Stream, Voice } from "./voices";

/** A function, as it is sent to the workers: once a call, however many tasks the call has. */
export interface Payload {
  /** Names the call among those of its pool. */
  readonly call: number;
  readonly packed: Packed;
  /** There is no other task of this call, so the worker need not keep the function. */
  readonly once: boolean;
  /** By which its prints are shown. */
  readonly voice: Voice;
  /** The function's name, for messages. */
  readonly name: string;
}

/** What a worker is asked to do: run the initializer, or call a function with each of `items` (after the initializer, where that has not run). */
export type Task = { readonly id: number; readonly payload: undefined } | Work;
export interface Work {
  readonly id: number;
  readonly payload: Payload;
  readonly items: Message;
  /** Each item is a list of arguments, not one argument. */
  readonly spread: boolean;
  /** The number of the first item in its call; undefined for a single call (apply). */
  readonly first: number | undefined;
  /** Where in the crew's `progress` the worker notes how many items of this task it has begun. */
  readonly slot: number;
}

export interface Failure {
  /** The error, as the function threw it. */
  readonly error: Message;
  /** Where it was thrown, in which worker, for the cause of causes. */
  readonly where: string;
  readonly stack: string;
}
export type Reply = { readonly thread: number; readonly times: TaskTimes } & (
  | { readonly is: "results"; readonly results: Message }
  | { readonly is: "failure"; readonly failure: Failure }
);

/** When the worker had the task, began to compute, had computed, and had made the reply; milliseconds of `clock()`. */
export type TaskTimes = readonly [received: number, started: number, ended: number, replied: number];

/** Given to each worker when it starts. */
export interface WorkerSetup {
  readonly initializer: Packed | undefined;
  readonly maxTasks: number | undefined;
  /** Shared memory: what it says outlives a worker. */
  readonly progress: Int32Array;
  /** By which the initializer's prints are shown, and those of whom nobody knows. */
  readonly voice: Voice;
}

/** From a worker to its pool, beside the replies to tasks. */
export type FromWorker =
  | { readonly is: "hello"; readonly thread: number; readonly port: MessagePort; readonly ready: number }
  | { readonly is: "print"; readonly stream: Stream; readonly text: string; readonly voice: Voice }
  /** The last reply of a worker that ends now, having done its `maxTasksPerChild`. */
  | { readonly is: "farewell"; readonly task: number; readonly reply: Reply }
  | QueueRequest;

/** From a pool to a worker, beside tasks. */
export type ToWorker =
  | { readonly is: "forget"; readonly call: number }
  | QueueAnswer;

/** From a child process to its parent. */
export type FromChild =
  /** The last word of one that failed: what it put before is on its way. */
  | { readonly is: "over" }
  | QueueRequest;
/** From a parent to its child process. */
export type ToChild = { readonly is: "run"; readonly bytes: Uint8Array; readonly name: string } | QueueAnswer;

/** What is asked of a queue and answered. */
export type QueueQuestion =
  | { readonly verb: "put"; readonly queue: string; readonly item: Uint8Array; readonly timeout: number | undefined }
  | { readonly verb: "get"; readonly queue: string; readonly timeout: number | undefined };
/** To the process in which a queue lives, from those that it was handed to. */
export type QueueRequest = { readonly is: "queue" } & (
  | QueueQuestion & { readonly request: number }
  /** The item that answered that request has arrived. */
  | { readonly verb: "got"; readonly queue: string; readonly request: number }
  | { readonly verb: "giveBack"; readonly queue: string; readonly item: Uint8Array }
  | { readonly verb: "watch" | "unwatch"; readonly queue: string }
);
export interface Answer {
  readonly is: "answer";
  readonly request: number;
  /** How many items the queue holds now. */
  readonly size: number;
  readonly item?: Uint8Array;
  readonly timedOut?: string;
  readonly gone?: string;
}
export type QueueAnswer = Answer | { readonly is: "size"; readonly queue: string; readonly size: number };
