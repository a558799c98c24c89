// dist/inBundle/index.mjs is made of this: what bundlers take into a program.
import * as library from "../../../lib/src/index.ts";
import { SeededRandom } from "../../../lib/src/base/random.ts";
import { hiddenBuiltins } from "../../../lib/src/serialize/names/globals.ts";
import { registerName } from "../../../lib/src/serialize/names/registry.ts";

export * from "../../../lib/src/index.ts";

// Functions of the program travel from a bundle; the library's own go by their name, for worker.cjs has them.
const exported = { ...library, SeededRandom };
hiddenBuiltins.library = exported;
for (const [key, value] of Object.entries(exported)) {
  if (typeof value !== "function") continue;
  registerName(value, { from: "hidden", path: ["library", key] });
  registerName(value.prototype, { from: "hidden", path: ["library", key, "prototype"] });
}
