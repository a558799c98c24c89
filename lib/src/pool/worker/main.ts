/**
 * What runs in each worker of a pool. Tasks come on a port of our own, some of them ahead of their time. The worker begins one after the other, and
 * sends each reply before it begins the next task.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { readlinkSync } from "node:fs";
import { basename } from "node:path";
import {
  MessageChannel,
  isMainThread,
  parentPort,
  receiveMessageOnPort,
  threadId,
  workerData,
} from "node:worker_threads";
import { isThere } from "../../base/runtime";
import { clock } from "../../base/clock";
import { SerializationError } from "../../base/errors";
import { Claims, IN_INITIALIZER, NO_ITEM } from "../protocol/claims";
import { errorText, makeBundle, toFailure } from "./lazyRequire";
import { captureOutput } from "../../remote/captureOutput";
import type { FromWorker, Hello, Reply, SentTask, ToWorker, WorkerSetup } from "../protocol/messages";
import type { Failure } from "../../remote/failure";
import { handleAnswer, connectToParent } from "../../queue/client";
import { callOf, forget, initialize, runTask } from "./runTask";
import type { Call } from "./runTask";
import { setPrinter } from "../../remote/outputRoutes";
import type { Print, Stream, OutputRoute } from "../../remote/outputRoutes";

let setup: WorkerSetup;
let initialized: Promise<void> | "done" | undefined;
let tasksDone = 0;
/** The function that is running, for what it prints and leaves behind. */
const running = new AsyncLocalStorage<{ readonly name: string; readonly route: OutputRoute }>();
/** What was sent and is not done. */
const queue: { readonly task: SentTask; readonly call: Call }[] = [];
let isWorking = false;
/** When the event loop last came by. */
let turn = 0;

/** The files that a worker needs before its first task. */
const loaded = Object.keys(require.cache);
const claims = new Claims();
const { port1: own, port2: theirs } = new MessageChannel();
if (!isMainThread && parentPort !== null) start();
/** Listeners that are not a task's. */
const ownExitHandlers = process.listenerCount("exit");

function start(): void {
  setup = workerData as WorkerSetup;
  own.on("message", (message: ToWorker) => {
    turn = performance.now();
    try {
      hear(message);
    } catch (error) {
      breakDown(error);
    }
  });
  own.on("messageerror", unread);
  own.unref();
  connectToParent({ send: tell, hold: () => own.ref(), release: () => own.unref() });
  parentPort?.postMessage(
    {
      is: "hello",
      thread: threadId,
      port: theirs,
      claims: claims.words,
      ready: clock(),
      systemThread: systemThread(),
    } satisfies Hello,
    [theirs],
  );
  for (const stream of ["stdout", "stderr"] as const) captureOutput(stream, (text) => print(stream, text, routeHere()));
  if (setup.route !== 0) setPrinter(printerHere);
  // What a task leaves behind must not end the worker, and must not pass in silence.
  process.on("uncaughtException", (error) => reportStray("an error", error));
  process.on("unhandledRejection", (error) => reportStray("an unhandled rejection", error));
}

function systemThread(): number | undefined {
  const link = "/proc/thread-self";
  return isThere(link) ? Number(basename(readlinkSync(link))) : undefined;
}

function tell(message: FromWorker, moves?: ArrayBuffer[]): void {
  own.postMessage(message, moves);
}

function hear(message: ToWorker): void {
  if (areTasks(message)) {
    for (const task of message) queue.push({ task, call: callOf(task[1]) });
    if (!isWorking) void work();
    return;
  }
  switch (message.is) {
    case "initialize":
      return void reportInitialized();
    case "end":
      return leave();
    case "forget":
      return forget(message.fn);
    case "bundle":
      return void setTimeout(
        () => void makeBundle(loaded).then((bundle) => tell({ is: "bundle", bundle })),
        QUIET,
      ).unref();
    case "answer":
    case "size":
      return handleAnswer(message);
  }
}

/** Not told by the name of a property: a task may have added one to all objects. */
function areTasks(message: ToWorker): message is readonly SentTask[] {
  return Array.isArray(message);
}

/** Ends this worker; what was registered for that runs first. */
function leave(): void {
  process.on("exit", () => claims.end());
  exit(0);
}

/** How long after it was asked for it a worker makes the bundle, in milliseconds: the first tasks are more urgent. */
const QUIET = 50;

function print(stream: Stream, text: string, route: OutputRoute): void {
  tell({ is: "print", stream, text, route });
}

function routeHere(): OutputRoute {
  return running.getStore()?.route ?? setup.route;
}

