import type { Exercise } from "../exercise";
import { countsOf, mustBeCounts, pages } from "../wordCounts";

const PAGES = pages(24, 200);

export const wordsOfPages: Exercise = {
  id: "2.6",
  title: "Write it yourself: count words",
  minutes: 12,
  task: "Write a function. It gets a pool and a list of `pages`, each a text with spaces between its words. Let the **workers count** the words of the pages, several at the same time, and **put their counts together** here. Return one object with the count of each word, such as `{ sea: 3, ship: 1 }`.",
  start: `// Exercise 2.6: write it yourself.
await check("2.6", async (pool: mp.Pool, pages: string[]) => {

});`,
  hints: [
    "Two steps: a function that counts the words of one page, and a loop that adds the counts of all pages. Which of the two is for the workers?",
    "`const parts = await pool.map(countPage, pages);` gives a list of objects. For each word of each of them: `total[word] = (total[word] ?? 0) + part[word]`.",
  ],
  solution: `function countPage(page: string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of page.split(" ")) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

await check("2.6", async (pool: mp.Pool, pages: string[]) => {
  const total: Record<string, number> = {};
  for (const part of await pool.map(countPage, pages)) {
    for (const word in part) total[word] = (total[word] ?? 0) + part[word];
  }
  return total;
});`,
  mistakes: [
    {
      what: "`Object.assign` puts the objects over each other: the last page wins.",
      code: `const countPage = (page: string) => {
  const counts: Record<string, number> = {};
  for (const word of page.split(" ")) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
};

await check("2.6", async (pool: mp.Pool, pages: string[]) =>
  Object.assign({}, ...(await pool.map(countPage, pages))));`,
      says: "Are the counts of all pages added up?",
    },
    {
      what: "The workers count into an object of the notebook: each has its own copy.",
      code: `await check("2.6", async (pool: mp.Pool, pages: string[]) => {
  const total: Record<string, number> = {};
  await pool.map((page) => {
    for (const word of page.split(" ")) total[word] = (total[word] ?? 0) + 1;
  }, pages);
  return total;
});`,
      says: "a worker changes its own copy",
    },
    {
      what: "One page after the other.",
      code: `await check("2.6", async (pool: mp.Pool, pages: string[]) => {
  const total: Record<string, number> = {};
  for (const page of pages) {
    for (const word of await pool.apply((page: string) => page.split(" "), [page])) {
      total[word] = (total[word] ?? 0) + 1;
    }
  }
  return total;
});`,
      says: "never two of them under way at the same time",
    },
    {
      what: "The pool is not used.",
      code: `await check("2.6", async (pool: mp.Pool, pages: string[]) => {
  const total: Record<string, number> = {};
  for (const word of pages.join(" ").split(" ")) total[word] = (total[word] ?? 0) + 1;
  return total;
});`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const seen = await attempt.run(PAGES);
    const { answer } = seen;
    const isEmpty = typeof answer === "object" && answer !== null && Object.keys(answer).length === 0;
    const copies = "The object is empty. If the workers count into it, it stays so: a worker changes its own copy";
    const whyLess = isEmpty ? copies : "Are the counts of all pages added up?";
    mustBeCounts(attempt, answer, countsOf(PAGES.join(" ")), whyLess);
    attempt.mustBeParallel(seen, 1, "the counts");
  },
};
