import { counted } from "../attempt";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const POWERS = [1024, 243, 1000];

export const severalArguments: Exercise = {
  id: "2.2",
  title: "Several arguments",
  minutes: 5,
  task: "`pool.starmap(fn, items)` is `map` for functions with several parameters: each item is a list of arguments. Compute 2¹⁰, 3⁵ and 10³ by `power`, with **one call** of the pool.",
  start: `const power = (base: number, exponent: number) => base ** exponent;

// Exercise 2.2: return the list of the three powers.
await check("2.2", async (pool: mp.Pool) => {

});`,
  hints: [
    "Each item is a list of two numbers. There are three of them, so the items are a list of three lists.",
    "`return pool.starmap(power, [[2, 10], ...]);`",
  ],
  solution: `const power = (base: number, exponent: number) => base ** exponent;

await check("2.2", async (pool: mp.Pool) => {
  return pool.starmap(power, [[2, 10], [3, 5], [10, 3]]);
});`,
  mistakes: [
    {
      what: "Three calls, one for each power.",
      code: `const power = (base: number, exponent: number) => base ** exponent;

await check("2.2", (pool: mp.Pool) =>
  Promise.all([pool.apply(power, [2, 10]), pool.apply(power, [3, 5]), pool.apply(power, [10, 3])]));`,
      says: "3 calls",
    },
    {
      what: "`map` gives the function one argument: the whole pair.",
      code: `const power = (base: any, exponent?: any) => base ** exponent;

await check("2.2", (pool: mp.Pool) => pool.map(power, [[2, 10], [3, 5], [10, 3]]));`,
      says: "`map` hands over one argument",
    },
    {
      what: "The powers are computed in the notebook.",
      code: `const power = (base: number, exponent: number) => base ** exponent;

await check("2.2", () => [power(2, 10), power(3, 5), power(10, 3)]);`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.run();
    const { answer, calls } = seen;
    const isNaNs = Array.isArray(answer) && answer.some(Number.isNaN);
    attempt.must(
      shown(answer) === shown(POWERS),
      `the powers are ${shown(POWERS)}`,
      shown(POWERS),
      shown(answer) + (isNaNs ? ". `map` hands over one argument only: the whole pair" : ""),
    );
    attempt.mustBeInWorkers(seen, POWERS.length, "the three powers");
    attempt.must(calls === 1, "one call of the pool", "one call of the pool", counted(calls, "call"));
  },
};
