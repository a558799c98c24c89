// Two worker threads and nothing else: what a single call costs at least. No task is queued by need, no function travels, nothing is recorded.
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import { servePeer } from "./peer.mjs";
import * as work from "./work.mjs";

if (isMainThread) {
  const threads = [0, 1].map(() => {
    const worker = new Worker(new URL(import.meta.url));
    const waiting = [];
    worker.on("message", (result) => waiting.shift()(result));
    return { worker, waiting };
  });
  let calls = 0;
  await servePeer(
    (name, value) =>
      new Promise((resolve) => {
        const { worker, waiting } = threads[calls++ % threads.length];
        waiting.push(resolve);
        worker.postMessage({ name, value });
      }),
    () => Promise.all(threads.map(({ worker }) => worker.terminate())),
  );
} else parentPort.on("message", ({ name, value }) => parentPort.postMessage(work[name](value)));
