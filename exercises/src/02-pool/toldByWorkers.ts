import { range } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const NUMBERS = range(2, 500);

export const toldByWorkers: Exercise = {
  id: "2.5",
  title: "Who counted?",
  minutes: 7,
  task: "`look` adds 1 to `found` for each prime number. **Predict** what the function returns; then run the cell. The workers counted, each in a copy of its own. **Change it**, so that the workers look, and the right number of primes comes back.",
  start: `let found = 0;
function look(n: number): void {
  if (isPrime(n)) found += 1;
}

// Exercise 2.5: change it, so that the number of primes comes back.
await check("2.5", async (pool: mp.Pool, numbers: number[]) => {
  await pool.map(look, numbers);
  return found;
});`,
  uses: ["primes"],
  hints: [
    "What a worker changes, stays there. What it *returns* comes back.",
    "Let `look` return 1 or 0 (its type becomes `number`). `pool.map` gives the list of what it returned: add it up here.",
  ],
  solution: `function look(n: number): number {
  return isPrime(n) ? 1 : 0;
}

await check("2.5", async (pool: mp.Pool, numbers: number[]) => {
  const told = await pool.map(look, numbers);
  return told.reduce((a, b) => a + b);
});`,
  mistakes: [
    {
      what: "The variable of the notebook is read: it is still 0.",
      code: `let found = 0;
const look = (n: number) => { if (isPrime(n)) found += 1; };

await check("2.5", async (pool: mp.Pool, numbers: number[]) => {
  await pool.map(look, numbers);
  return found;
});`,
      says: "each in a copy of its own",
    },
    {
      what: "The workers tell their counters, and the last one is taken for all.",
      code: `let found = 0;
const look = (n: number) => { if (isPrime(n)) found += 1; return found; };

await check("2.5", async (pool: mp.Pool, numbers: number[]) => {
  const told = await pool.map(look, numbers, { chunkSize: 50 });
  return told[0] + told.at(-1);
});`,
      says: "primes, what all workers have found together",
    },
    {
      what: "The notebook looks itself.",
      code: `await check("2.5", (pool: mp.Pool, numbers: number[]) => numbers.filter(isPrime).length);`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.run(NUMBERS);
    const { answer } = seen;
    const primes = NUMBERS.filter((n) => NUMBERS.every((d) => d * d > n || n % d !== 0)).length;
    const zero = answer === 0 ? ". The workers counted, each in a copy of its own" : "";
    const expected = `${primes} primes, what all workers have found together`;
    attempt.must(answer === primes, `${primes} primes`, expected, shown(answer) + zero);
    attempt.mustBeParallel(seen, NUMBERS.length, "all of it");
  },
};
