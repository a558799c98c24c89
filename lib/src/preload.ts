/** Loads the modules that `index` exports, from the one file in which the build has put all of them. */
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { openBundle } from "./base/bundle";
import { isNode } from "./base/runtime";

// Some test runners load this library into another context, where a bundle's modules would be those of the main context.
const isMainContext = isNode && runInThisContext("globalThis") === globalThis;
const load = isMainContext ? openBundle(join(__dirname, "modules.js")) : undefined;

/** In the place of that of `index`. */
const requireHere = (name: string): unknown => load?.(`${name.slice("./".length)}.js`) ?? (require(name) as unknown);
export { requireHere as require };
