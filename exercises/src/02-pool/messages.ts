import { range, withPool } from "parallel-typescript";
import type { Exercise } from "../exercise";
import { takeRecord } from "../library";
import { shown } from "../limits";

const ITEMS = 100;
const CHUNK = 8;

export const messages: Exercise = {
  id: "2.1",
  title: "How many messages?",
  minutes: 3,
  task: "`pool.map(cube, mp.range(100), { chunkSize: 8 })` cuts 100 items into chunks of 8. **Predict:** how many messages with items go to the workers? The check sends them, and counts.",
  start: `// Exercise 2.1: predict how many messages go to the workers.
const predicted = 0;

await check("2.1", predicted);`,
  hints: [
    "A chunk is a message. How many chunks of 8 are there in 100 items?",
    "100 / 8 is 12.5: twelve whole chunks, and one that is shorter.",
  ],
  solution: `// Twelve chunks of 8 items, and a last one of 4.
const predicted = Math.ceil(100 / 8);

await check("2.1", predicted);`,
  mistakes: [
    {
      what: "One message an item, as `apply` in a loop has it.",
      code: `await check("2.1", 100);`,
      says: "the items of a chunk travel together",
    },
    {
      what: "The last, shorter chunk is forgotten.",
      code: `await check("2.1", 12);`,
      says: "the items that are left over travel as well",
    },
    {
      what: "The size of a chunk is taken for the number of chunks.",
      code: `await check("2.1", 8);`,
      says: "the number of chunks, not the size of one",
    },
  ],
  async check(attempt) {
    const answer = await attempt.value();
    const sent = await withPool(2, async (pool) => {
      await pool.map((x: number) => x ** 3, range(ITEMS), { chunkSize: CHUNK });
      return takeRecord(pool).tasks.length;
    });
    const what = "how many messages were sent";
    const why = new Map<unknown, string>([
      [ITEMS, `${what}: the items of a chunk travel together`],
      [Math.floor(ITEMS / CHUNK), `${what}: the items that are left over travel as well`],
      [CHUNK, `${what}: the number of chunks, not the size of one`],
    ]);
    attempt.must(answer === sent, `${sent} messages were sent just now`, why.get(answer) ?? what, shown(answer));
  },
};
