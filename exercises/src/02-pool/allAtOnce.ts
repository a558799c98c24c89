import type { Exercise } from "../exercise";
import { shown } from "../limits";

const LIMITS = [400, 900, 1600, 2500, 3600, 4900, 6400, 8100];

function primesBelow(limit: number): number {
  const isPrime = (n: number) => {
    for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
    return n >= 2;
  };
  return Array.from({ length: limit }, (_, n) => n).filter(isPrime).length;
}

export const allAtOnce: Exercise = {
  id: "2.3",
  title: "All workers at once",
  minutes: 5,
  task: "The function below counts primes in the pool, and its counts are right. Yet only one worker is busy at any time. **Change it**, so that several workers compute at the same time.",
  start: `// Exercise 2.3: change it, so that several workers compute at the same time.
await check("2.3", async (pool: mp.Pool, limits: number[]) => {
  const counts: number[] = [];
  for (const limit of limits) counts.push(await pool.apply(countPrimes, [limit]));
  return counts;
});`,
  uses: ["primes"],
  hints: [
    "Each turn of the loop waits for its count. Which method of the pool takes a whole list?",
    "`pool.map(countPrimes, limits)` is all that the function needs.",
  ],
  solution: `await check("2.3", async (pool: mp.Pool, limits: number[]) => {
  return pool.map(countPrimes, limits);
});`,
  mistakes: [
    {
      what: "`await` in the loop: each call waits for the one before.",
      code: `await check("2.3", async (pool: mp.Pool, limits: number[]) => {
  const counts: number[] = [];
  for (const limit of limits) {
    const [count] = await pool.map(countPrimes, [limit]);
    counts.push(count);
  }
  return counts;
});`,
      says: "never two of them under way at the same time",
    },
    {
      what: "The calls are sent at once, but what is returned are their promises.",
      code: `await check("2.3", (pool: mp.Pool, limits: number[]) =>
  limits.map((limit) => pool.apply(countPrimes, [limit])));`,
      says: "Is `await Promise.all(...)` around it missing?",
    },
    {
      what: "All items are in one chunk: one worker does it all.",
      code: `await check("2.3", (pool: mp.Pool, limits: number[]) =>
  pool.map(countPrimes, limits, { chunkSize: limits.length }));`,
      says: "a single message took everything to one worker",
    },
    {
      what: "The map is that of the list, not that of the pool. `async` does not help.",
      code: `await check("2.3", (pool: mp.Pool, limits: number[]) =>
  Promise.all(limits.map(async (limit) => countPrimes(limit))));`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.run(LIMITS);
    const counts = LIMITS.map(primesBelow);
    const right = Array.isArray(seen.answer) && seen.answer.join() === counts.join();
    attempt.must(right, `the ${counts.length} counts are right`, `the counts ${shown(counts)}`, shown(seen.answer));
    attempt.mustBeParallel(seen, LIMITS.length, "all counts");
  },
};
