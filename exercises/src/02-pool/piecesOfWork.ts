import { range } from "parallel-typescript";
import { counted } from "../attempt";
import type { Exercise } from "../exercise";

const ITEMS = 1_500;
/** A worker needs several chunks to even out, and no more than a few. */
const MOST = 8;

export const piecesOfWork: Exercise = {
  id: "2.4",
  title: "Too small pieces",
  minutes: 5,
  task: "A cube is far less work than a message, and here each cube is a message of its own. **Change the size of the chunks**: there are to be at most 8 messages for each worker, and enough that every worker gets one. `pool.size` is the number of workers.",
  start: `// Exercise 2.4: change the size of the chunks.
await check("2.4", (pool: mp.Pool, numbers: number[]) =>
  pool.map(cube, numbers, { chunkSize: 1 }));`,
  uses: ["cube"],
  hints: [
    "How many messages do you want in all? Divide the number of items by that.",
    "About four chunks for each worker: `Math.ceil(numbers.length / (4 * pool.size))`. What does `map` do if you say nothing?",
  ],
  solution: `// Four chunks for each worker: what map does by itself.
await check("2.4", (pool: mp.Pool, numbers: number[]) =>
  pool.map(cube, numbers, { chunkSize: Math.ceil(numbers.length / (4 * pool.size)) }));`,
  mistakes: [
    {
      what: "Chunks of two items: half as many messages, and still far too many.",
      code: `await check("2.4", (pool: mp.Pool, numbers: number[]) =>
  pool.map(cube, numbers, { chunkSize: 2 }));`,
      says: "750 messages",
    },
    {
      what: "One chunk for all: the fewest messages, and one worker does it all.",
      code: `await check("2.4", (pool: mp.Pool, numbers: number[]) =>
  pool.map(cube, numbers, { chunkSize: numbers.length }));`,
      says: "1 message: one worker does it all",
    },
    {
      what: "The size of a chunk is taken for the number of chunks.",
      code: `await check("2.4", (pool: mp.Pool, numbers: number[]) =>
  pool.map(cube, numbers, { chunkSize: 4 * pool.size }));`,
      says: "messages for",
    },
    {
      what: "No messages at all, and no workers either.",
      code: `await check("2.4", (pool: mp.Pool, numbers: number[]) => numbers.map((x) => cube(x)));`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const { workers } = attempt;
    const seen = await attempt.run(range(ITEMS));
    const { answer, messages } = seen;
    const cubes = range(ITEMS).map((x) => x ** 3);
    const right = Array.isArray(answer) && answer.join() === cubes.join();
    attempt.must(right, "the cubes are right", `the cubes of ${counted(ITEMS, "number")}`, "something else");
    attempt.mustBeInWorkers(seen, ITEMS, "all cubes");
    const came = `${counted(messages, "message")} for ${workers} workers`;
    const most = `at most ${MOST * workers} messages`;
    attempt.must(messages <= MOST * workers, most, most, came);
    const alone = messages === 1 ? "1 message: one worker does it all" : came;
    attempt.must(messages >= workers, came, "a message for each worker at least", alone);
  },
};
