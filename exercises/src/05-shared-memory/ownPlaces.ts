import { range } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const NUMBERS = range(3, 43);

export const ownPlaces: Exercise = {
  id: "5.2",
  title: "Each its own place",
  minutes: 5,
  task: "Each task below writes one square to its own place of `squares`, so no two of them write to the same number. Yet all of them are 0 at the end. **Change one line.**",
  start: `// Exercise 5.2: change one line.
await check("5.2", async (pool: mp.Pool, numbers: number[]) => {
  const squares = new Float64Array(numbers.length);
  await pool.map((place) => { squares[place] = numbers[place] ** 2; }, mp.range(numbers.length));
  return squares;
});`,
  hints: [
    "Into what do the workers write? Into your array, or into a copy of it?",
    "`mp.sharedArray(Float64Array, numbers.length)` makes an array on memory that workers share.",
  ],
  solution: `await check("5.2", async (pool: mp.Pool, numbers: number[]) => {
  const squares = mp.sharedArray(Float64Array, numbers.length);
  await pool.map((place) => { squares[place] = numbers[place] ** 2; }, mp.range(numbers.length));
  return squares;
});`,
  mistakes: [
    {
      what: "A list is captured by value as well.",
      code: `await check("5.2", async (pool: mp.Pool, numbers: number[]) => {
  const squares: number[] = numbers.map(() => 0);
  await pool.map((place) => { squares[place] = numbers[place] ** 2; }, mp.range(numbers.length));
  return squares;
});`,
      says: "Do the workers write into copies?",
    },
    {
      what: "The array is shared, but too short: what is written beyond its end is lost.",
      code: `await check("5.2", async (pool: mp.Pool, numbers: number[]) => {
  const squares = mp.sharedArray(Float64Array, numbers.length - 1);
  await pool.map((place) => { squares[place] = numbers[place] ** 2; }, mp.range(numbers.length));
  return squares;
});`,
      says: "39 numbers",
    },
    {
      what: "The notebook computes.",
      code: `await check("5.2", (pool: mp.Pool, numbers: number[]) =>
  mp.sharedArray(Float64Array, numbers.map((x) => x ** 2)));`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.run(NUMBERS);
    const { answer } = seen;
    const isArray = Array.isArray(answer) || ArrayBuffer.isView(answer);
    attempt.must(isArray, "", "an array of squares", shown(answer));
    const squares = [...(answer as Iterable<unknown>)];
    const many = `${NUMBERS.length} numbers`;
    attempt.must(squares.length === NUMBERS.length, many, many, `${squares.length} numbers`);
    const zeros = squares.every((square) => square === 0) ? ". Do the workers write into copies?" : "";
    const right = squares.join() === NUMBERS.map((x) => x ** 2).join();
    attempt.must(right, "the squares are right", "the square of each number", shown(squares) + zeros);
    attempt.mustBeParallel(seen, 1, "the squares");
    const isShared = ArrayBuffer.isView(answer) && answer.buffer instanceof SharedArrayBuffer;
    attempt.must(isShared, "they are in shared memory", "an array on shared memory", "an array that is not shared");
  },
};
