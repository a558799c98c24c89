/**
 * Keeps a worker that fills its memory from taking the whole program along. Node ends such a worker only when it came upon the limit in
 * small steps: one allocation that is larger than the little room it leaves (an array that grows) makes V8 end the process
 * (https://github.com/nodejs/node/issues/47224). V8's debugger, though, makes room first, and pauses the thread: there is time to end
 * it. Awaits are slower under it, so it is turned on only while tasks run and the workers have taken much memory.
 */
import { Session, url } from "node:inspector";
import { isMainThread } from "node:worker_threads";
import type { Worker } from "node:worker_threads";
import { pathToFileURL } from "node:url";
import { v8 } from "../../base/loadLate";
import { clearInterval, setInterval } from "../../base/timers";
import { entryFile } from "../../base/workerFile";
import { outOfMemory } from "./lostTaskErrors";

/** Milliseconds between two looks at the memory, and after how many looks without a busy pool there are no more. */
const PACE = 100;
const IDLE_LOOKS = 20;
/** From this share of one heap's limit on it might become too much before the next look. */
const MUCH = 0.25;

/** The workers of a pool. */
type Workers = () => readonly Worker[];
const busyPools = new Set<Workers>();
let timer: NodeJS.Timeout | undefined;
let idleLooks = 0;
let session: Session | undefined;

/** The pool of these workers has something to do. */
export function guardMemory(workers: Workers): void {
  if (!isMainThread) return;
  busyPools.add(workers);
  timer ??= setInterval(look, PACE).unref();
}

/** It has nothing to do any more. */
export function stopGuardingMemory(workers: Workers): void {
  busyPools.delete(workers);
}

function look(): void {
  idleLooks = busyPools.size === 0 ? idleLooks + 1 : 0;
  if (idleLooks > IDLE_LOOKS) {
    clearInterval(timer);
    timer = undefined;
    idleLooks = 0;
    detach();
  } else if (busyPools.size > 0) {
    // A debugger that is attached stops there by itself, and this one would have it go on at every stop of its own.
    if (!workersHaveMuch() || url() !== undefined) detach();
    else if (session === undefined) attach();
  }
}

function workersHaveMuch(): boolean {
  const much = MUCH * v8().getHeapStatistics().heap_size_limit;
  if (process.memoryUsage.rss() < much) return false;
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external > much;
}

function attach(): void {
  const attached = (session = new Session());
  attached.connect();
  const post = (sessionId: string, method: string): void => {
    attached.post("NodeWorker.sendMessageToWorker", { sessionId, message: JSON.stringify({ id: 1, method }) });
  };
  const threads = new Map<string, number>();
  attached.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }) => {
    if (!isOurs(workerInfo.url)) return;
    // Its `workerId` counts sessions; the id of the thread stands in the title.
    threads.set(sessionId, Number(/^\[worker (\d+)\]/.exec(workerInfo.title)?.[1]));
    post(sessionId, "Debugger.enable");
  });
  attached.on("NodeWorker.receivedMessageFromWorker", ({ params: { sessionId, message } }) => {
    // Most of what comes are long lists of scripts.
    if (!message.startsWith('{"method":"Debugger.paused"')) return;
    const { reason } = (JSON.parse(message) as { params: { reason: string } }).params;
    if (reason === "OOM") endWorker(threads.get(sessionId));
    post(sessionId, "Debugger.resume");
  });
  attached.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
}

/** Workers begin with a file of the library; where it was not built into bundles, with piscina's. */
function isOurs(address: string): boolean {
  return address === pathToFileURL(entryFile("worker")).href || /[\\/]piscina[\\/]/.test(address);
}

function detach(): void {
  session?.disconnect();
  session = undefined;
}

/** Ends it as Node would have, had it been able to: with an error that says what happened. */
function endWorker(thread: number | undefined): void {
  const worker = [...busyPools].flatMap((workers) => workers()).find(({ threadId }) => threadId === thread);
  void worker?.terminate();
  worker?.emit("error", outOfMemory());
}
