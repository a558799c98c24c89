/** How `main.js` requires the modules that `index` exports: from the one file in which the build has put all of them. */
import { join } from "node:path";
import { runInThisContext } from "node:vm";
import { openBundle } from "./base/bundle";
import { isNode } from "./base/runtime";

// Some test runners load this library into another context, where a bundle's modules would be those of the main context.
const isMainContext = isNode && runInThisContext("globalThis") === globalThis;
const load = isMainContext ? openBundle(join(__dirname, "modules.js")) : undefined;

/** @param path as `index` names the module, such as "./pool/pool" */
export function requireBundled(path: string): unknown {
  return load === undefined ? (require(path) as unknown) : load(`${path.slice("./".length)}.js`);
}