/** The way to print for what a task starts in its turn. */
function printerHere(): Print {
  const route = routeHere();
  if (route !== lastPrinter.route) lastPrinter = { route, print: (stream, text) => print(stream, text, route) };
  return lastPrinter.print;
}
let lastPrinter: { readonly route: OutputRoute; readonly print: Print } = { route: -1, print: () => undefined };

/** This file itself has failed, for a task has changed what everything here builds on: nobody must wait for this worker. */
function breakDown(error: unknown): void {
  try {
    tell({
      is: "broken",
      why: `it could not go on (${String(error)}), perhaps since a task has changed built-in objects such as Array.prototype`,
    });
  } catch {
    exit(1);
  }
}
const { exit } = process;

/** A message cannot be read: nobody must wait for its tasks. */
function unread(error: Error): void {
  tell({ is: "unread", why: `a message could not be read (${error.message})` });
}

/** Sends a reply off. One that cannot be sent after all becomes a failure: somebody waits for it. */
function sendReply(id: number, reply: Reply, moves: ArrayBuffer[]): void {
  try {
    if (
      reply.is === "results" &&
      typeof reply.results === "object" &&
      "flat" in reply.results &&
      reply.results.flat.length === 1 &&
      moves.length === 0
    )
      tell([id, ...reply.times, reply.results.flat[0]]);
    else tell({ is: "reply", id, reply }, moves);
  } catch (error) {
    const failure = toFailure(
      new SerializationError(`The result cannot travel: ${(error as Error).message}`),
      `worker ${threadId} of the pool, between the message and the function`,
    );
    tell({ is: "reply", id, reply: { is: "failure", times: reply.times, failure } });
  }
}

function reportStray(what: string, error: unknown): void {
  console.error(
    `${running.getStore()?.name ?? "A task"} left ${what} behind in worker ${threadId}:\n${errorText(error)}`,
  );
}

/** piscina asks for a function, and never calls it: tasks come on a port of our own. */
export default function unused(): void {
  throw new Error("piscina was asked to run a task of its own.");
}

async function reportInitialized(): Promise<void> {
  let failure: Failure | undefined;
  try {
    await beInitialized();
  } catch (error) {
    failure = toFailure(error, `the initializer of worker ${threadId} of the pool`);
  }
  tell({ is: "initialized", failure });
}

/** Runs the initializer, unless it has run; after it threw, the next task tries again. */
function beInitialized(): Promise<void> | undefined {
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

function noteExitHandlers(): void {
  if (process.listenerCount("exit") > ownExitHandlers) claims.hasExitHandlers = true;
}

/** Does the tasks that were sent, one after the other, as long as there are any. */
async function work(): Promise<void> {
  isWorking = true;
  try {
    for (let next = nextTask(); next !== undefined; next = nextTask()) {
      // The main thread may have taken it back.
      if (claims.begin(next.task[0])) await run(next.task, next.call);
      if (performance.now() - turn > LONGEST_TURN) await nextTurn();
    }
  } catch (error) {
    breakDown(error);
  }
  isWorking = false;
}
/** After so many milliseconds the event loop has to come by: timers of earlier tasks may wait for it. */
const LONGEST_TURN = 5;

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => {
      turn = performance.now();
      resolve();
    });
  });
}

async function run([id, , route, items, spread, first]: SentTask, call: Call): Promise<void> {
  claims.item = NO_ITEM;
  const { reply, moves } = await running.run(
    { name: call.name, route },
    runTask,
    call,
    { items, spread, first },
    beInitialized(),
    beginItem,
  );
  noteExitHandlers();
  sendReply(id, reply, moves);
  if (setup.maxTasks !== undefined && ++tasksDone >= setup.maxTasks) leave();
}
const beginItem = (at: number): void => {
  claims.item = at;
};

function nextTask(): (typeof queue)[number] | undefined {
  if (queue.length === 0) waitForTask();
  return queue.shift();
}

/** Waits for a moment for the next task, instead of going back to the event loop at once: to be woken there takes longer than a small task. */
function waitForTask(): void {
  for (const until = performance.now() + WAIT; queue.length === 0;) {
    const seen = claims.messages;
    let entry: { message: ToWorker } | undefined;
    try {
      entry = receiveMessageOnPort(own) as { message: ToWorker } | undefined;
    } catch (error) {
      unread(error as Error);
      continue;
    }
    if (entry !== undefined) {
      hear(entry.message);
      continue;
    }
    const left = until - performance.now();
    if (left <= 0) return;
    claims.waitForMessage(seen, left);
  }
}
/** How long to wait, in milliseconds. */
const WAIT = 0.5;
