import { appendFileSync, statSync } from "node:fs";
import { ClusterPool, local, range, WorkerDiedError, type ClusterOptions } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";
import { withTextFile } from "../textFile";

const ITEMS = range(1, 7);
/** So often the machine of one of the tasks is lost. */
const LOST = 2;

export const lostTwice: Exercise = {
  id: "6.5",
  title: "A machine is lost, and another one",
  minutes: 5,
  task: "The check makes a pool of two machines with your options, and sends it six tasks, which only compute. While one of them runs, its machine is lost. When it is run again, that machine is lost, too. The third time it ends well. **Which option** brings all six results, and allows no more than is needed?",
  start: `// Exercise 6.5: the options of \`new mp.ClusterPool(mp.local(2), options)\`.
const options: mp.ClusterOptions = {};

await check("6.5", options);`,
  hints: [
    "The section *Once more, please* has the option. What is its value when you say nothing?",
    "How often is the task run *again*? The first run does not count.",
  ],
  solution: `// Run once, and twice more.
const options: mp.ClusterOptions = { retries: 2 };

await check("6.5", options);`,
  mistakes: [
    {
      what: "The runs are counted one too low: the second loss is not expected.",
      code: `await check("6.5", { retries: 1 });`,
      says: "was run 2 times, and lost its machine each time",
    },
    {
      what: "As often as it takes: a task that always ends its machine would end them all.",
      code: `await check("6.5", { retries: 1_000 });`,
      says: "could end 1,001 machines",
    },
  ],
  async check(attempt) {
    const options = (await attempt.value()) as ClusterOptions;
    await withTextFile("", async (path) => {
      const task = (item: number) => {
        if (item === ITEMS.at(-1)) {
          appendFileSync(path, "!");
          if (statSync(path).size <= LOST) process.kill(process.pid, "SIGKILL");
        }
        return item * 10;
      };
      const results = await attempt.within(() => resultsOf(options, task));
      const runs = statSync(path).size;
      const lost = `a WorkerDiedError: the task was run ${runs === 1 ? "once, and lost its machine" : `${runs} times, and lost its machine each time`}`;
      const all = shown(ITEMS.map((item) => item * 10));
      const came = results === undefined ? lost : shown(results);
      attempt.must(came === all, `all ${ITEMS.length} results are there`, all, came);
    });
    const { retries = 0 } = options;
    const machines = (retries + 1).toLocaleString("en");
    const more = `retries: ${retries}. A task that always ends its machine could end ${machines} machines`;
    attempt.must(retries <= LOST, "and no more runs than needed are allowed", "as few runs as are needed", more);
  },
};

/** Undefined where the pool gives a task up. */
async function resultsOf(options: ClusterOptions, task: (item: number) => number): Promise<number[] | undefined> {
  const cluster = new ClusterPool(local(2), options);
  try {
    return await cluster.map(task, ITEMS);
  } catch (error) {
    // Which of the two machines was lost last, as it says, is chance.
    if (error instanceof WorkerDiedError) return undefined;
    throw error;
  } finally {
    await cluster.terminate();
  }
}
