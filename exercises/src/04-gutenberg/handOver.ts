import { Pool, range } from "parallel-typescript";
import { counted, type Attempt } from "../attempt";
import type { Exercise } from "../exercise";
import { shown } from "../limits";

const CHUNKS = 60;
const BYTES = 1_000;
const MOST = 20;

export const handOver: Exercise = {
  id: "4.3",
  title: "Copy or hand over",
  minutes: 6,
  task: "An item is *copied* for its worker, since you may go on using yours. (Chunks that go straight from `mp.readInChunks` into a pool are handed over: nobody else has them.) `mp.transfer(chunk, [chunk.buffer as ArrayBuffer])` hands over the memory itself; afterwards the sender no longer has it. The generator below yields chunks as they are. **Change one line**, so that each chunk is handed over.",
  start: `// Exercise 4.3: change one line, so that the memory of each chunk is handed over.
await check("4.3", function* (chunks: Iterable<Uint8Array>) {
  for (const chunk of chunks) yield chunk;
});`,
  hints: [
    "What is yielded is what travels. `mp.transfer` wraps it.",
    "`yield mp.transfer(chunk, [chunk.buffer as ArrayBuffer])`: the list names the memory that moves.",
  ],
  solution: `await check("4.3", function* (chunks: Iterable<Uint8Array>) {
  for (const chunk of chunks) yield mp.transfer(chunk, [chunk.buffer as ArrayBuffer]);
});`,
  mistakes: [
    {
      what: "The list of what moves is empty: nothing moves.",
      code: `await check("4.3", function* (chunks: Iterable<Uint8Array>) {
  for (const chunk of chunks) yield mp.transfer(chunk, []);
});`,
      says: "60 of 60 chunks were copied",
    },
    {
      what: "A copy is handed over. The copy was the work that we wanted to save.",
      code: `await check("4.3", function* (chunks: Iterable<Uint8Array>) {
  for (const chunk of chunks) {
    const copy = chunk.slice();
    yield mp.transfer(copy, [copy.buffer as ArrayBuffer]);
  }
});`,
      says: "60 of 60 chunks were copied",
    },
    {
      what: "All chunks are collected before the first is handed over.",
      code: `await check("4.3", function* (chunks: Iterable<Uint8Array>) {
  const all = [...chunks];
  for (const chunk of all) yield mp.transfer(chunk, [chunk.buffer as ArrayBuffer]);
});`,
      says: "60 chunks were held at the same time",
    },
    {
      what: "What is sent is the memory, and not the chunk.",
      code: `await check("4.3", function* (chunks: Iterable<Uint8Array>) {
  for (const chunk of chunks) yield mp.transfer(chunk.buffer, [chunk.buffer as ArrayBuffer]);
});`,
      says: "a chunk in each task",
    },
  ],
  async check(attempt) {
    const pool = new Pool(2);
    try {
      await lookAt(attempt, pool);
    } finally {
      await pool.terminate();
    }
  },
};

async function lookAt(attempt: Attempt, pool: Pool): Promise<void> {
  const chunks: Uint8Array[] = [];
  let most = 0;
  const read = function* (): Generator<Uint8Array> {
    for (const index of range(CHUNKS)) {
      const chunk = new Uint8Array(BYTES).fill(index);
      chunks.push(chunk);
      most = Math.max(most, chunks.filter(({ byteLength }) => byteLength > 0).length);
      yield chunk;
    }
  };
  const source = await attempt.call(read());
  const isSource = typeof (source as Iterable<unknown> | undefined)?.[Symbol.iterator] === "function";
  attempt.must(isSource, "", "a generator, which yields the chunks", shown(source));
  const lengths = await attempt.within(async () => {
    const found: unknown[] = [];
    for await (const length of pool.imapUnordered(lengthOf, source as Iterable<unknown>)) found.push(length);
    return found;
  });
  const whole = lengths.filter((length) => length === BYTES).length;
  const arrived = `${counted(whole, "chunk")} of ${CHUNKS} arrived`;
  attempt.must(whole === CHUNKS, "all chunks arrived", "a chunk in each task", arrived);
  const copied = chunks.filter(({ byteLength }) => byteLength > 0).length;
  const came = `${copied} of ${CHUNKS} chunks were copied: the sender still has them`;
  attempt.must(copied === 0, "the memory of each was handed over", "chunks whose memory is handed over", came);
  const held = `${counted(most, "chunk")} were held at the same time`;
  attempt.must(most <= MOST, `never more than ${most} were held`, "few chunks held at a time", held);
}

/** Of whatever was yielded. */
const lengthOf = (chunk: unknown) => (chunk as Partial<Uint8Array> | undefined)?.length;
