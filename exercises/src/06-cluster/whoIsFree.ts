import type { Exercise } from "../exercise";
import { shown } from "../limits";

const machine = (name: string, workers: number, busy: number) => ({ name, workers, node: process.version, busy });
/** In each: the one with the most free workers is not the first, not the largest, and not the least busy. */
const CASES = [
  {
    free: "ida",
    machines: [machine("anna", 4, 3), machine("otto", 16, 16), machine("ida", 8, 2), machine("emil", 2, 0)],
  },
  { free: "node-3", machines: [machine("node-1", 2, 0), machine("node-2", 64, 60), machine("node-3", 32, 9)] },
] as const;

export const whoIsFree: Exercise = {
  id: "6.4",
  title: "Who is free?",
  minutes: 5,
  task: "`cluster.machines` is a list: `name`, `workers`, `busy` (how many of its workers have something to do) and `node` of each machine. Return the **name of the machine with the most free workers**. The check has machines of its own.",
  start: `type Machines = mp.ClusterPool["machines"];

// Exercise 6.4: return the name of the machine with the most free workers.
await check("6.4", (machines: Machines) => machines[0].name);`,
  hints: [
    "How many workers of a machine are free? Two of the four values tell.",
    "`workers - busy`. Copy the list and sort it by that, the largest first: `[...machines].sort((one, two) => ...)`.",
  ],
  solution: `type Machines = mp.ClusterPool["machines"];

await check("6.4", (machines: Machines) => {
  const free = ({ workers, busy }: Machines[number]) => workers - busy;
  return [...machines].sort((one, two) => free(two) - free(one))[0].name;
});`,
  mistakes: [
    {
      what: "The largest machine is taken: all its workers may be busy.",
      code: `await check("6.4", (machines: mp.ClusterPool["machines"]) =>
  [...machines].sort((one, two) => two.workers - one.workers)[0].name);`,
      says: "'otto', of whose 16 workers 16 are busy",
    },
    {
      what: "The machine with the fewest busy workers is taken: it may be small.",
      code: `await check("6.4", (machines: mp.ClusterPool["machines"]) =>
  [...machines].sort((one, two) => one.busy - two.busy)[0].name);`,
      says: "'emil', of whose 2 workers 0 are busy",
    },
  ],
  async check(attempt) {
    for (const { free, machines } of CASES) {
      const answer = await attempt.call(machines.map((each) => ({ ...each })));
      const names = machines.map(({ name }) => name).join(", ");
      const found = machines.find(({ name }) => name === answer);
      const came = found === undefined ? "" : `, of whose ${found.workers} workers ${found.busy} are busy`;
      const expected = `the one of ${names} that has the most workers without work`;
      attempt.must(answer === free, `of ${names} it is ${free}`, expected, shown(answer) + came);
    }
  },
};
