import * as mp from "parallel-typescript";

const DRAWS = 1_000_000;

/** Of so many points in a square, how many lie in the circle. Each task has a stream of random numbers of its own, whichever worker runs it. */
function hits(task) {
  const random = mp.seededRandom("pi").spawn(task);
  let count = 0;
  for (let draw = 0; draw < DRAWS; draw++) if (random.random() ** 2 + random.random() ** 2 < 1) count++;
  return count;
}

async function estimate(workers, tasks) {
  const counts = await mp.withPool(workers, (pool) => pool.map(hits, mp.range(tasks), { chunkSize: 1 }));
  return (4 * counts.reduce((sum, count) => sum + count)) / (tasks * DRAWS);
}

const [one, four] = [await estimate(1, 8), await estimate(4, 8)];
console.log(one.toFixed(2), one === four);

// Prints:
//   3.14 true
