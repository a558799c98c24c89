/**
 * What runs in each worker of a pool: piscina calls the exported function with a task. Functions are kept by call, so that
 * each is made once a call, however many chunks it has.
 */
import { MessageChannel, isMainThread, parentPort, threadId, workerData } from "node:worker_threads";
import { decode } from "../transport/decode";
import { encode } from "../transport/encode";
import { unpack } from "../transport/pack";
import { toFailure } from "./failure";
import type { FromWorker, Payload, Reply, Task, ToWorker, WorkerSetup } from "./protocol";
import "./queue"; // so that queues in messages are understood
import { answerArrived, connectUpwards } from "./queueLink";

interface Ready {
  readonly fn: (...args: unknown[]) => unknown;
  readonly functions: ReadonlyMap<string, Function>;
}
const calls = new Map<number, Promise<Ready>>();
let setup: WorkerSetup;
let initialized: Promise<void> | undefined;
let tasksDone = 0;
let current = "";

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
  parentPort?.postMessage({ is: "hello", thread: threadId, port: theirs } satisfies FromWorker, [theirs]);
  for (const stream of ["stdout", "stderr"] as const) printThrough(stream);
  // What a task leaves behind must not end the worker, and must not pass in silence.
  process.on("uncaughtException", (error) => reportStray("an error", error));
  process.on("unhandledRejection", (error) => reportStray("an unhandled rejection", error));
}

function tell(message: FromWorker): void {
  own.postMessage(message);
}

/** Node would keep the output of a busy worker until it is idle; through the port it is seen at once. */
function printThrough(stream: "stdout" | "stderr"): void {
  process[stream].write = ((chunk: string | Uint8Array, encoding?: unknown, done?: unknown): boolean => {
    tell({ is: "print", stream, text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString() });
    const callback = typeof encoding === "function" ? encoding : done;
    if (typeof callback === "function") queueMicrotask(() => (callback as () => void)());
    return true;
  }) as typeof process.stdout.write;
}

function reportStray(what: string, error: unknown): void {
  console.error(`${current === "" ? "A task" : `\`${current}\``} left ${what} behind in worker ${threadId}:`, error);
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
  const { reply, moves } = await work(task);
  if (setup.maxTasks !== undefined && ++tasksDone >= setup.maxTasks) {
    own.postMessage({ is: "farewell", task: task.id, reply } satisfies FromWorker, moves);
    process.exit(0);
  }
  if (moves.length === 0) return reply;
  return { [Symbol.for("Piscina.transferable")]: moves, [Symbol.for("Piscina.valueOf")]: reply };
}

async function work(task: Task): Promise<{ reply: Reply; moves: ArrayBuffer[] }> {
  const { payload, first, spread } = task;
  current = payload.name;
  let at = 0;
  const where = (): string => `worker ${threadId} of the pool, running ${payload.name === "" ? "a function" : `\`${payload.name}\``}${first === undefined ? "" : ` on item ${first + at}`}`;
  try {
    initialized ??= initialize();
    await initialized.catch((error: unknown) => {
      initialized = undefined;
      throw error;
    });
    const { fn, functions } = await ready(payload);
    const items = (await decode(task.items, { evaluate: true, context: functions })).value as unknown[];
    const results: unknown[] = [];
    for (; at < items.length; at++) {
      const result = spread ? fn(...items[at] as unknown[]) : fn(items[at]);
      results.push(isThenable(result) ? await result : result);
    }
    const name = payload.name === "" ? "the function" : `\`${payload.name}\``;
    const what = (index: number): string => `result of ${name}${first === undefined ? "" : ` for item ${first + index}`}`;
    const { message, moves } = encode(results, { what, shared: true, homeward: true });
    return { reply: { is: "results", thread: threadId, results: message }, moves };
  } catch (error) {
    return { reply: { is: "failure", thread: threadId, failure: toFailure(error, where()) }, moves: [] };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null && typeof (value as { then?: unknown }).then === "function";
}
