import { sharedArray, withPool } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

export const oneIsShared: Exercise = {
  id: "5.1",
  title: "One of them is shared",
  minutes: 3,
  task: "`shared` is `mp.sharedArray(Int32Array, 1)`, and `plain` is `new Int32Array(1)`. A task in the pool adds 5 to the first number of each. **Predict** what the two numbers are in the notebook afterwards.",
  start: `// Exercise 5.1: predict both numbers.
const predicted = { shared: 0, plain: 0 };

await check("5.1", predicted);`,
  hints: [
    "Both arrays travel with the function. Which of them is copied on the way?",
    "The worker changes the memory itself of the one, and a copy of the other.",
  ],
  solution: `// The worker had the memory of the one, and a copy of the other.
const predicted = { shared: 5, plain: 0 };

await check("5.1", predicted);`,
  mistakes: [
    {
      what: "Both are thought to be shared.",
      code: `await check("5.1", { shared: 5, plain: 5 });`,
      says: "the worker has changed a copy",
    },
    {
      what: "Both are thought to be copied.",
      code: `await check("5.1", { shared: 0, plain: 0 });`,
      says: "the worker has changed the memory itself",
    },
  ],
  async check(attempt) {
    const answer = Object(await attempt.value()) as { shared?: unknown; plain?: unknown };
    const areNumbers = typeof answer.shared === "number" && typeof answer.plain === "number";
    attempt.must(areNumbers, "", "two numbers, such as { shared: 0, plain: 0 }", shown(answer));
    const shared = sharedArray(Int32Array, 1);
    const plain = new Int32Array(1);
    await withPool(1, (pool) =>
      pool.apply(() => {
        shared[0] = (shared[0] ?? 0) + 5;
        plain[0] = (plain[0] ?? 0) + 5;
      }),
    );
    const ofShared = "what `shared` is afterwards: the worker has changed the memory itself";
    attempt.must(answer.shared === shared[0], `shared: ${shared[0]}`, ofShared, shown(answer.shared));
    const ofPlain = "what `plain` is afterwards: the worker has changed a copy";
    attempt.must(answer.plain === plain[0], `plain: ${plain[0]}`, ofPlain, shown(answer.plain));
  },
};
