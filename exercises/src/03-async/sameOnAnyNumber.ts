import type { Exercise } from "../exercise";
import { shown } from "../limits";
import type { Seen } from "../watchedPool";

const SIZES = [1, 2, 4];

export const sameOnAnyNumber: Exercise = {
  id: "3.6",
  title: "Write it yourself: the same π on 1 worker and on 4",
  minutes: 12,
  task: "Estimate π by darts, as in notebook 01, with a pool. Cut the darts into parts, and let the workers throw them at the same time. The check calls your function with pools of 1, 2 and 4 workers: **the estimate must be the same to the last digit**, and less than 0.05 off.",
  start: `// Exercise 3.6: write it yourself.
await check("3.6", async (pool: mp.Pool) => {

});`,
  hints: [
    "What may a part depend on, if the estimate must not depend on who throws it? On its own number, and on nothing else: not on the worker, and not on how many workers there are.",
    "A fixed number of parts, say 16. Part `k` draws from `mp.seededRandom(314).spawn(k)`. `pool.map(hits, mp.range(16))` gives the darts that hit; add them up here.",
  ],
  solution: `function hits(part: number): number {
  const random = mp.seededRandom(314).spawn(part);
  let inside = 0;
  for (let i = 0; i < 5_000; i++) {
    if (random.random() ** 2 + random.random() ** 2 <= 1) inside += 1;
  }
  return inside;
}

await check("3.6", async (pool: mp.Pool) => {
  const inside = await pool.map(hits, mp.range(16));
  return (4 * inside.reduce((a, b) => a + b)) / (16 * 5_000);
});`,
  mistakes: [
    {
      what: "`Math.random` has no seed: another estimate each time.",
      code: `function hits(): number {
  let inside = 0;
  for (let i = 0; i < 5_000; i++) if (Math.random() ** 2 + Math.random() ** 2 <= 1) inside += 1;
  return inside;
}

await check("3.6", async (pool: mp.Pool) => {
  const inside = await pool.map(hits, mp.range(16));
  return (4 * inside.reduce((a, b) => a + b)) / (16 * 5_000);
});`,
      says: "another one when the same pool size is tried again",
    },
    {
      what: "There are as many parts as workers: other parts, other darts.",
      code: `function hits(part: number, darts: number): number {
  const random = mp.seededRandom(314).spawn(part);
  let inside = 0;
  for (let i = 0; i < darts; i++) if (random.random() ** 2 + random.random() ** 2 <= 1) inside += 1;
  return inside;
}

await check("3.6", async (pool: mp.Pool) => {
  const darts = 40_000 / pool.size;
  const inside = await pool.starmap(hits, mp.range(pool.size).map((part) => [part, darts]));
  return (4 * inside.reduce((a, b) => a + b)) / 40_000;
});`,
      says: "Does a part depend on the number of workers?",
    },
    {
      what: "All darts are thrown by a single task.",
      code: `function hits(): number {
  const random = mp.seededRandom(314);
  let inside = 0;
  for (let i = 0; i < 40_000; i++) if (random.random() ** 2 + random.random() ** 2 <= 1) inside += 1;
  return inside;
}

await check("3.6", async (pool: mp.Pool) => (4 * (await pool.apply(hits))) / 40_000);`,
      says: "a single message took everything to one worker",
    },
  ],
  async check(attempt) {
    const tried: { size: number; estimate: number }[] = [];
    let last: Seen | undefined;
    for (const size of SIZES) {
      last = attempt.withResult(await attempt.runOn(size, () => []));
      const { answer } = last;
      const isNear = typeof answer === "number" && Math.abs(answer - Math.PI) < 0.05;
      attempt.must(isNear, "", "an estimate that is less than 0.05 off", shown(answer));
      tried.push({ size, estimate: answer as number });
    }
    const again = (await attempt.runOn(SIZES[0] ?? 1, () => [])).answer;
    const [first] = tried;
    const isRepeated = again === first?.estimate;
    const twice = `${first?.estimate}, and another one when the same pool size is tried again: ${shown(again)}`;
    attempt.must(isRepeated, "it is near π, and the same on each run", "the same estimate on each run", twice);
    const estimates = tried.map(({ size, estimate }) => `${estimate} on ${size}`).join(", ");
    attempt.must(
      new Set(tried.map(({ estimate }) => estimate)).size === 1,
      `${first?.estimate} on pools of ${SIZES.join(", ")}`,
      "the same estimate on 1, 2 and 4 workers",
      `${estimates}. Does a part depend on the number of workers?`,
    );
    if (last !== undefined) attempt.mustBeParallel(last, 1, "the darts");
  },
};
