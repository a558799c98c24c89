// piscina, with real packages.
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { serveReal } from "./serveReal.mjs";

const pool = new Piscina({
  filename: fileURLToPath(new URL("work.mjs", import.meta.url)),
  minThreads: 2,
  maxThreads: 2,
});
const tiny = async (x) => String(await pool.run(x, { name: "tiny" }));

await serveReal({
  map: (name, items) => Promise.all(items.map((item) => pool.run(item, { name }))),
  answerTo: { new: tiny, hoisted: tiny },
  close: () => pool.destroy(),
});
