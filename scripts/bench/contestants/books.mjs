// This project's reader, and strategies 1 and 2 of the lesson as they stand in its notebook.
import { createRequire } from "node:module";
import { partsOf, serve, timed } from "./serve.mjs";

const mp = createRequire(import.meta.url)("parallel-typescript");

const WORDS = ["dog", "cat", "boy", "girl"];
const WHITESPACE = /[\t-\r\x1c-\x20\x85\xa0]+/;
const decode = ({ buffer, byteOffset, length }) => Buffer.from(buffer, byteOffset, length).toString("latin1");

function countObjects(text) {
  const counts = { dog: 0, cat: 0, boy: 0, girl: 0 };
  for (const line of text.split("\n")) {
    const tokens = line.split(WHITESPACE);
    for (const word of WORDS) counts[word] += tokens.filter((token) => token === word).length;
  }
  return Object.values(counts);
}
const countChunk = (chunk) => countObjects(decode(chunk));
const countRange = (range) => Object.values(mp.countWords(range, WORDS));
const add = (one, other) => one.map((count, place) => count + other[place]);
const NOTHING = WORDS.map(() => 0);

const pools = new Map();
/** The pool of that size, its workers started beforehand. */
async function poolOf(workers) {
  if (!pools.has(workers)) {
    pools.set(workers, new mp.Pool(workers));
    await pools.get(workers).map(() => 0, mp.range(4 * workers), { chunkSize: 1 });
  }
  return pools.get(workers);
}

const answerOf = ({ seconds, result }) => ({ seconds, answer: result });

const ways = {
  serial: async ({ path }) => answerOf(await timed(1, () => Object.values(mp.countWords(path, WORDS)))),
  /** Each worker takes the next range when it is done with one. */
  async ranges({ path, workers }) {
    const pool = await poolOf(workers);
    return answerOf(
      await timed(1, async () => {
        return (await pool.map(countRange, mp.fileRanges(path, partsOf(path, workers)), { chunkSize: 1 })).reduce(
          add,
          NOTHING,
        );
      }),
    );
  },
  strings: async ({ path }) =>
    answerOf(
      await timed(1, () => {
        let total = NOTHING;
        for (const chunk of mp.readInChunks(path)) total = add(total, countChunk(chunk));
        return total;
      }),
    ),
  async fed({ path, workers }) {
    const pool = await poolOf(workers);
    return answerOf(
      await timed(1, async () => {
        let total = NOTHING;
        for await (const counts of pool.imapUnordered(countChunk, mp.readInChunks(path), { chunkSize: 16 }))
          total = add(total, counts);
        return total;
      }),
    );
  },
};

await serve(ways, () => Promise.all([...pools.values()].map((pool) => pool.terminate())));
