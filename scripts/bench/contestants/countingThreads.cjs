// Words counted by bare worker threads: what a pool costs beside that. Each thread is sent the next range of a file when it has answered.
const { Worker, isMainThread, parentPort } = require("node:worker_threads");
const mp = require("parallel-typescript");

const WORDS = ["dog", "cat", "boy", "girl"];
if (!isMainThread)
  parentPort.on("message", (range) => parentPort.postMessage(Object.values(mp.countWords(range, WORDS))));

/** Resolves with the threads once they can count; `count(path, parts)` of them resolves with the sums. */
exports.startThreads = async (size) => {
  const workers = Array.from({ length: size }, () => new Worker(__filename));
  const total = WORDS.map(() => 0);
  /** Resolves when that one has answered. */
  const ask = (worker, range) =>
    new Promise((resolve, reject) => {
      worker.once("error", reject);
      worker.once("message", (counts) => {
        worker.off("error", reject);
        counts.forEach((count, place) => (total[place] += count));
        resolve(undefined);
      });
      worker.postMessage(range);
    });
  const work = async (worker, ranges) => {
    for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) await ask(worker, range);
  };
  const count = async (path, parts) => {
    total.fill(0);
    const ranges = [...mp.fileRanges(path, parts)];
    await Promise.all(workers.map((worker) => work(worker, ranges)));
    return [...total];
  };
  await count(__filename, size);
  return { count, end: () => Promise.all(workers.map((worker) => worker.terminate())) };
};
