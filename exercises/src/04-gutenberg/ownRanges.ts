import type { Exercise } from "../exercise";
import { withTextFile } from "../textFile";
import { mustBeCounts } from "../wordCounts";

/** The edges of chunks of 256 KiB cut words in it. */
const LINE = "whale ship sea love ";
const LINES = 30_000;
const WORDS = LINE.trim().split(" ");

export const ownRanges: Exercise = {
  id: "4.5",
  title: "Words of the sea",
  minutes: 8,
  task: "Which of `sea`, `ship`, `whale` and `love` is the most frequent word in the books? Write a function that counts `words` in the file at `path`, with strategy 5: **each worker reads its own ranges**. Return one object with the sums, such as `{ sea: 3, ship: 1 }`. The check counts in a file of its own. Below it, ask for your books.",
  start: `// Exercise 4.5: count words in a file, each worker in its own ranges.
async function countInFile(pool: mp.Pool, path: string, words: string[]) {

}

await check("4.5", countInFile);
// await countInFile(pool, books, ["sea", "ship", "whale", "love"])`,
  hints: [
    "`mp.fileRanges(path, parts)` makes the items, and `mp.countWords(range, words)` counts in one of them. What is left is to add up.",
    "`const parts = await pool.map((range: mp.FileRange) => mp.countWords(range, words), mp.fileRanges(path, 4 * pool.size));` Then, for each word, add up what each part says.",
  ],
  solution: `async function countInFile(pool: mp.Pool, path: string, words: string[]) {
  const ranges = mp.fileRanges(path, 4 * pool.size);
  const parts = await pool.map((range: mp.FileRange) => mp.countWords(range, words), ranges);

  const total: Record<string, number> = {};
  for (const word of words) total[word] = parts.reduce((sum, part) => sum + part[word], 0);
  return total;
}

await check("4.5", countInFile);`,
  mistakes: [
    {
      what: "Chunks of a fixed size cut words, as in strategy 2.",
      code: `await check("4.5", async (pool: mp.Pool, path: string, words: string[]) => {
  const total: Record<string, number> = Object.fromEntries(words.map((word) => [word, 0]));
  const count = (chunk: Uint8Array) => {
    const tokens = Buffer.from(chunk).toString("latin1").split(" ");
    return words.map((word) => tokens.filter((token) => token === word).length);
  };
  for await (const counts of pool.imapUnordered(count, mp.readInChunks(path))) {
    words.forEach((word, place) => (total[word] += counts[place]));
  }
  return total;
});`,
      says: "Are words cut in two?",
    },
    {
      what: "A single range: one worker does it all.",
      code: `await check("4.5", (pool: mp.Pool, path: string, words: string[]) =>
  pool.apply(mp.countWords, [path, words]));`,
      says: "a single message took everything to one worker",
    },
    {
      what: "The notebook counts.",
      code: `await check("4.5", (pool: mp.Pool, path: string, words: string[]) => mp.countWords(path, words));`,
      says: "computed in the notebook",
    },
    {
      what: "Only the first part is taken.",
      code: `await check("4.5", async (pool: mp.Pool, path: string, words: string[]) => {
  const ranges = mp.fileRanges(path, 4 * pool.size);
  const parts = await pool.map((range: mp.FileRange) => mp.countWords(range, words), ranges);
  return parts[0];
});`,
      says: "Or is a part left out?",
    },
  ],
  async check(attempt) {
    await withTextFile(LINE.repeat(LINES), async (path) => {
      const seen = await attempt.run(path, WORDS);
      const expected = Object.fromEntries(WORDS.map((word) => [word, LINES]));
      mustBeCounts(attempt, seen.answer, expected, "Are words cut in two? Or is a part left out?");
      attempt.mustBeParallel(seen, 1, "the counts");
    });
  },
};
