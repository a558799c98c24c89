import { Pool } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const TIMES = [300, 20, 150];

export const orderOfReceipts: Exercise = {
  id: "3.1",
  title: "In which order?",
  minutes: 4,
  task: "Three tasks take 300, 20 and 150 ms, and each returns its time. They are sent to three workers in this order, and `await Promise.all(receipts.map((r) => r.get()))` collects their values. **Predict** the list.",
  start: `// Exercise 3.1: predict the list of values.
const predicted: number[] = [];

await check("3.1", predicted);`,
  hints: [
    "Which task is done first? And which receipt is asked first?",
    "`Promise.all` gives the values in the order of the list that it got, whoever is done first.",
  ],
  solution: `// The order of the receipts, not that of finishing.
const predicted = [300, 20, 150];

await check("3.1", predicted);`,
  mistakes: [
    {
      what: "The order of finishing is taken for the order of the list.",
      code: `await check("3.1", [20, 150, 300]);`,
      says: "the order in which they finish",
    },
    {
      what: "The slowest is thought to come first, as all wait for it.",
      code: `await check("3.1", [300, 150, 20]);`,
      says: "the order in which the receipts are asked",
    },
    {
      what: "Values are looked for that no task returned.",
      code: `await check("3.1", [300, 320, 470]);`,
      says: "the numbers 300, 20 and 150",
    },
  ],
  async check(attempt) {
    const answer = await attempt.value();
    const list: unknown[] = Array.isArray(answer) ? answer : [];
    const isThem = list.length === TIMES.length && TIMES.every((time) => list.includes(time));
    attempt.must(isThem, "each value is there once", "a list of the numbers 300, 20 and 150", shown(answer));
    const values = await experiment();
    const byTime = [...TIMES].sort((one, other) => one - other);
    const finish = list.join() === byTime.join() ? ", the order in which they finish" : "";
    const expected = "the values in the order in which the receipts are asked";
    attempt.must(list.join() === values.join(), "three workers were asked just now", expected, shown(list) + finish);
  },
};

/** The order does not depend on how long they take, so they need not take it. */
async function experiment(): Promise<number[]> {
  const pool = new Pool(TIMES.length);
  try {
    const receipts = TIMES.map((time) => pool.applyAsync((ms: number) => ms, [time]));
    return await Promise.all(receipts.map((receipt) => receipt.get()));
  } finally {
    await pool.terminate();
  }
}
