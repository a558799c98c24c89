// Two worker threads and nothing else, with real packages.
import { Worker, isMainThread, parentPort } from "node:worker_threads";
import * as work from "./work.mjs";
import { serveReal } from "./serveReal.mjs";

if (isMainThread) {
  const threads = [0, 1].map(() => {
    const worker = new Worker(new URL(import.meta.url));
    const waiting = [];
    worker.on("message", (result) => waiting.shift()(result));
    return { worker, waiting };
  });
  const run = ({ worker, waiting }, name, item) =>
    new Promise((resolve) => {
      waiting.push(resolve);
      worker.postMessage({ name, item });
    });
  await serveReal({
    map: (name, items) => Promise.all(items.map((item, at) => run(threads[at % threads.length], name, item))),
    answerTo: {},
    close: () => Promise.all(threads.map(({ worker }) => worker.terminate())),
  });
} else parentPort.on("message", async ({ name, item }) => parentPort.postMessage(await work[name](item)));
