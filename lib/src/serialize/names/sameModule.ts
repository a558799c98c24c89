/** Whether a worker that loads a module gets what is loaded here: not what was transformed on its way, or was changed or mocked since. */
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { extname, isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { mainGlobal } from "../v8/session";
import { closureOf } from "../v8/inspector";
import { scriptsWith, textOf, urlOf } from "../v8/sourceText";
import { sourceOf } from "../v8/sourceText";

interface Loader {
  _nodeModulePaths: Function;
  _extensions: NodeJS.Dict<Function>;
}
/** Loaded when it is needed: workers and processes start sooner without. */
const loader = (): Loader => (require("node:module") as { Module: Loader }).Module;

/** What is loaded before a program is loaded in its workers, too; what it does to later modules it does there from the Node on that has hooks of the thread's own. */
const PRELOADS = /(^|\s)(-r|--(require|import|loader|experimental-loader))\b/;
const hasPreloads = (): boolean =>
  "registerHooks" in loader() &&
  globalThis === mainGlobal &&
  PRELOADS.test([...process.execArgv, process.env.NODE_OPTIONS ?? ""].join(" "));

/** Is a script a module that workers can load as it is here? Never the program's main file. */
export function workersCanImport(scriptId: string): boolean {
  return fileOf(urlOf(scriptId)) !== mainFile() && isUnchangedScript(scriptId);
}

/** Is a script what stands in its file, for workers, too? */
export function isUnchangedScript(scriptId: string): boolean {
  let answer = answers.get(scriptId);
  if (answer === undefined) {
    const url = urlOf(scriptId);
    const file = fileOf(url);
    answer = url.startsWith("data:") || (file !== undefined && isAsOnDisk(file, textOf(scriptId)));
    answers.set(scriptId, answer);
  }
  return answer;
}
const answers = new Map<string, boolean>();

/** The same of a file that is required. */
export function workersCanRequire(file: string): boolean {
  let answer = answers.get(file);
  if (answer === undefined) {
    answer =
      (globalThis === mainGlobal && (isReadByNode(file) || hasPreloads())) ||
      scriptsWith(file).some((id) => isAsOnDisk(file, textOf(id)));
    answers.set(file, answer);
  }
  return answer;
}

/** Does a function that is found among the exports of a file come from there, or from another file that workers load? It may have been put there in place of another. */
export function isExportOf(fn: Function, file: string): boolean {
  if (textOnDisk(file)?.includes(sourceOf(fn)) === true) return true;
  const { place } = closureOf(fn);
  return place === undefined || workersCanImport(place.scriptId);
}

function isAsOnDisk(file: string, text: string): boolean {
  const disk = textOnDisk(file);
  return disk !== undefined && (text.includes(disk) || isStripped(text, disk, file) || hasPreloads());
}

/** Node puts spaces in place of types, the same in every thread. */
function isStripped(text: string, disk: string, file: string): boolean {
  const { typescript } = process.features as { typescript?: false | "strip" | "transform" };
  if (typescript === undefined || typescript === false || globalThis !== mainGlobal || !/\.[cm]?ts$/.test(file))
    return false;
  return (
    typescript !== "strip" || disk.split("").every((char, at) => text[at] === char || /[\s;]/.test(text.charAt(at)))
  );
}

/** Does Node itself read such files, and nobody in between? */
export function isReadByNode(file: string): boolean {
  const { _extensions: handlers, _nodeModulePaths: own } = loader();
  const handler = handlers[extname(file)] ?? handlers[".js"];
  return handler !== undefined && closureOf(handler).place?.scriptId === closureOf(own).place?.scriptId;
}

function textOnDisk(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8").replace(/^\uFEFF/, "") : undefined;
}

/** The file of a script, by its address. */
function fileOf(url: string): string | undefined {
  return url.startsWith("file:") ? fileURLToPath(url) : isAbsolute(url) ? url : undefined;
}

/** The file that the program began with. */
export function mainFile(): string | undefined {
  const [, file] = process.argv;
  return (main ??= file !== undefined && existsSync(file) ? realpathSync(file) : require.main?.filename);
}
let main: string | undefined;
