import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as mp from "parallel-typescript";

// A log of 100,000 requests from 200 addresses, some of which come more often.
const folder = mkdtempSync(join(tmpdir(), "log-"));
const log = join(folder, "access.log");
const random = mp.seededRandom("visitors");
const address = () => `10.0.0.${Math.min(random.randint(0, 399), random.randint(0, 399)) % 200}`;
writeFileSync(log, Array.from({ length: 100_000 }, () => `${address()} - - "GET /index.html" 200\n`).join(""));

/** How often each address stands in a part of the file. Parts begin between two words, so perhaps within a line; an address is a line's first word. */
async function count({ path, start, end }) {
  const counts = new Map();
  const lines = createInterface({ input: createReadStream(path, { start, end: end - 1, encoding: "latin1" }) });
  for await (const line of lines) {
    const [first] = line.split(" ", 1);
    if (/^\d+\.\d+\.\d+\.\d+$/.test(first)) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return counts;
}

// No line goes through the main thread: each worker reads its own part of the file.
const totals = new Map();
await mp.withPool(2, async (pool) => {
  for await (const counts of pool.imapUnordered(count, mp.fileRanges(log, 16)))
    for (const [key, times] of counts) totals.set(key, (totals.get(key) ?? 0) + times);
});
const top = [...totals].sort(([, one], [, other]) => other - one).slice(0, 10);
const all = [...totals.values()].reduce((sum, times) => sum + times);
console.log(top[0], "of", all);
rmSync(folder, { recursive: true });

// Prints:
//   [ '10.0.0.6', 779 ] of 100000
