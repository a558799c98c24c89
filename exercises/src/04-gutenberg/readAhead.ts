import { range, type Pool } from "parallel-typescript";
import { counted } from "../attempt";
import type { Exercise } from "../exercise";
import { readRecord } from "../library";
import { shown } from "../limits";

const PIECES = 150;
/** For each worker: one that it counts, some that wait for it, some whose counts are not fetched yet. */
const MOST = 10;

export const readAhead: Exercise = {
  id: "4.2",
  title: "Not all at once",
  minutes: 6,
  task: "`pieces` is a generator: it reads a piece when it is asked for one. The function below counts words in the pool, and its sum is right, but it reads **all pieces before the first is counted**. Of a file of 10 GB it would hold 10 GB. **Change it**, so that only a few pieces are held at any time.",
  start: `const countPiece = (piece: string) => piece.split(" ").length;

// Exercise 4.2: change it, so that few pieces are held at any time.
await check("4.2", async (pool: mp.Pool, pieces: Iterable<string>) => {
  const counts = await pool.map(countPiece, [...pieces]);
  return counts.reduce((a, b) => a + b);
});`,
  hints: [
    "`map` needs the whole list before it begins. Which method of strategy 2 takes an item when there is room for it?",
    "`for await (const count of pool.imapUnordered(countPiece, pieces)) total += count;`",
  ],
  solution: `const countPiece = (piece: string) => piece.split(" ").length;

await check("4.2", async (pool: mp.Pool, pieces: Iterable<string>) => {
  let total = 0;
  for await (const count of pool.imapUnordered(countPiece, pieces)) total += count;
  return total;
});`,
  mistakes: [
    {
      what: "`map` without the list: it makes one itself.",
      code: `await check("4.2", async (pool: mp.Pool, pieces: Iterable<string>) => {
  const counts = await pool.map((piece: string) => piece.split(" ").length, pieces);
  return counts.reduce((a, b) => a + b);
});`,
      says: "150 pieces were read and not counted",
    },
    {
      what: "The right method, but what it gets is a list already.",
      code: `await check("4.2", async (pool: mp.Pool, pieces: Iterable<string>) => {
  let total = 0;
  const list = Array.from(pieces);
  for await (const count of pool.imapUnordered((piece: string) => piece.split(" ").length, list)) {
    total += count;
  }
  return total;
});`,
      says: "150 pieces were read and not counted",
    },
    {
      what: "Memory stays flat, as only one piece is under way: nothing is parallel.",
      code: `await check("4.2", async (pool: mp.Pool, pieces: Iterable<string>) => {
  let total = 0;
  for (const piece of pieces) total += await pool.apply((text: string) => text.split(" ").length, [piece]);
  return total;
});`,
      says: "never two of them under way at the same time",
    },
    {
      what: "The notebook counts.",
      code: `await check("4.2", (pool: mp.Pool, pieces: Iterable<string>) => {
  let total = 0;
  for (const piece of pieces) total += piece.split(" ").length;
  return total;
});`,
      says: "computed in the notebook",
    },
  ],
  async check(attempt) {
    const text = (index: number) => "word ".repeat(index % 7) + "end";
    const words = range(PIECES).reduce((sum, index) => sum + (index % 7) + 1, 0);
    let most = 0;
    const source = function* (pool: Pool): Generator<string> {
      for (const index of range(PIECES)) {
        const done = readRecord(pool).totals.reduce((sum, { items }) => sum + items, 0);
        most = Math.max(most, index + 1 - done);
        yield text(index);
      }
    };
    const seen = attempt.withResult(await attempt.runOn(attempt.workers, (pool) => [source(pool)]));
    attempt.must(seen.answer === words, `${words} words`, `${words} words`, `${shown(seen.answer)} words`);
    const limit = MOST * attempt.workers;
    const held = `${counted(most, "piece")} were read and not counted yet, at some moment`;
    attempt.mustBeParallel(seen, PIECES, "all pieces");
    attempt.must(
      most <= limit,
      `never more than ${most} pieces were held`,
      `at most ${limit} pieces held at a time`,
      held,
    );
  },
};
