/** How `main.js`, and what machines begin with, require a module of the library: from the one file in which the build has put all of them. */
import { join } from "node:path";
import { openBundle } from "./base/bundle";

const load = openBundle(join(__dirname, "modules.js"));

/** @param path as `index` names the module, such as "./pool/pool" */
export function requireBundled(path: string): unknown {
  return load(`${path.slice("./".length)}.js`);
}
