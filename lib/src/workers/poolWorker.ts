/**
 * What runs in each worker of a pool: piscina calls the exported function with a session; tasks come on a port of our own meanwhile.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { MessageChannel, isMainThread, parentPort, receiveMessageOnPort, threadId, workerData } from "node:worker_threads";
import { clock } from "../ground/clock";
import { SerializationError } from "../ground/errors";
import { Board } from "./board";
import { errorText, makeBundle, toFailure } from "./later";
import { Lookout } from "./lookout";
import { printThrough } from "./output";
import type { Failure, FromWorker, Hello, Reply, SentWork, Session, TaskTimes, ToWorker, WorkerSetup } from "./protocol";
import { answerArrived, connectUpwards } from "./queueUp";
import { callOf, forget, initialize, work } from "./work";
import { Tray } from "./tray";
import { openDoor } from "./voices";
import type { Print, Stream, Voice } from "./voices";

let setup: WorkerSetup;
let board: Board;
let seat = -1;
/** Ends the session. */
let rest: () => void = () => undefined;
let initialized: Promise<void> | "done" | undefined;
let tasksDone = 0;
/** The function that is running, for what it prints and leaves behind. */
const running = new AsyncLocalStorage<{ readonly name: string; readonly voice: Voice }>();

/** The files that a worker needs before its first task. */
const loaded = Object.keys(require.cache);
const tray = new Tray();
const { port1: own, port2: theirs } = new MessageChannel();
if (!isMainThread && parentPort !== null) start();

function start(): void {
  setup = workerData as WorkerSetup;
  board = new Board(setup.board);
  own.on("message", (message: ToWorker) => {
    try {
      hear(message);
    } catch (error) {
      breakDown(error);
    }
  });
  own.on("messageerror", refuseBatch);
  own.unref();
  connectUpwards({ send: tell, hold: () => own.ref(), release: () => own.unref() });
  parentPort?.postMessage({ is: "hello", thread: threadId, port: theirs, tray: tray.memory, ready: clock() } satisfies Hello, [theirs]);
  for (const stream of ["stdout", "stderr"] as const) printThrough(stream, (text) => print(stream, text, voiceHere()));
  if (setup.voice !== 0) openDoor(printerHere);
  // What a task leaves behind must not end the worker, and must not pass in silence.
  process.on("uncaughtException", (error) => reportStray("an error", error));
  process.on("unhandledRejection", (error) => reportStray("an unhandled rejection", error));
}

function tell(message: FromWorker, moves?: ArrayBuffer[]): void {
  own.postMessage(message, moves);
}

function hear(message: ToWorker): void {
  if (!("is" in message)) {
    const [batch, payload, voice, args] = message;
    const others = typeof payload === "number" ? payload : payload.fn;
    return void doBatch(batch, args.map((flat, index) => ({ payload: index === 0 ? payload : others, voice, items: { flat }, spread: true, first: undefined })));
  }
  switch (message.is) {
    case "batch": return void doBatch(message.batch, message.works);
    case "rest": return rest();
    case "forget": return forget(message.fn);
    case "bundle": return void setTimeout(() => void makeBundle(loaded).then((bundle) => tell({ is: "bundle", bundle })), QUIET).unref();
    case "answer":
    case "size": return answerArrived(message);
  }
}

/** How long after it was asked for it a worker makes the bundle, in milliseconds: the first tasks are more urgent. */
const QUIET = 50;

function print(stream: Stream, text: string, voice: Voice): void {
  tell({ is: "print", stream, text, voice });
}

function voiceHere(): Voice {
  return running.getStore()?.voice ?? setup.voice;
}

/** The way to print for what a task starts in its turn. */
function printerHere(): Print {
  const voice = voiceHere();
  if (voice !== lastPrinter.voice) lastPrinter = { voice, print: (stream, text) => print(stream, text, voice) };
  return lastPrinter.print;
}
let lastPrinter: { readonly voice: Voice; readonly print: Print } = { voice: -1, print: () => undefined };

/** This file itself has failed, for a task has changed what everything here builds on: nobody must wait for this worker. */
function breakDown(error: unknown): void {
  try {
    tell({ is: "broken", why: `it could not go on (${String(error)}), perhaps since a task has changed built-in objects such as Array.prototype` });
  } catch {
    exit(1);
  }
}
const { exit } = process;

/** A batch cannot be read: nobody must wait for its tasks. */
function refuseBatch(error: Error): void {
  tell({ is: "unread" });
  for (const batch = board.current(seat); board.claim(seat, batch) >= 0;) sendReplies([notCarried("A task could not be read", error)], []);
}

/** Sends replies off. One that cannot be sent after all becomes a failure: somebody waits for it. */
function sendReplies(replies: readonly Reply[], moves: ArrayBuffer[]): void {
  try {
    tell({ is: "replies", replies }, moves);
  } catch (error) {
    if (replies.length === 1) tell({ is: "replies", replies: [notCarried("The result cannot travel", error as Error)] });
    else for (const reply of replies) sendReplies([reply], []);
  }
}

