/**
 * What runs in each worker of a pool: piscina calls the exported function with a task. Functions are kept by call, so that
 * each is made once a call, however many chunks it has.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { MessageChannel, isMainThread, parentPort, threadId, workerData } from "node:worker_threads";
import { clock } from "../ground/clock";
import { decode } from "../transport/decode";
import { encode } from "../transport/encode";
import { unpack } from "../transport/pack";
import { errorText } from "./errorText";
import { toFailure } from "./failure";
import { printThrough } from "./output";
import type { FromWorker, Payload, Reply, Task, ToWorker, Work, WorkerSetup } from "./protocol";
import { refuseOwnQueues } from "./queue";
import { answerArrived, connectUpwards } from "./queueUp";
import { openDoor } from "./voices";
import type { Print, Stream, Voice } from "./voices";

interface Ready {
  readonly fn: (...args: unknown[]) => unknown;
  readonly functions: ReadonlyMap<string, Function>;
}
const calls = new Map<number, Promise<Ready>>();
let setup: WorkerSetup;
let initialized: Promise<void> | undefined;
let tasksDone = 0;
/** The function that is running, for what it prints and leaves behind. */
const running = new AsyncLocalStorage<{ readonly name: string; readonly voice: Voice }>();

const { port1: own, port2: theirs } = new MessageChannel();
if (!isMainThread && parentPort !== null) start();

function start(): void {
  setup = workerData as WorkerSetup;
  own.on("message", (message: ToWorker) => {
    switch (message.is) {
      case "forget": return void calls.delete(message.call);
      case "answer":
      case "size": return answerArrived(message);
    }
  });
  own.unref();
  connectUpwards({ send: tell, hold: () => own.ref(), release: () => own.unref() });
  parentPort?.postMessage({ is: "hello", thread: threadId, port: theirs, ready: clock() } satisfies FromWorker, [theirs]);
  for (const stream of ["stdout", "stderr"] as const) printThrough(stream, (text) => print(stream, text, voiceHere()));
  if (setup.voice !== 0) openDoor(printerHere);
  // What a task leaves behind must not end the worker, and must not pass in silence.
  process.on("uncaughtException", (error) => reportStray("an error", error));
  process.on("unhandledRejection", (error) => reportStray("an unhandled rejection", error));
}

function tell(message: FromWorker): void {
  own.postMessage(message);
}

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

function reportStray(what: string, error: unknown): void {
  console.error(`${running.getStore()?.name ?? "A task"} left ${what} behind in worker ${threadId}:\n${errorText(error)}`);
}

async function initialize(): Promise<void> {
  if (setup.initializer === undefined) return;
  const { value } = await decode(unpack(setup.initializer), { evaluate: true });
  const [initializer, args] = value as [(...args: unknown[]) => unknown, unknown[]];
  await initializer(...args);
}

function ready(payload: Payload): Promise<Ready> {
  let made = calls.get(payload.call);
  if (made === undefined) {
    made = (async () => {
      const { value, functions } = await decode(unpack(payload.packed), { evaluate: true });
      return { fn: value as Ready["fn"], functions };
    })();
    if (!payload.once) calls.set(payload.call, made);
  }
  return made;
}

/** Runs one task. Whatever happens in it becomes a reply; only the death of the worker does not. */
export default async function run(task: Task): Promise<unknown> {
  if (task.payload === undefined) return await running.run({ name: "The initializer", voice: setup.voice }, warmUp);
  const name = task.payload.name === "" ? "A function" : `\`${task.payload.name}\``;
  const { reply, moves } = await running.run({ name, voice: task.payload.voice }, work, task);
  if (setup.maxTasks !== undefined && ++tasksDone >= setup.maxTasks) {
    own.postMessage({ is: "farewell", task: task.id, reply } satisfies FromWorker, moves);
    process.exit(0);
  }
  if (moves.length === 0) return reply;
  const { move, transferableSymbol, valueSymbol } = require("piscina") as typeof import("piscina");
  return move({ [transferableSymbol]: moves, [valueSymbol]: reply } as unknown as Parameters<typeof move>[0]);
}

async function warmUp(): Promise<Reply> {
  const times = [0, 0, 0, 0] as const;
  try {
    await beInitialized();
    return { is: "results", thread: threadId, times, results: { plain: [] } };
  } catch (error) {
    return { is: "failure", thread: threadId, times, failure: toFailure(error, `the initializer of worker ${threadId} of the pool`) };
  }
}

/** Runs the initializer, unless it has run; after it threw, the next task tries again. */
async function beInitialized(): Promise<void> {
  initialized ??= initialize();
  await initialized.catch((error: unknown) => {
    initialized = undefined;
    throw error;
  });
}

async function work(task: Work): Promise<{ reply: Reply; moves: ArrayBuffer[] }> {
  const { payload, first, spread, slot } = task;
  const name = payload.name === "" ? "a function" : `\`${payload.name}\``;
  let at = -1;
  const received = clock();
  let started = received;
  let ended = received;
  try {
    await beInitialized();
    const { fn, functions } = await ready(payload);
    const items = (await decode(task.items, { evaluate: true, context: functions })).value as unknown[];
    const results: unknown[] = [];
    ended = started = clock();
    for (at = 0; at < items.length; at++) {
      setup.progress[slot] = at;
      const result = spread ? fn(...items[at] as unknown[]) : fn(items[at]);
      results.push(isThenable(result) ? await result : result);
    }
    at = -1;
    ended = clock();
    const what = (index: number): string => `result of ${name}${first === undefined ? "" : ` for item ${first + index}`}`;
    const { message, moves, held } = encode(results, { what, shared: true, homeward: true });
    refuseOwnQueues(held, `the result of ${name}`);
    return { reply: { is: "results", thread: threadId, times: [received, started, ended, clock()], results: message }, moves };
  } catch (error) {
    if (at >= 0) ended = clock();
    const where = `worker ${threadId} of the pool, running ${name}${first === undefined || at < 0 ? "" : ` on item ${first + at}`}`;
    return { reply: { is: "failure", thread: threadId, times: [received, started, ended, clock()], failure: toFailure(error, where) }, moves: [] };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && typeof (value as { then?: unknown }).then === "function";
}
