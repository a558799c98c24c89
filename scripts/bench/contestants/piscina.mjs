import { createRequire } from "node:module";
import { servePiscina } from "./peer.mjs";

// The library's own piscina, as anybody would use it.
const { Piscina } = createRequire(createRequire(import.meta.url).resolve("parallel-typescript"))("piscina");

await servePiscina(Piscina);
