/**
 * Many modules in one file, which loads faster than each from its own. The build writes such a file, and V8's code for it beside it, a file for each version of V8 that has built it.
 * Without the file, each module is loaded from its own.
 */
import { readFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join, sep } from "node:path";
import { Script } from "node:vm";
import { isThere } from "./runtime";

/** A module, and the names in the bundle of what it requires. */
type Bundled = readonly [
  run: (exports: unknown, require: unknown, module: NodeJS.Module, file: string, folder: string) => void,
  names: Readonly<Record<string, string>>,
];

const library = dirname(__dirname);

/** Loads modules of a bundle by their names in it, such as "base/errors.js"; and others of the library. */
export function openBundle(file: string): (name: string) => unknown {
  const modules = isThere(file) ? readModules(file) : {};
  const load = (name: string): unknown => {
    const file = library + sep + (sep === "/" ? name : name.replaceAll("/", sep));
    const known = require.cache[file];
    const bundled = modules[name];
    if (known !== undefined || bundled === undefined) return known?.exports ?? require(file);
    const module = new Module(file);
    module.filename = file;
    // Whoever requires the file later gets the same module.
    require.cache[file] = module;
    const [run, names] = bundled;
    const requireThere = (wanted: string): unknown => {
      const there = names[wanted];
      return there === undefined ? require(wanted) : load(there);
    };
    Object.assign(requireThere, { resolve: require.resolve, cache: require.cache, folderOf });
    run.call(module.exports, module.exports, requireThere, module, file, dirname(file));
    module.loaded = true;
    return module.exports;
  };
  return load;
}

/** The main folder of a package. Looked for where Node keeps packages: to have Node resolve it takes ten times as long. */
function folderOf(name: string, folder: string): string {
  const places = require.resolve.paths(name) ?? [];
  return places.map((place) => join(place, name, folder)).find(isThere) ?? dirname(require.resolve(name));
}

/** The file with the code for a bundle that this version of V8 made. */
export function codeFileOf(bundle: string): string {
  return bundle.replace(/js$/, `${process.versions.v8}-${process.arch}.code`);
}

function readModules(file: string): Record<string, Bundled> {
  const code = codeFileOf(file);
  const cachedData = isThere(code) ? readFileSync(code) : undefined;
  const script = new Script(readFileSync(file, "latin1"), { filename: file, cachedData });
  return script.runInThisContext() as Record<string, Bundled>;
}
