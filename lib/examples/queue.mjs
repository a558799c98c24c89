import * as mp from "parallel-typescript";

async function work(jobs, results) {
  for (let job = await jobs.get(); job !== null; job = await jobs.get()) await results.put(job ** 2);
}

const [jobs, results] = [new mp.Queue(), new mp.Queue()];
const processes = [1, 2].map(() => new mp.Process({ target: work, args: [jobs, results] }));
for (const process of processes) process.start();
for (const job of [...mp.range(10), null, null]) await jobs.put(job);
let sum = 0;
for (let count = 0; count < 10; count++) sum += await results.get();
for (const process of processes) await process.join();
console.log(
  sum,
  processes.map(({ exitCode }) => exitCode),
);

// Prints:
//   285 [ 0, 0 ]
