import type { Exercise } from "../exercise";
import { shown } from "../limits";

/** How long a message takes, how long an item computes, in milliseconds, and how many items it takes. */
const CASES = [
  [0.5, 10, 5],
  [1, 0.25, 400],
  [0.4, 3, 14],
  [2, 1000, 1],
] as const;

export const chunkForAMessage: Exercise = {
  id: "6.2",
  title: "How large a chunk?",
  minutes: 5,
  task: "A chunk is one message. A rule of thumb: it is worth a machine if it computes **at least a hundred times** as long as its message takes. A message takes `message` ms, there and back, and an item computes for `item` ms. Let `chunkSizeFor` return how many items a chunk needs: the smallest whole number that keeps the rule.",
  start: `// Exercise 6.2: how many items does a chunk need?
function chunkSizeFor(message: number, item: number): number {
  return 1;
}

await check("6.2", chunkSizeFor);`,
  hints: [
    "How long does a chunk have to compute? How many items does it need for that?",
    "`100 * message` divided by `item`. Half an item there is not: which way do you round?",
  ],
  solution: `function chunkSizeFor(message: number, item: number): number {
  return Math.ceil((100 * message) / item);
}

await check("6.2", chunkSizeFor);`,
  mistakes: [
    {
      what: "Rounded down: a chunk that is a little too small.",
      code: `await check("6.2", (message: number, item: number) => Math.max(1, Math.floor((100 * message) / item)));`,
      says: "14 items, which compute for 42 ms",
    },
    {
      what: "As long as a message, and not a hundred times as long.",
      code: `await check("6.2", (message: number, item: number) => Math.ceil(message / item));`,
      says: "5 items, which compute for 50 ms",
    },
    {
      what: "The two are turned around: slow items would get large chunks.",
      code: `await check("6.2", (message: number, item: number) => Math.ceil((100 * item) / message));`,
      says: "5 items, which compute for 50 ms",
    },
  ],
  async check(attempt) {
    for (const [message, item, items] of CASES) {
      const answer = await attempt.call(message, item);
      const place = `for a message of ${message} ms and items of ${item} ms`;
      const right = `${items} ${items === 1 ? "item, which computes" : "items, which compute"} for ${items * item} ms`;
      attempt.must(answer === items, `${place}: ${items}`, `${place}: ${right}`, shown(answer));
    }
  },
};
