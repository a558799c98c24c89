import * as mp from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

export const whoCounts: Exercise = {
  id: "1.1",
  title: "Who counts?",
  minutes: 4,
  task: "A process has its own memory. `counter` is 0, and `increment` adds 1 to it. We call `increment` here; then a process calls it; then we look at `counter` here. **Predict** the three numbers: what `counter` is here after the first call, what it is in the process after its call, and what it is here at the end. Write them into the list.",
  start: `// Exercise 1.1: predict three numbers.
const predicted = [0, 0, 0]; // here, in the process, here at the end

await check("1.1", predicted);`,
  hints: [
    "What travels to the process: the variable itself, or a copy of its value?",
    "The process gets a copy of `counter` as it is when the process is started. What the process does to its copy, nobody else sees.",
  ],
  solution: `// Here: 1. The process starts with a copy of 1 and makes it 2. Here nothing has changed: 1.
const predicted = [1, 2, 1];

await check("1.1", predicted);`,
  mistakes: [
    {
      what: "The process is thought to share the variable.",
      code: `await check("1.1", [1, 2, 2]);`,
      says: "the process has changed its own copy",
    },
    {
      what: "The process is thought to begin anew, with counter = 0.",
      code: `await check("1.1", [1, 1, 1]);`,
      says: "it starts with a copy of `counter` as it is at that time",
    },
  ],
  async check(attempt) {
    const answer = await attempt.value();
    const numbers = Array.isArray(answer) ? (answer as unknown[]) : [];
    attempt.must(numbers.length === 3, "there are three numbers", "a list of three numbers", shown(answer));
    const [here, there, after] = await experiment();
    const came = (index: number) => shown(numbers[index]);
    attempt.must(numbers[0] === here, `here: ${here}`, "what 0 becomes when 1 is added to it", came(0));
    const copied = "what the process makes of it: it starts with a copy of `counter` as it is at that time";
    attempt.must(numbers[1] === there, `in the process: ${there}`, copied, came(1));
    const kept = "what `counter` is here at the end: the process has changed its own copy";
    attempt.must(numbers[2] === after, `here at the end: ${after}. A process was asked just now.`, kept, came(2));
  },
};

async function experiment(): Promise<[number, number, number]> {
  let counter = 0;
  const increment = () => (counter += 1);
  const here = increment();
  const output = new mp.Queue<number>();
  const other = new mp.Process({ target: () => output.put(increment()) });
  other.start();
  const there = await output.get();
  await other.join();
  return [here, there, counter];
}
