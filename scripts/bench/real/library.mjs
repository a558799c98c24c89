// This project's pool, with real packages.
import { createRequire } from "node:module";
import * as work from "./work.mjs";
import { serveReal } from "./serveReal.mjs";

const mp = createRequire(import.meta.url)("parallel-typescript");
const pool = new mp.Pool(2);
const double = (x) => x * 2;

await serveReal({
  map: (name, items) => pool.map(work[name], items, { chunkSize: 1 }),
  answerTo: {
    new: async (x) => String(await pool.apply((y) => y * 2, [x])),
    hoisted: async (x) => String(await pool.apply(double, [x])),
  },
  close: () => pool.terminate(),
});
