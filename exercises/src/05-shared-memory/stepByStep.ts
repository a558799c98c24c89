import type { Exercise } from "../exercise";

const PARTS = [0, 1];
const WAIT = 700;

export const stepByStep: Exercise = {
  id: "5.4",
  title: "Step by step",
  minutes: 7,
  task: "Each of two tasks does `one(part)` and then `two(part)`. The second step needs what *both* have done in the first. Now the quicker task begins its second step too early. **Change it**: nobody may begin with `two` before both have done `one`.",
  start: `type Step = (part: number) => void;

// Exercise 5.4: nobody begins with two() before both have done one().
await check("5.4", async (pool: mp.Pool, one: Step, two: Step) => {
  await pool.map((part) => {
    one(part);
    two(part);
  }, [0, 1]);
  return "done";
});`,
  hints: [
    "The tasks must wait for each other between the steps. Which thing of the section on races did that?",
    "`const barrier = new mp.Barrier(2);` before the map, and `await barrier.wait();` between the steps, in an `async` function.",
  ],
  solution: `type Step = (part: number) => void;

await check("5.4", async (pool: mp.Pool, one: Step, two: Step) => {
  const barrier = new mp.Barrier(2);
  await pool.map(async (part) => {
    one(part);
    await barrier.wait();
    two(part);
  }, [0, 1]);
  return "done";
});`,
  mistakes: [
    {
      what: "The tasks wait before the first step, and not after it.",
      code: `await check("5.4", async (pool: mp.Pool, one: any, two: any) => {
  const barrier = new mp.Barrier(2);
  await pool.map(async (part) => { await barrier.wait(); one(part); two(part); }, [0, 1]);
  return "done";
});`,
      says: "began with `two` while the other was still in `one`",
    },
    {
      what: "A barrier for one: nobody waits at it.",
      code: `await check("5.4", async (pool: mp.Pool, one: any, two: any) => {
  const barrier = new mp.Barrier(1);
  await pool.map(async (part) => { one(part); await barrier.wait(); two(part); }, [0, 1]);
  return "done";
});`,
      says: "began with `two` while the other was still in `one`",
    },
    {
      what: "`await` is forgotten: the task does not wait.",
      code: `await check("5.4", async (pool: mp.Pool, one: any, two: any) => {
  const barrier = new mp.Barrier(2);
  await pool.map(async (part) => { one(part); barrier.wait(); two(part); }, [0, 1]);
  return "done";
});`,
      says: "began with `two` while the other was still in `one`",
    },
    {
      what: "One part after the other.",
      code: `await check("5.4", async (pool: mp.Pool, one: any, two: any) => {
  for (const step of [one, two]) for (const part of [0, 1]) await pool.apply(step, [part]);
  return "done";
});`,
      says: "never two of them under way at the same time",
    },
  ],
  async check(attempt) {
    const state = new Int32Array(new SharedArrayBuffer(16)); // done with one, begun with two, too early, done with two
    // The first part is slow: the other one begins its second step meanwhile, if nothing keeps it from doing so.
    const one = (part: number) => {
      if (part === 0) Atomics.wait(state, 1, 0, WAIT);
      Atomics.add(state, 0, 1);
    };
    const two = () => {
      if (Atomics.load(state, 0) < 2) Atomics.store(state, 2, 1);
      Atomics.add(state, 1, 1);
      Atomics.notify(state, 1);
      Atomics.add(state, 3, 1);
    };
    const seen = await attempt.runOn(attempt.workers, () => [one, two]);
    const [ones = 0, , early, twos = 0] = state;
    const done = `${ones} and ${twos} times`;
    attempt.must(ones === 2 && twos === 2, "both steps were done for both parts", "each step done twice", done);
    const came = "one task began with `two` while the other was still in `one`";
    attempt.must(
      early === 0,
      "none began with `two` too early",
      "tasks that wait for each other between the steps",
      came,
    );
    attempt.mustBeParallel(seen, PARTS.length, "both parts");
  },
};
