import type { Exercise } from "../exercise";
import { shown } from "../limits";

const ITEMS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const fails = (n: number) => n % 3 === 0;

export const someFail: Exercise = {
  id: "3.4",
  title: "Some of them fail",
  minutes: 7,
  task: "The function gets a pool, a `task`, and a list of `items`. For some items `task` throws. Run it over all of them, **several at the same time**, and return `{ sum, failed }`: the sum of what the others gave, and how many have failed.",
  start: `// Exercise 3.4: return { sum, failed }.
await check("3.4", async (pool: mp.Pool, task: (item: number) => number, items: number[]) => {

});`,
  hints: [
    "One receipt for each item, by `applyAsync`. `wait()` waits until a receipt is ready, and throws nothing. `successful()` tells how it went.",
    "After `await Promise.all(receipts.map((r) => r.wait()))` ask each receipt `successful()`. Add up `await r.get()` of the good ones, count the others.",
  ],
  solution: `await check("3.4", async (pool: mp.Pool, task: (item: number) => number, items: number[]) => {
  const receipts = items.map((item) => pool.applyAsync(task, [item]));
  await Promise.all(receipts.map((r) => r.wait()));

  let sum = 0;
  let failed = 0;
  for (const r of receipts) {
    if (r.successful()) sum += await r.get();
    else failed += 1;
  }
  return { sum, failed };
});`,
  mistakes: [
    {
      what: "`get` throws the error of the first task that failed; nobody catches it.",
      code: `await check("3.4", async (pool: mp.Pool, task: (item: number) => number, items: number[]) => {
  const receipts = items.map((item) => pool.applyAsync(task, [item]));
  const values = await Promise.all(receipts.map((r) => r.get()));
  return { sum: values.reduce((a, b) => a + b), failed: 0 };
});`,
      says: "cannot be done",
    },
    {
      what: "One `try` around all: a single failure hides what went well.",
      code: `await check("3.4", async (pool: mp.Pool, task: (item: number) => number, items: number[]) => {
  let sum = 0;
  let failed = 0;
  try {
    for (const value of await pool.map(task, items)) sum += value;
  } catch {
    failed += 1;
  }
  return { sum, failed };
});`,
      says: "does one failure hide the others",
    },
    {
      what: "`successful` is asked before the tasks are ready.",
      code: `await check("3.4", async (pool: mp.Pool, task: (item: number) => number, items: number[]) => {
  const receipts = items.map((item) => pool.applyAsync(task, [item]));
  const good = receipts.filter((r) => r.successful());
  const values = await Promise.all(good);
  return { sum: values.reduce((a, b) => a + b), failed: items.length - good.length };
});`,
      says: "not ready",
    },
    {
      what: "The error of each task is caught, but one task is waited for before the next is sent.",
      code: `await check("3.4", async (pool: mp.Pool, task: (item: number) => number, items: number[]) => {
  let sum = 0;
  let failed = 0;
  for (const item of items) {
    try {
      sum += await pool.apply(task, [item]);
    } catch {
      failed += 1;
    }
  }
  return { sum, failed };
});`,
      says: "never two of them under way at the same time",
    },
  ],
  async check(attempt) {
    const task = (n: number) => {
      if (n % 3 === 0) throw new RangeError(`${n} cannot be done`);
      return n * n;
    };
    const seen = await attempt.run(task, ITEMS);
    const { sum, failed } = Object(seen.answer) as { sum?: unknown; failed?: unknown };
    const bad = ITEMS.filter(fails).length;
    const hidden = failed === 1 ? ". Are they caught one by one, or does one failure hide the others?" : "";
    attempt.must(failed === bad, `${bad} have failed`, `failed: ${bad}`, `failed: ${shown(failed)}${hidden}`);
    const good = ITEMS.filter((n) => !fails(n)).reduce((total, n) => total + n * n, 0);
    attempt.must(sum === good, `the others add up to ${good}`, `sum: ${good}`, `sum: ${shown(sum)}`);
    attempt.mustBeParallel(seen, ITEMS.length, "all items");
  },
};
