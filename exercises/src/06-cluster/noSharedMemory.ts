import { range } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const NUMBERS = range(4, 24);

export const noSharedMemory: Exercise = {
  id: "6.3",
  title: "No memory for all",
  minutes: 5,
  task: "This was written for a `Pool`: its workers write squares into memory that all of them see. Here the function gets a `ClusterPool` with two machines. **Predict** what happens; then run the cell. **Change it**, so that the machines compute the squares, and all of them come back, in the order of the numbers.",
  start: `// Exercise 6.3: machines share no memory. Change it.
await check("6.3", async (cluster: mp.ClusterPool, numbers: number[]) => {
  const squares = mp.sharedArray(Float64Array, numbers.length);
  const square = (place: number) => { squares[place] = numbers[place] ** 2; };
  await cluster.map(square, mp.range(numbers.length));
  return squares;
});`,
  hints: [
    "What a machine changes, stays there. What its function *returns* comes back.",
    "`cluster.map` gives the list of what the function returned, in the order of the items. Take `numbers` as the items.",
  ],
  solution: `await check("6.3", (cluster: mp.ClusterPool, numbers: number[]) =>
  cluster.map((x) => x ** 2, numbers));`,
  mistakes: [
    {
      what: "A plain array travels, but as a copy: what the machines write stays there.",
      code: `await check("6.3", async (cluster: mp.ClusterPool, numbers: number[]) => {
  const squares: number[] = numbers.map(() => 0);
  await cluster.map((place) => { squares[place] = numbers[place] ** 2; }, mp.range(numbers.length));
  return squares;
});`,
      says: "Do the machines write into copies?",
    },
    {
      what: "The notebook computes.",
      code: `await check("6.3", (cluster: mp.ClusterPool, numbers: number[]) => numbers.map((x) => x ** 2));`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.runOnCluster(NUMBERS);
    const { answer } = seen;
    const isArray = Array.isArray(answer) || ArrayBuffer.isView(answer);
    attempt.must(isArray, "", "an array of squares", shown(answer));
    const squares = [...(answer as Iterable<unknown>)];
    const zeros = squares.length > 0 && squares.every((square) => square === 0);
    const right = squares.join() === NUMBERS.map((x) => x ** 2).join();
    const came = `${shown(squares)}${zeros ? ". Do the machines write into copies?" : ""}`;
    attempt.must(right, "the squares are right", `the squares of the ${NUMBERS.length} numbers, in their order`, came);
    attempt.mustBeInWorkers(seen, 1, "the squares");
  },
};
