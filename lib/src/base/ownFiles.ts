/**
 * Where the library's own files are. Where the library is bundled into a program, scripts/setup/inBundle/ownFiles.mjs stands in the place of
 * this file: nothing else may know where the library lies.
 */
import { dirname, join, sep } from "node:path";
import { libraryOf, ownModules, requireOwn } from "./bundle";
import { nodeModule } from "./loadLate";

const library = dirname(__dirname);

/** With what a worker thread, a child process, the guard of orphans, a machine and the thread by which a pool talks to a server begin. */
export const ENTRIES = {
  worker: join(library, "pool", "worker", "entry.js"),
  process: join(library, "process", "childEntry.js"),
  guard: join(library, "process", "orphanGuardWithoutShell.js"),
  machine: join(library, "cluster", "worker.js"),
  poolThread: join(library, "cluster", "nats", "poolThread.js"),
} as const;
/** The file that programs require. */
export const MAIN = join(library, "main.js");
/** The folder of the package. */
export const PACKAGE = dirname(library);
export const isBundled: boolean = false;
/** How the paths of the library's files begin. */
export const BEGINNING = library + sep;
export { libraryOf, ownModules, requireOwn };
export const SIEVE = join(library, "words", "counters", "sieve.wasm");

/**
 * Requires from here.
 *
 * @internal
 */
export const ownRequire = (): NodeJS.Require => nodeModule().createRequire(__filename);
