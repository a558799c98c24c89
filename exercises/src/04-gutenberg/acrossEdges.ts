import { range } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const TEXT = "a dog and a hotdog saw a dogfish and another dog";
const DOGS = TEXT.split(" ").filter((word) => word === "dog").length;

export const acrossEdges: Exercise = {
  id: "4.4",
  title: "Mend the edges",
  minutes: 10,
  task: "`countWord` counts how often a word stands in a text that comes in `pieces`. Words are what stands between spaces. It has the flaw of strategies 1 and 2. **Mend it**: whatever stands behind the last space of a piece may go on in the next one. The check cuts a text at every length.",
  start: `// Exercise 4.4: mend it.
function countWord(pieces: string[], word: string): number {
  let count = 0;
  for (const piece of pieces) {
    const tokens = piece.split(" ");
    count += tokens.filter((token) => token === word).length;
  }
  return count;
}

await check("4.4", countWord);`,
  hints: [
    "Keep the last token of each piece back: is it finished? Put it in front of the next piece. And what becomes of the one that you keep at the end?",
    '`let rest = "";` before the loop. In it `const tokens = (rest + piece).split(" "); rest = tokens.pop();`. After the loop, `rest` is the last word of the text: look at it, too.',
  ],
  solution: `function countWord(pieces: string[], word: string): number {
  let count = 0;
  let rest = "";
  for (const piece of pieces) {
    const tokens = (rest + piece).split(" ");
    rest = tokens.pop() ?? "";
    count += tokens.filter((token) => token === word).length;
  }
  return rest === word ? count + 1 : count;
}

await check("4.4", countWord);`,
  mistakes: [
    {
      what: "Each piece is counted by itself.",
      code: `await check("4.4", (pieces: string[], word: string) =>
  pieces.reduce((sum, piece) => sum + piece.split(" ").filter((token) => token === word).length, 0));`,
      says: "in pieces of 1",
    },
    {
      what: "What is kept back at the very end is forgotten: the last word of the text.",
      code: `await check("4.4", (pieces: string[], word: string) => {
  let count = 0;
  let rest = "";
  for (const piece of pieces) {
    const tokens = (rest + piece).split(" ");
    rest = tokens.pop() ?? "";
    count += tokens.filter((token) => token === word).length;
  }
  return count;
});`,
      says: "What becomes of the last word of the text?",
    },
    {
      what: "Looked for as a part of the text: `dogfish` counts as well.",
      code: `await check("4.4", (pieces: string[], word: string) => pieces.join("").split(word).length - 1);`,
      says: "Only whole words count",
    },
  ],
  async check(attempt) {
    for (const length of range(1, TEXT.length + 1)) {
      const pieces = range(0, TEXT.length, length).map((at) => TEXT.slice(at, at + length));
      const answer = await attempt.call(pieces, "dog");
      const why =
        answer === DOGS - 1 && length === 1
          ? ". What becomes of the last word of the text?"
          : answer === TEXT.split("dog").length - 1
            ? ". Only whole words count"
            : "";
      const expected = `${DOGS} dogs in pieces of ${length}, as in the whole of "${TEXT}"`;
      attempt.must(answer === DOGS, "", expected, shown(answer) + why);
    }
    attempt.right.push(`${DOGS} dogs, in pieces of 1 to ${TEXT.length} characters`);
  },
};
