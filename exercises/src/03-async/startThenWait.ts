import { AsyncResult, range } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const COUNTS = range(6).map((k) => 20_000 + k);

export const startThenWait: Exercise = {
  id: "3.2",
  title: "Start everything, then wait",
  minutes: 5,
  task: "The function below uses `applyAsync`, and yet it is a serial program: only one task is under way at any time. **Change it**, so that all tasks are sent before the first is waited for.",
  start: `// Exercise 3.2: send all tasks first, then wait.
await check("3.2", async (pool: mp.Pool, counts: number[]) => {
  const sums: number[] = [];
  for (const count of counts) {
    const receipt = pool.applyAsync(burn, [count]);
    sums.push(await receipt.get());
  }
  return sums;
});`,
  uses: ["burn"],
  hints: [
    "The loop makes a receipt and asks for its value at once. Make two steps of it: first all receipts, then all values.",
    "`const receipts = counts.map((count) => pool.applyAsync(burn, [count]));` Then `Promise.all`, as in the section on `get`.",
  ],
  solution: `await check("3.2", async (pool: mp.Pool, counts: number[]) => {
  const receipts = counts.map((count) => pool.applyAsync(burn, [count]));
  return Promise.all(receipts.map((receipt) => receipt.get()));
});`,
  mistakes: [
    {
      what: "Another name for the same loop: each value is awaited before the next task is sent.",
      code: `await check("3.2", async (pool: mp.Pool, counts: number[]) => {
  const sums: number[] = [];
  for (const count of counts) sums.push(await pool.applyAsync(burn, [count]));
  return sums;
});`,
      says: "never two of them under way at the same time",
    },
    {
      what: "The receipts are returned, and not their values.",
      code: `await check("3.2", async (pool: mp.Pool, counts: number[]) =>
  counts.map((count) => pool.applyAsync(burn, [count])));`,
      says: "receipts. Ask each of them for its value",
    },
    {
      what: "`async` does not make anything parallel: the notebook computes.",
      code: `await check("3.2", async (pool: mp.Pool, counts: number[]) =>
  Promise.all(counts.map(async (count) => burn(count))));`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.run(COUNTS);
    const { answer } = seen;
    const sums = COUNTS.map((count) => range(count).reduce((sum, i) => sum + Math.sqrt(i), 0));
    const right = Array.isArray(answer) && answer.join() === sums.join();
    const areReceipts = Array.isArray(answer) && answer.some((each) => each instanceof AsyncResult);
    const came = areReceipts ? "a list of receipts. Ask each of them for its value" : shown(answer);
    attempt.must(right, `the ${sums.length} sums are right`, `the sums ${shown(sums)}`, came);
    attempt.mustBeParallel(seen, COUNTS.length, "all sums");
  },
};
