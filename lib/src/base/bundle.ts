/**
 * Many modules in one file, which loads faster than each from its own. The build writes such a file, and V8's code for it beside it (`.code`).
 * Without the file, each module is loaded from its own; code of another version of V8 is not used.
 */
import { readFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { isThere } from "./runtime";

type Run = (exports: unknown, require: unknown, module: NodeJS.Module, file: string, folder: string) => void;

const library = dirname(__dirname);

/** The modules in a bundle, and how to load one of them, or any other file. */
export function openBundle(file: string): {
  readonly files: readonly string[];
  readonly load: (file: string) => unknown;
} {
  const modules = isThere(file) ? readModules(file) : new Map<string, Run>();
  const load = (file: string): unknown => {
    const known = require.cache[file];
    const run = modules.get(file);
    if (known !== undefined || run === undefined) return known?.exports ?? require(file);
    const module = new Module(file);
    module.filename = file;
    // Whoever requires the file later gets the same module.
    require.cache[file] = module;
    const folder = dirname(file);
    const requireThere = (name: string): unknown =>
      name.startsWith(".") ? load(join(folder, `${name}.js`)) : require(name);
    run.call(module.exports, module.exports, Object.assign(requireThere, require), module, file, folder);
    module.loaded = true;
    return module.exports;
  };
  return { files: [...modules.keys()], load };
}

function readModules(file: string): Map<string, Run> {
  const code = `${file.slice(0, -".js".length)}.code`;
  const cachedData = isThere(code) ? readFileSync(code) : undefined;
  const script = new Script(readFileSync(file, "latin1"), { filename: file, cachedData });
  const modules = script.runInThisContext() as Record<string, Run>;
  return new Map(Object.entries(modules).map(([name, run]) => [join(library, name), run]));
}
