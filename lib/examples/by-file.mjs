import * as mp from "parallel-typescript";

// For code that must not travel, and for bundled programs: workers import the file and take what it exports.
const count = mp.task(new URL("./jobs/letters.mjs", import.meta.url), "count");

console.log(await mp.withPool(2, (pool) => pool.map(count, ["worker", "task", "queue"])));

// Prints:
//   [ 6, 4, 5 ]
