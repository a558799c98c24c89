/**
 * Many modules in one file, which loads faster than each from its own. The build writes such files: `modules.js` beside `main.js` has all of the library, those of workers and processes what these
 * begin with. The first program that loads one leaves V8's code beside it for the next ones, a file for each version of V8, as Python does in `__pycache__`. Without the file, each module is loaded from its own.
 */
import { accessSync, constants, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import Module from "node:module";
import { dirname, join, sep } from "node:path";
import { runInThisContext, Script } from "node:vm";
import { uninterrupted } from "./interrupt";
import { isNode, isThere } from "./runtime";

/** A module, and the names in the bundle of what it requires. */
type Bundled = readonly [
  run: (exports: unknown, require: unknown, module: NodeJS.Module, file: string, folder: string) => void,
  names: Readonly<Record<string, string>>,
];
type Bundle = Readonly<Record<string, Bundled>>;

const library = dirname(__dirname);
const PROGRAM = join(library, "modules.js");
/** Some test runners load this library into another context, where code that V8 has kept would run in the main context. */
const isMainContext = isNode && runInThisContext("globalThis") === globalThis;
const bundles = new Map<string, Bundle>();
const loaded = new Map<string, NodeJS.Module>();

/** Loads modules by their names, such as "base/errors.js": from a bundle; what it has not, from the one for programs. */
export function openBundle(file: string): (name: string) => unknown {
  const load = (name: string): unknown => {
    const place = library + sep + (sep === "/" ? name : name.replaceAll("/", sep));
    // Elsewhere than in the main context, `require.cache` may be that of the main context, or keep nothing.
    const known = loaded.get(place) ?? (isMainContext ? require.cache[place] : undefined);
    if (known !== undefined) return known.exports;
    const bundled = modulesIn(file)[name] ?? modulesIn(PROGRAM)[name];
    if (bundled === undefined) return require(place);
    const module = new Module(place);
    module.filename = place;
    loaded.set(place, module);
    // Whoever requires the file later gets the same module.
    if (isMainContext) require.cache[place] = module;
    const [run, names] = bundled;
    const requireThere = (wanted: string): unknown => {
      const there = names[wanted];
      return there === undefined ? require(wanted) : load(there);
    };
    Object.assign(requireThere, { main: require.main, resolve: require.resolve, cache: require.cache });
    run.call(module.exports, module.exports, requireThere, module, place, dirname(place));
    module.loaded = true;
    return module.exports;
  };
  // Ended in the middle, a module would be half of itself for good.
  return (name) => uninterrupted(() => load(name));
}

/** The library whose file that is, this one or another copy of it in the same program: the file may be in its bundle alone. */
export function libraryOf(file: string): string | undefined {
  if (file.startsWith(library + sep)) return library;
  const other = /^(.*[\\/]dist)[\\/]/s.exec(file)?.[1];
  return other !== undefined && isThere(join(other, "requireBundled.js")) ? other : undefined;
}

/** Requires a file, which may be one of a library's bundle. */
export function requireOwn(file: string): unknown {
  const home = libraryOf(file);
  if (home === undefined) return require(file) as unknown;
  const other = require(join(home, "requireBundled.js")) as { requireBundled(path: string): unknown };
  return other.requireBundled(`.${file.slice(home.length, -".js".length).replaceAll(sep, "/")}`);
}

/** Written out, as users may compile with this file, and need not have Node's types. */
interface Loaded {
  readonly exports: unknown;
  readonly loaded: boolean;
}

/** The files of the library that were loaded from bundles, and their modules. */
export function ownModules(): ReadonlyMap<string, Loaded> {
  return loaded;
}

function modulesIn(file: string): Bundle {
  const known = bundles.get(file);
  if (known !== undefined) return known;
  const modules = isThere(file) ? readModules(file) : {};
  bundles.set(file, modules);
  return modules;
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

function readModules(file: string): Bundle {
  const text = readFileSync(file, "latin1");
  if (!isMainContext) return (0, eval)(`${text}//# sourceURL=${file}`) as Bundle;
  const code = codeFileOf(file);
  const cachedData = isThere(code) ? readCode(code) : undefined;
  const read = (): Script => new Script(text, { filename: file, cachedData });
  const script = UNROLLS_NONE in globalThis ? unrolling().whileUnrolling(read) : read();
  if (cachedData === undefined) keepCode(script, code);
  return script.runInThisContext() as Bundle;
}

/** Another user's file may not be readable, and a file may go at any time: without it, programs only start later. */
function readCode(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
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
