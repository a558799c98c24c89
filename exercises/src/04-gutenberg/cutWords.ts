import { range } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const TEXT = "a hotdog saw a cat";
const LENGTH = 5;

export const cutWords: Exercise = {
  id: "4.1",
  title: "Where the edges fall",
  minutes: 4,
  task: 'The text `"a hotdog saw a cat"` is cut into pieces of 5 characters, and the words of each piece are counted by themselves, as strategies 1 and 2 do. **Predict** how many dogs and how many cats they count.',
  start: `// Exercise 4.1: predict what is counted in pieces of 5 characters.
const predicted = { dog: 0, cat: 0 };

await check("4.1", predicted);`,
  hints: [
    "Write the pieces down, with a bar at each edge. The space is a character, too.",
    "`a hot|dog s|aw a |cat`: which whole words stand in each piece?",
  ],
  solution: `// a hot|dog s|aw a |cat: a dog that is none.
const predicted = { dog: 1, cat: 1 };

await check("4.1", predicted);`,
  mistakes: [
    {
      what: "The truth about the whole text: no dog in a hotdog.",
      code: `await check("4.1", { dog: 0, cat: 1 });`,
      says: "dogs in each piece by itself",
    },
    {
      what: "The cat is thought to be cut as well.",
      code: `await check("4.1", { dog: 1, cat: 0 });`,
      says: "cats in each piece by itself",
    },
    {
      what: "Both are thought to be lost.",
      code: `await check("4.1", { dog: 0, cat: 0 });`,
      says: "dogs in each piece by itself",
    },
  ],
  async check(attempt) {
    const answer = (await attempt.value()) as Record<string, unknown> | null;
    const isObject = typeof answer?.dog === "number" && typeof answer.cat === "number";
    attempt.must(isObject, "", "two numbers, such as { dog: 0, cat: 0 }", shown(answer));
    const pieces = range(0, TEXT.length, LENGTH).map((at) => TEXT.slice(at, at + LENGTH));
    for (const word of ["dog", "cat"]) {
      const count = pieces.flatMap((piece) => piece.split(" ")).filter((token) => token === word).length;
      const expected = `the number of ${word}s in each piece by itself, added up`;
      attempt.must(answer?.[word] === count, `${word}: ${count}`, expected, `${word}: ${shown(answer?.[word])}`);
    }
  },
};
