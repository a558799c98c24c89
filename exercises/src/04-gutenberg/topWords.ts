import type { Exercise } from "../exercise";
import { shown } from "../limits";
import { withTextFile } from "../textFile";
import { countsOf, pages } from "../wordCounts";

const MOST = 5;

export const topWords: Exercise = {
  id: "4.6",
  title: "Write it yourself: the most frequent words",
  minutes: 15,
  task: 'Write a function. It gets a pool, the `path` of a file, and a number `most`. Return the **`most` most frequent words** of the file, the most frequent first, as a list such as `["the", "of"]`. Words are what stands between spaces and line breaks. The workers read and count their own ranges, several at the same time; `readRange` of strategy 3 reads one.',
  start: `import * as fs from "node:fs";

// Exercise 4.6: write it yourself.
await check("4.6", async (pool: mp.Pool, path: string, most: number) => {

});`,
  uses: ["read-range"],
  hints: [
    "Three steps: count all words of each range in the workers; add up the counts of all ranges; sort. What goes wrong if each worker returns its own top five only?",
    'In the worker: `Buffer.from(readRange(range)).toString("latin1").split(/\\s+/)`, counted into an object. Here: add up, then `Object.entries(total).sort((a, b) => b[1] - a[1])`.',
  ],
  solution: `import * as fs from "node:fs";

function countRangeWords(range: mp.FileRange): Record<string, number> {
  const counts: Record<string, number> = {};
  const text = Buffer.from(readRange(range)).toString("latin1");
  for (const word of text.split(/\\s+/)) if (word) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

await check("4.6", async (pool: mp.Pool, path: string, most: number) => {
  const total: Record<string, number> = {};
  for (const part of await pool.map(countRangeWords, mp.fileRanges(path, 4 * pool.size)))
    for (const word in part) total[word] = (total[word] ?? 0) + part[word];
  return Object.keys(total).sort((a, b) => total[b] - total[a]).slice(0, most);
});`,
  mistakes: [
    {
      what: "Each worker returns its own most frequent words only, and those of the first range are taken.",
      code: `import * as fs from "node:fs";

await check("4.6", async (pool: mp.Pool, path: string, most: number) => {
  const top = (range: mp.FileRange) => {
    const counts: Record<string, number> = {};
    const text = Buffer.from(readRange(range)).toString("latin1");
    for (const word of text.split(/\\s+/)) if (word) counts[word] = (counts[word] ?? 0) + 1;
    return Object.keys(counts).sort((a, b) => counts[b] - counts[a]).slice(0, most);
  };
  return (await pool.map(top, mp.fileRanges(path, 8)))[0];
});`,
      says: "Are the counts of all ranges added up?",
    },
    {
      what: "Sorted the wrong way round: the rarest words come first.",
      code: `import * as fs from "node:fs";

await check("4.6", async (pool: mp.Pool, path: string, most: number) => {
  const total: Record<string, number> = {};
  const split = (range: mp.FileRange) => Buffer.from(readRange(range)).toString("latin1").split(/\\s+/);
  for (const words of await pool.map(split, mp.fileRanges(path, 8)))
    for (const word of words) if (word) total[word] = (total[word] ?? 0) + 1;
  return Object.keys(total).sort((a, b) => total[a] - total[b]).slice(0, most);
});`,
      says: "the rarest words",
    },
    {
      what: "The whole file is read and counted in the notebook.",
      code: `import * as fs from "node:fs";

await check("4.6", (pool: mp.Pool, path: string, most: number) => {
  const total: Record<string, number> = {};
  for (const word of fs.readFileSync(path, "latin1").split(/\\s+/)) {
    if (word) total[word] = (total[word] ?? 0) + 1;
  }
  return Object.keys(total).sort((a, b) => total[b] - total[a]).slice(0, most);
});`,
      says: "computed in the notebook",
    },
    {
      what: "The list has pairs of word and count.",
      code: `import * as fs from "node:fs";

await check("4.6", (pool: mp.Pool, path: string, most: number) =>
  mp.fileRanges(path, 4).map((range) => ["the", range.start]));`,
      says: "a list of 5 words",
    },
  ],
  async check(attempt) {
    // The beginning has other favourites than the whole.
    const text = `${"rope tar deck mast oar ".repeat(150)}\n${pages(30, 200).join("\n")}\n`;
    await withTextFile(text, async (path) => {
      const seen = await attempt.run(path, MOST);
      const counts = countsOf(text);
      const sorted = Object.keys(counts).sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0));
      const words: unknown[] = Array.isArray(seen.answer) ? seen.answer : [];
      const isList = words.length === MOST && words.every((word) => typeof word === "string");
      attempt.must(isList, "", `a list of ${MOST} words`, shown(seen.answer));
      const top = sorted.slice(0, MOST);
      const isRarest = words[0] === sorted.at(-1);
      const why = isRarest ? ", the rarest words" : ". Are the counts of all ranges added up?";
      attempt.must(words.join() === top.join(), `the words are ${top.join(", ")}`, shown(top), shown(words) + why);
      attempt.mustBeParallel(seen, 1, "the counts");
    });
  },
};
