/**
 * Keeps a worker that fills its memory from taking the whole program along. Node ends such a worker only when it came upon the limit in
 * small steps: one allocation that is larger than the little room it leaves (an array that grows) makes V8 end the process
 * (https://github.com/nodejs/node/issues/47224). V8's debugger, though, makes room first, and pauses the thread: there is time to end
 * it. Awaits are slower under it, so it is turned on only while tasks run and the workers have taken much memory.
 */
import { Session, url } from "node:inspector";
import { getHeapStatistics } from "node:v8";
import { isMainThread } from "node:worker_threads";
import type { Worker } from "node:worker_threads";

/** Milliseconds between two looks at the memory, and how many looks without a task end the watch. */
const PACE = 100;
const IDLE_LOOKS = 20;
/** From this share of one heap's limit on it might become too much before the next look. */
const MUCH = 0.25;

interface PoolThreads {
  readonly threads: () => readonly Worker[];
  running: number;
}
const pools = new Set<PoolThreads>();
let timer: NodeJS.Timeout | undefined;
let idle = 0;
let session: Session | undefined;

/** To be told when a task of a pool begins and when it ends. `threads` are the workers that the pool has. */
export function memoryWatch(threads: () => readonly Worker[]): { begin(): void; end(): void } {
  const pool: PoolThreads = { threads, running: 0 };
  return {
    begin() {
      if (pool.running++ > 0 || !isMainThread) return;
      pools.add(pool);
      timer ??= setInterval(look, PACE).unref();
    },
    end() {
      if (--pool.running === 0) pools.delete(pool);
    },
  };
}

function look(): void {
  idle = pools.size === 0 ? idle + 1 : 0;
  if (idle > IDLE_LOOKS) {
    clearInterval(timer);
    timer = undefined;
    idle = 0;
    disarm();
  } else if (pools.size > 0) {
    // A debugger that is attached stops there by itself, and we would have it go on at every stop of its own.
    if (!workersHaveMuch() || url() !== undefined) disarm();
    else if (session === undefined) arm();
  }
}

function workersHaveMuch(): boolean {
  const much = MUCH * getHeapStatistics().heap_size_limit;
  if (process.memoryUsage.rss() < much) return false;
  const { rss, heapTotal, external } = process.memoryUsage();
  return rss - heapTotal - external > much;
}

function arm(): void {
  const armed = (session = new Session());
  armed.connect();
  const tell = (sessionId: string, method: string): void => {
    armed.post("NodeWorker.sendMessageToWorker", { sessionId, message: JSON.stringify({ id: 1, method }) });
  };
  const threads = new Map<string, number>();
  armed.on("NodeWorker.attachedToWorker", ({ params: { sessionId, workerInfo } }) => {
    if (!/[\\/]piscina[\\/]/.test(workerInfo.url)) return;
    // Its `workerId` counts sessions; the id of the thread stands in the title.
    threads.set(sessionId, Number(/^\[worker (\d+)\]/.exec(workerInfo.title)?.[1]));
    tell(sessionId, "Debugger.enable");
  });
  armed.on("NodeWorker.receivedMessageFromWorker", ({ params: { sessionId, message } }) => {
    // Most of what comes are long lists of scripts.
    if (!message.startsWith('{"method":"Debugger.paused"')) return;
    const { reason } = (JSON.parse(message) as { params: { reason: string } }).params;
    if (reason === "OOM") endWorker(threads.get(sessionId) as number);
    tell(sessionId, "Debugger.resume");
  });
  armed.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
}

function disarm(): void {
  session?.disconnect();
  session = undefined;
}

/** Ends it as Node would have, had it been able to: with an error that says what happened. */
function endWorker(thread: number): void {
  for (const { threads } of pools) {
    const worker = threads().find(({ threadId }) => threadId === thread);
    if (worker === undefined) continue;
    void worker.terminate();
    worker.emit(
      "error",
      Object.assign(new Error("Worker terminated due to reaching memory limit: JS heap out of memory"), {
        code: "ERR_WORKER_OUT_OF_MEMORY",
      }),
    );
  }
}
