/**
 * What piscina loads in a worker: `main`, and what that needs before its first task. The build puts all of it into one file, `modules.js`,
 * which loads faster than fifty, and V8's code for it into `modules.code`. Without the first, each module is loaded from its own file; code of
 * another version of V8 is not used.
 */
import "../../base/runtime";
import { readFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join, relative, sep } from "node:path";
import { Script } from "node:vm";
import { isThere } from "../../base/runtime";

/** Modules as Node calls them, by their paths in the folder of the library. */
type Modules = Partial<
  Record<string, (exports: unknown, require: unknown, module: NodeJS.Module, file: string, folder: string) => void>
>;

const library = dirname(dirname(__dirname));
const file = join(__dirname, "modules.js");
const modules = isThere(file) ? readModules() : {};

function readModules(): Modules {
  const code = join(__dirname, "modules.code");
  const cachedData = isThere(code) ? readFileSync(code) : undefined;
  return new Script(readFileSync(file, "utf8"), { filename: file, cachedData }).runInThisContext() as Modules;
}

function load(file: string): unknown {
  const known = require.cache[file];
  const run = modules[relative(library, file).replaceAll(sep, "/")];
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
}

export default (load(join(__dirname, "main.js")) as { default: () => void }).default;
