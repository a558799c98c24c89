/** The ES modules that are loaded in this thread, as wholes. Only Node has them; its `require` hands out one that is loaded, and loads it not again. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isReadByNode, mainFile } from "./sameModule";
import { mainGlobal } from "../v8/session";
import { newModules } from "../v8/sourceText";

type Exports = Readonly<Record<string, unknown>>;
const modules = new Map<string, Exports>();

/** By their addresses. Those that are made by hooks, or wait for something at their top level, are not among them. */
export function loadedModules(): ReadonlyMap<string, Exports> {
  // Those of other contexts are loaded by a test runner.
  for (const url of globalThis === mainGlobal ? (newModules() ?? []) : []) {
    if (modules.has(url) || !/^file:[^?#]*$/.test(url)) continue;
    const file = fileURLToPath(url);
    const exports = file !== mainFile() && isReadByNode(file) ? loaded(file) : undefined;
    if (exports !== undefined) modules.set(url, exports);
  }
  return modules;
}

function loaded(file: string): Exports | undefined {
  const known = require.cache[file];
  try {
    // Node warns of it in files that are not a package's.
    return createRequire(join(file, "..", "node_modules", "x.js"))(file) as Exports;
  } catch {
    // It has failed, or waits for something at its top level.
    return undefined;
  } finally {
    if (known === undefined) Reflect.deleteProperty(require.cache, file);
  }
}

/** The address of a module that is held as a whole. */
export function urlOfNamespace(namespace: object): string | undefined {
  const keys = Object.keys(namespace);
  for (const [url, exports] of loadedModules()) {
    if (exports === namespace) return url;
    // One with a default export is handed out with a mark beside.
    const same = Object.keys(exports).filter((key) => key !== "__esModule" || keys.includes(key));
    if (
      same.length === keys.length &&
      keys.every((key) => Object.hasOwn(exports, key) && Object.is(exports[key], (namespace as Exports)[key]))
    )
      return url;
  }
  return undefined;
}
