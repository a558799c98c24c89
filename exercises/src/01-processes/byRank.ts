import { range, seededRandom } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const WORDS = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

export const byRank: Exercise = {
  id: "1.3",
  title: "In order of rank",
  minutes: 5,
  task: "Pairs of a rank and a word come out of a queue in the order in which the processes have finished. Write `inOrder`: it gets the pairs, and returns **the words only, in order of rank**.",
  start: `// Exercise 1.3: pairs are such as [[2, "two"], [0, "zero"], [1, "one"]].
function inOrder(pairs: [number, string][]): string[] {
  return pairs.map(([rank, word]) => word);
}

await check("1.3", inOrder);`,
  hints: [
    "Sort the pairs before you take the words. By what do you sort?",
    "`sort()` alone compares as text. `sort((a, b) => a[0] - b[0])` compares the ranks as numbers.",
  ],
  solution: `function inOrder(pairs: [number, string][]): string[] {
  const sorted = [...pairs].sort((a, b) => a[0] - b[0]);
  return sorted.map(([rank, word]) => word);
}

await check("1.3", inOrder);`,
  mistakes: [
    {
      what: "`sort()` without a function compares as text: 10 comes before 2.",
      code: `await check("1.3", (pairs: [number, string][]) => pairs.sort().map(([rank, word]) => word));`,
      says: "compared as text",
    },
    {
      what: "The pairs are sorted, but the ranks are left in.",
      code: `await check("1.3", (pairs: [number, string][]) => pairs.sort((a, b) => a[0] - b[0]));`,
      says: "words only",
    },
    {
      what: "Nothing is sorted.",
      code: `await check("1.3", (pairs: [number, string][]) => pairs.map((pair) => pair[1]));`,
      says: "order in which they came",
    },
  ],
  async check(attempt) {
    const random = seededRandom("1.3");
    const pairs = range(WORDS.length).map((rank) => [rank, WORDS[rank]] as const);
    const keys = pairs.map(() => random.random());
    const shuffled = [...pairs].sort((one, other) => (keys[one[0]] ?? 0) - (keys[other[0]] ?? 0));
    const came = [...shuffled];
    const answer = await attempt.call(shuffled);
    const words: unknown[] = Array.isArray(answer) ? answer : [];
    const isWords = words.length === WORDS.length && words.every((word) => typeof word === "string");
    attempt.must(
      isWords,
      `${WORDS.length} words came`,
      `a list of ${WORDS.length} words, and words only`,
      shown(answer),
    );
    const asText = [...pairs].sort().map(([, word]) => word);
    const how =
      words.join() === came.map(([, word]) => word).join()
        ? "the order in which they came: "
        : words.join() === asText.join()
          ? "ranks that were compared as text, so that 10 stands before 2: "
          : "";
    const right = words.join() === WORDS.join();
    attempt.must(right, "they are in order of rank", "the words in order of rank, 0 first", how + shown(words));
  },
};
