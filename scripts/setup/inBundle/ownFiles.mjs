// Stands in the place of lib/src/base/ownFiles.ts where the library is bundled: one file then holds all that workers, processes and the guard of orphans begin with.
import moduleOfNode from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sieve from "../../../lib/dist/words/counters/sieve.wasm";

// IS_WORKER_FILE: the build says so of worker.cjs. webpack finds a file to copy by `new URL(..., import.meta.url)`, written so. There is no import.meta in a program that a bundler makes CommonJS of.
const file = IS_WORKER_FILE
  ? __filename
  : import.meta.url === undefined
    ? join(__dirname, "worker.cjs")
    : fileURLToPath(new URL("./worker.cjs", import.meta.url));

export const ENTRIES = { worker: file, process: file, guard: file };
/** Machines begin with the library's own files, which a bundle does not have. */
export const isBundled = true;
export const PACKAGE = dirname(file);
/** No program requires it: functions of a bundle travel. */
export const MAIN = "";
/** Other files of the bundle are the program's, too. */
export const BEGINNING = file;
/** Nor do its functions travel by the files of their modules. */
export const ownModules = () => new Map();
export const libraryOf = () => undefined;
export const requireOwn = (path) => ownRequire()(path);
export const SIEVE = sieve;
export const ownRequire = () => moduleOfNode["createRequire"](join(dirname(file), "x.js"));
