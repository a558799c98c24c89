import { setInterval } from "node:timers";
import type { Pool } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { readRecord } from "../library";
import { shown } from "../limits";

const ITEMS = [300, 20, 150];
/** The order in which the tasks may finish. */
const ORDER = [20, 150, 300];
/** After so many looks at what is done and not told, nobody will tell it. */
const LOOKS = 10;

export const asTheyFinish: Exercise = {
  id: "3.5",
  title: "As soon as it is there",
  minutes: 7,
  task: "The function gets a pool, a `task`, three `items`, and a function `tell`. Run the task for all items at the same time, and call `tell(value)` for each value **as soon as it is there**, in whichever order they come. Return, without a value, when all are told. (An `AsyncResult` is also a promise: it has `then`.)",
  start: `// Exercise 3.5: tell each value as soon as it is there.
type Task = (item: number) => number;
type Tell = (value: number) => void;

await check("3.5", async (pool: mp.Pool, task: Task, items: number[], tell: Tell) => {

});`,
  hints: [
    "A loop with `await` asks the receipts in the order of the list. Who waits for the slow first one does not see that the second is there.",
    "`receipt.then(tell)` calls `tell` when the value comes, and is a promise itself. Do it for every receipt, then `await Promise.all(...)`. A `callback` does as well.",
  ],
  solution: `type Task = (item: number) => number;
type Tell = (value: number) => void;

await check("3.5", async (pool: mp.Pool, task: Task, items: number[], tell: Tell) => {
  const receipts = items.map((item) => pool.applyAsync(task, [item]));
  await Promise.all(receipts.map((receipt) => receipt.then(tell)));
});`,
  mistakes: [
    {
      what: "The receipts are asked in the order of the list.",
      code: `await check("3.5", async (pool: mp.Pool, task: any, items: number[], tell: any) => {
  const receipts = items.map((item) => pool.applyAsync(task, [item]));
  for (const receipt of receipts) tell(await receipt.get());
  return "done";
});`,
      says: "20 was there, and not told",
    },
    {
      what: "All are waited for before the first is told.",
      code: `await check("3.5", async (pool: mp.Pool, task: any, items: number[], tell: any) => {
  const values = await pool.map(task, items, { chunkSize: 1 });
  for (const value of values) tell(value);
  return "done";
});`,
      says: "20 was there, and not told",
    },
    {
      what: "Nobody waits: the function returns before anything is told.",
      code: `await check("3.5", async (pool: mp.Pool, task: any, items: number[], tell: any) => {
  for (const item of items) pool.applyAsync(task, [item]).then(tell);
  return "done";
});`,
      says: "0 values had been told when your function returned",
    },
  ],
  async check(attempt) {
    const told: unknown[] = [];
    const turn = new Int32Array(new SharedArrayBuffer(4));
    const next = (count: number) => {
      Atomics.store(turn, 0, count);
      Atomics.notify(turn, 0);
    };
    const tell = (value: unknown) => next(told.push(value));
    // Each task waits until those that come before it have been told.
    const task = (item: number) => {
      const before = ORDER.indexOf(item);
      for (let count; (count = Atomics.load(turn, 0)) < before;) Atomics.wait(turn, 0, count);
      return item;
    };
    const watch = new Untold(() => next(ORDER.length));
    let toldAtReturn = 0;
    const seen = await attempt.runOn(
      ORDER.length,
      (pool) => {
        watch.begin(pool, () => told.length);
        return [task, ITEMS, tell];
      },
      () => {
        toldAtReturn = told.length;
        watch.end();
      },
    );
    const late = ORDER[watch.missed ?? 0];
    attempt.must(
      watch.missed === undefined,
      "",
      `${late} told as soon as it is there`,
      `${late} was there, and not told`,
    );
    const all = toldAtReturn >= ORDER.length;
    attempt.must(
      all,
      "",
      "a function that returns when all are told",
      `${toldAtReturn} values had been told when your function returned`,
    );
    const right = told.join() === ORDER.join();
    attempt.must(
      right,
      `each was told when it came: ${shown(told)}`,
      `the values ${shown(ORDER)}, each once`,
      shown(told),
    );
    attempt.mustBeParallel(seen, ITEMS.length, "all values");
  },
};

/** Sees that a value is there, and that the notebook has had its turns and told nobody. */
class Untold {
  /** The place of the first such value, in the order in which they are done. */
  missed: number | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly letGo: () => void) {}

  begin(pool: Pool, told: () => number): void {
    let looks = 0;
    this.timer = setInterval(() => {
      const count = told();
      looks = readRecord(pool).tasks.length > count ? looks + 1 : 0;
      if (looks < LOOKS) return;
      this.missed ??= count;
      this.end();
    }, 20);
  }

  end(): void {
    clearInterval(this.timer);
    this.letGo();
  }
}
