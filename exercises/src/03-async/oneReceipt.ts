import { counted } from "../attempt";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const SUM = [1, 2, 3, 4, 5, 6].map((x) => 1 / x).reduce((a, b) => a + b);

export const oneReceipt: Exercise = {
  id: "3.3",
  title: "One receipt for a list",
  minutes: 5,
  task: "Send the numbers 1 to 6 to `inverse` with **one** call of `mapAsync`. While the workers compute, print whether the receipt is ready. Then return the **sum** of the results.",
  start: `// Exercise 3.3: return the sum of the inverses of 1 to 6.
await check("3.3", async (pool: mp.Pool) => {

});`,
  uses: ["fail"],
  hints: [
    "`pool.mapAsync(inverse, mp.range(1, 7))` gives one receipt for the whole list. `ready()` tells whether it is done, `await ... get()` gives the list.",
    "Three lines: the receipt; `const values = await receipt.get();` and `values.reduce((a, b) => a + b)`.",
  ],
  solution: `await check("3.3", async (pool: mp.Pool) => {
  const receipt = pool.mapAsync(inverse, mp.range(1, 7));
  console.log("ready at once?", receipt.ready());
  const values = await receipt.get();
  return values.reduce((a, b) => a + b);
});`,
  mistakes: [
    {
      what: "Six receipts instead of one.",
      code: `await check("3.3", async (pool: mp.Pool) => {
  const receipts = mp.range(1, 7).map((x) => pool.applyAsync(inverse, [x]));
  const values = await Promise.all(receipts);
  return values.reduce((a, b) => a + b);
});`,
      says: "6 calls",
    },
    {
      what: "The list is returned and not its sum.",
      code: `await check("3.3", async (pool: mp.Pool) => pool.mapAsync(inverse, mp.range(1, 7)));`,
      says: "a list. Its sum was asked for",
    },
    {
      what: "`range(1, 6)` ends before 6.",
      code: `await check("3.3", async (pool: mp.Pool) => {
  const values = await pool.mapAsync(inverse, mp.range(1, 6)).get();
  return values.reduce((a, b) => a + b);
});`,
      says: "without the last number",
    },
    {
      what: "The pool is not used.",
      code: `await check("3.3", () => mp.range(1, 7).map(inverse).reduce((a, b) => a + b));`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.run();
    const { answer, calls } = seen;
    const isNear = (sum: number) => typeof answer === "number" && Math.abs(answer - sum) < 1e-9;
    const why = Array.isArray(answer)
      ? ", a list. Its sum was asked for"
      : isNear(SUM - 1 / 6)
        ? ", the sum without the last number, 6"
        : "";
    attempt.must(isNear(SUM), `the sum is ${SUM.toFixed(2)}`, `the sum ${SUM.toFixed(2)}`, shown(answer) + why);
    attempt.mustBeInWorkers(seen, 6, "the six inverses");
    attempt.must(calls === 1, "one call of the pool", "one call of the pool", counted(calls, "call"));
  },
};
