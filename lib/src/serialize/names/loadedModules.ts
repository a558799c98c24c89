/** The modules that this thread has loaded, and whether a worker that loads one gets the same: a tool may have transformed, changed or mocked it. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { Module } from "node:module";
import { extname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import { getOrMake } from "../../base/getOrMake";
import { nodeModule } from "../../base/loadLate";
import { positionOf } from "../v8/inspector";
import { mainGlobal } from "../v8/session";
import { newModules, scriptsWith, sourceOf, textOf, urlOf } from "../v8/sourceText";

const loader = Module as unknown as { _nodeModulePaths: Function; _extensions: NodeJS.Dict<Function> };

/** Workers also load what Node loads before the program. It changes their modules in the same way, in a Node that has `registerHooks`. */
const PRELOADS = /(^|\s)(-r|--(require|import|loader|experimental-loader))\b/;
const hasPreloads = (): boolean =>
  "registerHooks" in Module &&
  globalThis === mainGlobal &&
  PRELOADS.test([...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" "));

/** Can workers load a script as it is here? Never the program's main file. */
export function workersCanImport(scriptId: string): boolean {
  return !isOfMainFile(scriptId) && isUnchangedScript(scriptId);
}

function isOfMainFile(scriptId: string): boolean {
  return getOrMake(answers, `main ${scriptId}`, () => fileOf(urlOf(scriptId)) === mainFile());
}

/** Is a script what its file says, also for workers? */
export function isUnchangedScript(scriptId: string): boolean {
  return getOrMake(answers, scriptId, () => {
    const url = urlOf(scriptId);
    const file = fileOf(url);
    return url.startsWith("data:") || (file !== undefined && isAsOnDisk(file, textOf(scriptId)));
  });
}

/** Does a worker that requires that file get what is loaded here? */
export function workersCanRequire(file: string): boolean {
  return getOrMake(
    answers,
    file,
    () =>
      (globalThis === mainGlobal && (isReadByNode(file) || hasPreloads())) ||
      scriptsWith(file).some((id) => isAsOnDisk(file, textOf(id))),
  );
}

/** By the id of a script, by "main" and such an id, and by file. */
const answers = new Map<string, boolean>();

/** Was an export of a file made by this file, or by another that workers load? The program may have replaced it. */
export function isExportOf(fn: Function, file: string): boolean {
  if (textOnDisk(file)?.includes(sourceOf(fn)) === true) return true;
  const position = positionOf(fn);
  return position === undefined || workersCanImport(position.scriptId);
}

function isAsOnDisk(file: string, text: string): boolean {
  const disk = textOnDisk(file);
  return disk !== undefined && (text.includes(disk) || isStripped(text, disk, file) || hasPreloads());
}

/** Node replaces types by spaces, in every thread. */
function isStripped(text: string, disk: string, file: string): boolean {
  const { typescript } = process.features as { typescript?: false | "strip" | "transform" };
  if (typescript === undefined || typescript === false || globalThis !== mainGlobal || !/\.[cm]?ts$/.test(file))
    return false;
  return (
    typescript !== "strip" || disk.split("").every((char, at) => text[at] === char || /[\s;]/.test(text.charAt(at)))
  );
}

/** Does Node itself load such files, without a tool in between? */
function isReadByNode(file: string): boolean {
  const { _extensions: handlers, _nodeModulePaths: nodes } = loader;
  const handler = handlers[extname(file)] ?? handlers[".js"];
  return handler !== undefined && positionOf(handler)?.scriptId === positionOf(nodes)?.scriptId;
}

function textOnDisk(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").replace(/^\uFEFF/, "") : undefined;
}

function fileOf(url: string): string | undefined {
  return url.startsWith("file:") ? fileURLToPath(url) : isAbsolute(url) ? url : undefined;
}

/** The file that the program began with. */
export function mainFile(): string | undefined {
  const [, file] = process.argv;
  return (main ??= file !== undefined && existsSync(file) ? realpathSync(file) : require.main?.filename);
}
let main: string | undefined;

type Exports = Readonly<Record<string, unknown>>;
const modules = new Map<string, Exports>();

/** The ES modules that are loaded, by their addresses. `require` hands out one that is loaded, and does not load it again. Those that are made by hooks, or wait for something at their top level, are not among them. */
export function loadedModules(): ReadonlyMap<string, Exports> {
  // A test runner loads those of other contexts.
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
    // Outside of packages Node would warn.
    return nodeModule().createRequire(join(file, "..", "node_modules", "x.js"))(file) as Exports;
  } catch {
    // It has failed, or waits for something at its top level.
    return undefined;
  } finally {
    if (known === undefined) Reflect.deleteProperty(require.cache, file);
  }
}

/** The address of a whole module. */
export function urlOfNamespace(namespace: object): string | undefined {
  const keys = Object.keys(namespace);
  for (const [url, exports] of loadedModules()) {
    if (exports === namespace) return url;
    // `require` adds `__esModule` to a module with a default export.
    const same = Object.keys(exports).filter((key) => key !== "__esModule" || keys.includes(key));
    if (
      same.length === keys.length &&
      keys.every((key) => Object.hasOwn(exports, key) && Object.is(exports[key], (namespace as Exports)[key]))
    )
      return url;
  }
  return undefined;
}
