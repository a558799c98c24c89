/**
 * What runs in each worker of a pool. Tasks come on a port of our own, some of them ahead of their time. The worker begins one after the other, and
 * sends each reply before it begins the next task.
 */
import { isMainThread, parentPort, receiveMessageOnPort } from "node:worker_threads";
import { isMeasured } from "../../base/coverageTools";
import { SerializationError } from "../../base/errors";
import { connectToParent, handleAnswer } from "../../remote/parent";
import { NO_ITEM } from "../protocol/claims";
import type { FromWorker, Reply, SentTask, ToWorker } from "../protocol/messages";
import { claims, connect, machines, port, send, setup, thisWorker } from "./channel";
import { becomeWorker } from "./currentWorker";
import { beInitialized, finalize, noteExitHandlers, reportInitialized } from "./initializer";
import { coverage, failures, queueClient } from "./loadOnDemand";
import { redirectOutput, reportStrayErrors, running } from "./captureOutput";
import { forget, functionOf, runTask } from "./runTask";
import type { ReceivedFunction } from "./runTask";

/** After so many milliseconds the event loop has to have a turn: timers of earlier tasks may wait for it. */
const LONGEST_TURN = 5;

let tasksDone = 0;
/** What was sent and is not done. */
const queue: { readonly task: SentTask; readonly fn: ReceivedFunction }[] = [];
let isWorking = false;
let isLeaving = false;
/** When the event loop last had a turn. */
let turn = 0;

// A task may replace it.
const exit = process.exit.bind(process);
if (!isMainThread && parentPort !== null) start();

function start(): void {
  port.on("message", (message: ToWorker) => {
    turn = performance.now();
    try {
      handle(message);
    } catch (error) {
      breakDown(error);
    }
  });
  port.on("messageerror", unread);
  port.unref();
  connectToParent({
    send: (message) => send(message as FromWorker),
    hold: () => port.ref(),
    release: () => port.unref(),
    receive,
  });
  connect();
  redirectOutput((stream, text, route) => send({ is: "print", stream, text, route }), setup.route);
  reportStrayErrors();
  if (setup.hasMemoryLimit) (require("./ownMemory") as typeof import("./ownMemory")).guardOwnMemory();
  if (isMeasured()) coverage().coverUntilExit();
}

function handle(message: ToWorker): void {
  if (areTasks(message)) {
    for (const task of message) queue.push({ task, fn: functionOf(task[1]) });
    if (!isWorking) void work();
    return;
  }
  switch (message.is) {
    case "welcome":
      return becomeWorker(message.number, setup.machine);
    case "initialize":
      void reportInitialized();
      return;
    case "end":
      void leave();
      return;
    case "forget":
      return forget(message.fn);
    case "answer":
    case "synced":
      return handleAnswer(message);
    case "size":
      return queueClient().handleSize(message);
  }
}

/** Not told by the name of a property: a task may have added one to all objects. */
function areTasks(message: ToWorker): message is readonly SentTask[] {
  return Array.isArray(message);
}

/** Ends this worker; the finalizer and what was registered for that run first. */
async function leave(): Promise<void> {
  if (isLeaving) return;
  isLeaving = true;
  const finalized = finalize();
  if (finalized !== undefined) await finalized;
  process.on("exit", () => claims.end());
  exit(0);
}

/** This file itself has failed, for a task has changed what everything here builds on: nobody must wait for this worker. */
function breakDown(error: unknown): void {
  try {
    send({
      is: "broken",
      why: `it could not go on (${String(error)}), perhaps since a task has changed built-in objects such as Array.prototype`,
    });
  } catch {
    exit(1);
  }
}

/** A message cannot be read: nobody must wait for its tasks. */
function unread(error: Error): void {
  send({ is: "unread", why: `a message could not be read (${error.message})` });
}

/** Sends a reply. One that cannot be sent becomes a failure: somebody waits for it. */
function sendReply(id: number, { times, outcome }: Reply, moves: ArrayBuffer[]): void {
  try {
    send([id, ...times, outcome], moves);
  } catch (error) {
    const failure = failures().toFailure(
      new SerializationError(`The result cannot travel: ${(error as Error).message}`),
      `${thisWorker()}, between the message and the function`,
      machines,
    );
    send([id, ...times, { failure }]);
  }
}

/** piscina asks for a function, and never calls it: tasks come on a port of our own. */
export default function unused(): void {
  throw new Error("piscina was asked to run a task of its own.");
}

/** Does the tasks that were sent, one after the other, as long as there are any. */
async function work(): Promise<void> {
  isWorking = true;
  try {
    for (let next = nextTask(); next !== undefined; next = nextTask()) {
      // The main thread may have taken it back.
      if (claims.begin(next.task[0])) await run(next.task, next.fn);
      if (performance.now() - turn > LONGEST_TURN) await nextTurn();
    }
  } catch (error) {
    breakDown(error);
  }
  isWorking = false;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(() => {
      turn = performance.now();
      resolve();
    });
  });
}

async function run([id, , route, items, spread, first]: SentTask, fn: ReceivedFunction): Promise<void> {
  claims.item = NO_ITEM;
  const { reply, moves } = await running.run(
    { name: fn.name, route },
    runTask,
    fn,
    { items, spread, first },
    beInitialized(),
    beginItem,
  );
  noteExitHandlers();
  sendReply(id, reply, moves);
  if (setup.maxTasksPerChild !== undefined && ++tasksDone >= setup.maxTasksPerChild) await leave();
}
const beginItem = (at: number): void => {
  claims.item = at;
};

/** To ask for the next message is faster than to be called for it. */
function nextTask(): (typeof queue)[number] | undefined {
  while (queue.length === 0 && receiveOne());
  return queue.shift();
}

/** Handles the next message; false when there is none. */
function receiveOne(): boolean {
  let entry: { message: ToWorker } | undefined;
  try {
    entry = receiveMessageOnPort(port);
  } catch (error) {
    unread(error as Error);
    return true;
  }
  if (entry === undefined) return false;
  handle(entry.message);
  return true;
}

/** A task blocks this thread until an answer has come. */
function receive(): void {
  const { rings } = claims;
  if (!receiveOne()) claims.waitForRing(rings);
}