/** The same for one primitive, in fewer words. */
function sendResult(times: TaskTimes, result: unknown): void {
  try {
    tell([...times, result]);
  } catch (error) {
    sendReplies([notCarried("The result cannot travel", error as Error)], []);
  }
}

function notCarried(what: string, error: Error): Reply {
  const failure = toFailure(new SerializationError(`${what}: ${error.message}`), `worker ${threadId} of the pool, between the message and the function`);
  return { is: "failure", thread: threadId, times: [clock(), clock(), clock(), clock()], failure };
}

function reportStray(what: string, error: unknown): void {
  console.error(`${running.getStore()?.name ?? "A task"} left ${what} behind in worker ${threadId}:\n${errorText(error)}`);
}

/** Takes a seat, until it is told to rest. */
export default async function sit(session: Session): Promise<void> {
  try {
    await takeSeat(session);
  } catch {
    // Another one would be offered the seat for ever.
    exit(1);
  }
}

async function takeSeat(session: Session): Promise<void> {
  ({ seat } = session);
  const rested = new Promise<void>((resolve) => { rest = resolve; });
  tell({ is: "seated", seat, failure: session.warmUp ? await warmUp() : undefined });
  await rested;
}

async function warmUp(): Promise<Failure | undefined> {
  try {
    await beInitialized();
    return undefined;
  } catch (error) {
    return toFailure(error, `the initializer of worker ${threadId} of the pool`);
  }
}

/** Runs the initializer, unless it has run; after it threw, the next task tries again. */
function beInitialized(): Promise<void> | undefined {
  const { initializer, voice } = setup;
  if (initialized === "done" || initializer === undefined) return undefined;
  initialized ??= running.run({ name: "The initializer", voice }, () => initialize(initializer)).then(
    () => { initialized = "done"; },
    (error: unknown) => {
      initialized = undefined;
      throw error;
    });
  return initialized;
}

const lookout = new Lookout();
const beginItem = (at: number): void => board.beginItem(seat, at);

/**
 * Does the tasks of a batch that nobody takes back meanwhile. The reply to a single call goes off before the next task begins, which may
 * take long; chunks of one map, of which nobody sees a part, may share a message.
 */
async function doBatch(batch: number, works: readonly SentWork[]): Promise<void> {
  try {
    await doTasks(batch, works);
  } catch (error) {
    breakDown(error);
  }
}

async function doTasks(batch: number, works: readonly SentWork[]): Promise<void> {
  const begun = performance.now();
  let held: Reply[] = [];
  let heldSince = begun;
  // Replies must come in their order: after the first by message all others do.
  let byTray = true;
  const send = (moves: ArrayBuffer[]): void => {
    if (held.length > 0) sendReplies(held, moves);
    held = [];
  };
  // All functions first: those of tasks that are taken back are needed by others of their call.
  const calls = works.map(({ payload }) => callOf(payload));
  for (let next = board.claim(seat, batch); next >= 0; next = board.claim(seat, batch)) {
    const call = calls[next];
    const { reply, moves } = await running.run({ name: call.name, voice: works[next].voice }, work, call, works[next], beInitialized(), beginItem);
    const last = setup.maxTasks !== undefined && ++tasksDone >= setup.maxTasks;
    const single = works[next].first === undefined;
    if (single && !last && reply.is === "results" && typeof reply.results === "object" && "flat" in reply.results && moves.length === 0) {
      const [result] = reply.results.flat;
      if (typeof result !== "number") byTray = false;
      if (!byTray) sendResult(reply.times, result);
      else if (tray.put(reply.times, result as number)) tell({ is: "tray" });
      continue;
    }
    byTray = false;
    const now = performance.now();
    if (held.length === 0) heldSince = now;
    held.push(last ? { ...reply, last } : reply);
    if (single || last || moves.length > 0 || now - heldSince > HOLD || calls[next + 1] !== call) send(moves);
    if (last) process.exit(0);
  }
  send([]);
  if (performance.now() - begun < SHORT && board.hasRoom && lookout.begin()) lookOut();
}
/** How long results of a map wait for more of them, in milliseconds. */
const HOLD = 0.2;
/** After batches shorter than this, in milliseconds, the next one is worth looking out for. */
const SHORT = 1;

/** Looks for the next batch, for a moment, instead of going to sleep at once: to be woken takes longer than a small task. */
function lookOut(): void {
  do {
    let entry: { message: ToWorker } | undefined;
    try {
      entry = receiveMessageOnPort(own) as { message: ToWorker } | undefined;
    } catch (error) {
      return refuseBatch(error as Error);
    }
    if (entry === undefined) continue;
    lookout.found();
    hear(entry.message);
    // A batch goes on when this function has ended.
    if (!("is" in entry.message) || entry.message.is === "batch") return;
  } while (lookout.goesOn());
}
