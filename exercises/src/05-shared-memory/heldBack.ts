import { setTimeout as sleep } from "node:timers/promises";
import { counted } from "../attempt";
import type { Exercise } from "../exercise";

const ITEMS = 40;
/** What a queue of a few places, and the item that waits before it, come to. */
const MOST = 12;
/** Looks at a producer that has stopped, until it is certain that it waits. */
const LOOKS = 30;

export const heldBack: Exercise = {
  id: "5.5",
  title: "Write it yourself: hold back a producer",
  minutes: 10,
  task: "A worker makes `count` items by `make(0)`, `make(1)`, ..., and the notebook uses each by `await use(item)`, which takes longer. Write it with a queue between them. Few items may lie there: **never more than ten** that are made and not used. Return when all are used. (Hand the queue to the task by naming it there.)",
  start: `type Make = (number: number) => number;
type Use = (item: number) => Promise<void>;

// Exercise 5.5: write it yourself.
await check("5.5", async (pool: mp.Pool, make: Make, use: Use, count: number) => {

});`,
  hints: [
    "A queue with a bound makes `put` wait while it is full. Who has to await the `put`?",
    "`const queue = new mp.Queue<number>(3);` The task: `for (let i = 0; i < count; i++) await queue.put(make(i));` Send it by `pool.apply`, without `await`; then get and use `count` items; then await the task.",
  ],
  solution: `type Make = (number: number) => number;
type Use = (item: number) => Promise<void>;

await check("5.5", async (pool: mp.Pool, make: Make, use: Use, count: number) => {
  const queue = new mp.Queue<number>(3);
  const producer = pool.apply(async () => {
    for (let i = 0; i < count; i++) await queue.put(make(i));
  });
  for (let i = 0; i < count; i++) await use(await queue.get());
  await producer;
});`,
  mistakes: [
    {
      what: "A queue without a bound takes everything.",
      code: `await check("5.5", async (pool: mp.Pool, make: any, use: any, count: number) => {
  const queue = new mp.Queue<number>();
  const producer = pool.apply(async () => {
    for (let i = 0; i < count; i++) await queue.put(make(i));
  });
  for (let i = 0; i < count; i++) await use(await queue.get());
  await producer;
  return "done";
});`,
      says: "were made and not used",
    },
    {
      what: "The queue is bounded, but nobody awaits its `put`.",
      code: `await check("5.5", async (pool: mp.Pool, make: any, use: any, count: number) => {
  const queue = new mp.Queue<number>(3);
  const producer = pool.apply(async () => {
    for (let i = 0; i < count; i++) queue.put(make(i));
  });
  for (let i = 0; i < count; i++) await use(await queue.get());
  await producer;
  return "done";
});`,
      says: "were made and not used",
    },
    {
      what: "The notebook makes the items itself.",
      code: `await check("5.5", async (pool: mp.Pool, make: any, use: any, count: number) => {
  for (let i = 0; i < count; i++) await use(make(i));
  return "done";
});`,
      says: "computed in the notebook",
    },
    {
      what: "Some items are left in the queue.",
      code: `await check("5.5", async (pool: mp.Pool, make: any, use: any, count: number) => {
  const queue = new mp.Queue<number>(3);
  const producer = pool.apply(async () => {
    for (let i = 0; i < count; i++) await queue.put(make(i));
  });
  for (let i = 0; i < count - 2; i++) await use(await queue.get());
  await producer;
  return "done";
});`,
      says: "38 items",
    },
  ],
  async check(attempt) {
    const made = new Int32Array(new SharedArrayBuffer(4));
    const make = (number: number) => {
      Atomics.add(made, 0, 1);
      return number * 10;
    };
    const used: unknown[] = [];
    let most = 0;
    const ahead = () => Atomics.load(made, 0) - used.length;
    // The first use takes until the producer waits, or is far ahead.
    const use = async (item: unknown) => {
      for (let looks = 0, before = -1; used.length === 0 && looks < LOOKS && ahead() <= MOST;) {
        looks = ahead() === before ? looks + 1 : 0;
        before = ahead();
        await sleep(10);
      }
      most = Math.max(most, ahead());
      used.push(item);
    };
    const seen = await attempt.runOn(attempt.workers, () => [make, use, ITEMS]);
    const all = `${counted(ITEMS, "item")} made and used`;
    const right = used.join() === Array.from({ length: ITEMS }, (_, number) => number * 10).join();
    const came = `${counted(used.length, "item")} used`;
    attempt.must(right, all, `all ${ITEMS} items used, in their order`, came);
    attempt.mustBeInWorkers(seen, 1, "the items");
    const far = "far more than ten items were made and not used, at some moment";
    attempt.must(most <= MOST, "never more than a few were waiting", "at most ten items that wait", far);
  },
};
