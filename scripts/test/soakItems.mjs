// Ten million items through imap, and through imapUnordered: every result is right, and memory stays flat.
//
//     node scripts/test/soakItems.mjs [--items N] [--chunk-size N]
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import mp from "parallel-typescript";

const { values } = parseArgs({
  options: { items: { type: "string", default: "10000000" }, "chunk-size": { type: "string", default: "200" } },
});
const [items, chunkSize] = [Number(values.items), Number(values["chunk-size"])];
/** What two measurements of one heap may differ by, the pool's record of its newest 10,000 tasks included: bytes. The resident size is told, not judged: it is V8's to keep. */
const NOISE = 4_000_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
function level() {
  collectGarbage();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { held: heapUsed + external, resident: rss };
}

function* source() {
  for (let i = 0; i < items; i++) yield i;
}

const problems = [];
for (const method of ["imap", "imapUnordered"]) {
  const pool = new mp.Pool(2);
  const begin = performance.now();
  const levels = [];
  let [seen, sum, inOrder] = [0, 0, true];
  for await (const result of pool[method]((x) => x + 1, source(), { chunkSize })) {
    if (result !== ++seen) inOrder = false;
    sum += result;
    if (seen % (items / 10) !== 0) continue;
    const { held, resident } = level();
    levels.push(held);
    console.log(
      `${method.padEnd(13)} ${seen} items  ${((performance.now() - begin) / 1000).toFixed(1)} s  heap and buffers ${(held / 1e6).toFixed(1)} MB  resident ${(resident / 1e6).toFixed(1)} MB`,
    );
  }
  await pool.terminate();
  if (seen !== items || sum !== (items * (items + 1)) / 2)
    problems.push(`${method}: ${seen} results with the sum ${sum}`);
  if (method === "imap" && !inOrder) problems.push("imap: results in another order than their items");
  const grown = Math.max(...levels.slice(1)) - levels[0];
  if (grown > NOISE) problems.push(`${method}: memory grew by ${(grown / 1e6).toFixed(1)} MB`);
}
for (const problem of problems) console.log("PROBLEM", problem);
console.log(`${2 * items} items: ${problems.length} problems`);
process.exitCode = problems.length > 0 ? 1 : 0;
