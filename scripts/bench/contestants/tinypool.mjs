import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { servePeer } from "./peer.mjs";

const pool = new Tinypool({
  filename: fileURLToPath(new URL("work.mjs", import.meta.url)),
  minThreads: 2,
  maxThreads: 2,
});
await servePeer(
  (name, value) => pool.run(value, { name }),
  () => pool.destroy(),
);
