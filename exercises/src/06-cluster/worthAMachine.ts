import type { Exercise } from "../exercise";
import { shown } from "../limits";

/** Whether it is worth it, and why. */
const WORK: Record<string, readonly [boolean, string]> = {
  cubes: [false, "all thousand together compute for 1 ms, as long as one message takes"],
  primes: [true, "a task computes 500 times as long as its message takes"],
  images: [false, "to send a picture takes 200 ms, four times as long as to work on it here"],
  books: [true, "a task computes 200 times as long as its message takes: a path and two numbers travel"],
};

export const worthAMachine: Exercise = {
  id: "6.1",
  title: "Which work is worth a machine?",
  minutes: 4,
  task: `You may use a hundred machines. A small message to one of them takes 1 ms, there and back. Large data travels at 100 MB a second.

| work | tasks | one task computes for | one task needs |
| --- | ---: | ---: | --- |
| \`cubes\` | 1,000 | 0.001 ms | a number |
| \`primes\` | 1,000 | 500 ms | a number |
| \`images\` | 1,000 | 50 ms | a picture of 20 MB, which your program has |
| \`books\` | 1,000 | 200 ms | a part of a file, on a disk that all machines see |

**Predict** which of them are worth the machines.`,
  start: `// Exercise 6.1: write down the names of those that are worth it, such as ["cubes", "images"].
const worth: string[] = [];

await check("6.1", worth);`,
  hints: [
    "Compare two times for each: how long a task computes, and how long what it needs is on its way.",
    "How long do 20 MB travel at 100 MB a second? And what has to travel when the machine reads its part of the file itself?",
  ],
  solution: `// Cubes: 1 ms of work in all. Images: 200 ms on their way, for 50 ms of work.
const worth: string[] = ["primes", "books"];

await check("6.1", worth);`,
  mistakes: [
    {
      what: "Many tasks are taken for much work.",
      code: `await check("6.1", ["cubes", "primes", "images", "books"]);`,
      says: "all thousand together compute for 1 ms",
    },
    {
      what: "The pictures are thought to be there already.",
      code: `await check("6.1", ["primes", "images", "books"]);`,
      says: "to send a picture takes 200 ms",
    },
    {
      what: "Large files are thought to travel, whoever reads them.",
      code: `await check("6.1", ["primes"]);`,
      says: "a path and two numbers travel",
    },
  ],
  async check(attempt) {
    const answer = await attempt.value();
    const isList = Array.isArray(answer) && answer.every((name) => typeof name === "string" && name in WORK);
    attempt.must(isList, "", `a list of names, out of ${Object.keys(WORK).join(", ")}`, shown(answer));
    for (const [name, [isWorth, why]] of Object.entries(WORK)) {
      const isThere = (answer as string[]).includes(name);
      const words = (yes: boolean) => `${name} ${yes ? "is" : "is not"} in the list`;
      attempt.must(isThere === isWorth, `${name}: ${why}`, `a list that knows this of ${name}: ${why}`, words(isThere));
    }
  },
};
