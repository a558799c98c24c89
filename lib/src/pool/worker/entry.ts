/** What a worker begins with: piscina's own part of it, then `main`. */
import "../../base/runtime";
import { join } from "node:path";
import { openBundle } from "../../base/bundle";

const load = openBundle(join(__dirname, "modules.js"));
// piscina's part then asks for this file. Where the library was not built into bundles, it has begun and asks by itself. (Others than piscina may listen for messages, too: what a program preloads.)
const hasBegun = Object.keys(require.cache).some((file) => /[\\/]piscina[\\/]dist[\\/]worker\.js$/.test(file));
if (!hasBegun) load("piscina/dist/worker.js");
export default (load("pool/worker/main.js") as { default: unknown }).default;
