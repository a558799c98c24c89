import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { servePeer } from "./peer.mjs";

// The library's own piscina, as anybody would use it.
const { Piscina } = createRequire(createRequire(import.meta.url).resolve("parallel-typescript"))("piscina");

const pool = new Piscina({
  filename: fileURLToPath(new URL("work.mjs", import.meta.url)),
  minThreads: 2,
  maxThreads: 2,
});
await servePeer(
  (name, value) => pool.run(value, { name }),
  () => pool.destroy(),
);
