/** Loads all modules that `index` exports from the one file in which the build has put them. */
import { join } from "node:path";
import { openBundle } from "./base/bundle";
import { isNode } from "./base/runtime";

if (isNode) {
  const { files, load } = openBundle(join(__dirname, "modules.js"));
  for (const file of files) load(file);
}
