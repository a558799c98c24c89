/**
 * Many modules in one file, which loads faster than each from its own. The build writes such a file. The first program that loads it leaves V8's code beside it for the next ones, a file for each
 * version of V8, as Python does in `__pycache__`. Without the file, each module is loaded from its own.
 */
import { accessSync, constants, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join, sep } from "node:path";
import { Script } from "node:vm";
import { uninterrupted } from "./interrupt";
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
    Object.assign(requireThere, { main: require.main, resolve: require.resolve, cache: require.cache, folderOf });
    run.call(module.exports, module.exports, requireThere, module, file, dirname(file));
    module.loaded = true;
    return module.exports;
  };
  // Ended in the middle, a module would be half of itself for good.
  return (name) => uninterrupted(() => load(name));
}

/** The main folder of a package. Looked for where Node keeps packages: to have Node resolve it takes ten times as long. */
function folderOf(name: string, folder: string): string {
  const places = require.resolve.paths(name) ?? [];
  return places.map((place) => join(place, name, folder)).find(isThere) ?? dirname(require.resolve(name));
}

/** The file with the code for a bundle that this version of V8 made. Stacks name the place where it was made, so a copy of the library elsewhere has its own. */
export function codeFileOf(bundle: string): string {
  return bundle.replace(/js$/, `${process.versions.v8}-${process.arch}-${hashOf(bundle)}.code`);
}

function hashOf(text: string): string {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return (hash >>> 0).toString(36);
}

function readModules(file: string): Record<string, Bundled> {
  const code = codeFileOf(file);
  const cachedData = isThere(code) ? readFileSync(code) : undefined;
  const read = (): Script => new Script(readFileSync(file, "latin1"), { filename: file, cachedData });
  const script = UNROLLS_NONE in globalThis ? unrolling().whileUnrolling(read) : read();
  if (cachedData === undefined) keepCode(script, code);
  return script.runInThisContext() as Record<string, Bundled>;
}

/** Few programs need it before the first pool. */
const unrolling = (): typeof import("./loopUnrolling") =>
  require("./loopUnrolling") as typeof import("./loopUnrolling");
/** The lesson's kernel has told V8 to unroll no loops: see there. */
const UNROLLS_NONE = Symbol.for("parallel-typescript.unrollsNoLoops");

/** A worker is ended without a word, so it does not wait for its end: by then it has done its first tasks. */
const KEEP_AFTER = 100;

/** Writes V8's code for a script: of the functions that have run until then. It depends on Node's flags, and on whether coverage is measured, so only a program without any keeps it. */
function keepCode(script: Script, file: string): void {
  const { NODE_OPTIONS = "", NODE_V8_COVERAGE = "" } = process.env;
  if (process.execArgv.length > 0 || NODE_OPTIONS + NODE_V8_COVERAGE !== "" || !isWritable(dirname(file))) return;
  const { isMainThread, threadId } = require("node:worker_threads") as typeof import("node:worker_threads");
  const write = (): void => {
    const part = `${file}.${process.pid}.${threadId}`;
    try {
      const code = unrolling().whileUnrolling(() => script.createCachedData());
      writeFileSync(part, code);
      renameSync(part, file);
    } catch {
      // What is for the next program only must not end this one: the disk may be full.
      rmSync(part, { force: true, recursive: true });
    }
  };
  if (isMainThread) process.once("exit", write);
  else (require("node:timers") as typeof import("node:timers")).setTimeout(write, KEEP_AFTER).unref();
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
