/** The file that workers and processes begin with: the library's own, or one that a bundled program hands in. */
import { isAbsolute } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "./errors";
import { ENTRIES } from "./ownFiles";
import { isThere } from "./runtime";

/** The address of a file, as `new URL("./job.js", import.meta.url)` makes it. */
export interface FileUrl {
  readonly href: string;
}

let given: string | undefined;

/** With which file a worker thread, a child process or the guard of orphans begins. */
export function entryFile(of: keyof typeof ENTRIES): string {
  const file = given ?? ENTRIES[of];
  if (isThere(file)) return file;
  throw new Error(
    `The file that workers begin with is not at ${file}. Was the program bundled together with parallel-typescript? ` +
      'Leave the library outside of the bundle (external); or copy there what require.resolve("parallel-typescript/worker") names; ' +
      "or copy that elsewhere and call mp.setWorkerFile(path) before the first pool.",
  );
}

/**
 * Says with which file workers and processes begin, where a bundler has put the library into the program: a copy of what
 * `require.resolve("parallel-typescript/worker")` names. Call it before the first pool or process. Programs that are not bundled need none.
 *
 * @param file its absolute path or its `file:` address
 * @throws TypeError when it is neither; Error when there is no such file
 * @example
 * mp.setWorkerFile(new URL("./worker.cjs", import.meta.url));
 */
export function setWorkerFile(file: string | FileUrl): void {
  const path = pathOfFile("setWorkerFile", file);
  if (!isThere(path))
    throw new Error(`setWorkerFile: there is no file ${path}. Copy parallel-typescript/worker there.`);
  given = path;
}

/** The path of a file that the caller names by its address or by its absolute path. */
export function pathOfFile(caller: string, file: unknown): string {
  const address = file instanceof URL ? file.href : file;
  if (typeof address === "string" && address.startsWith("file:")) return fileURLToPath(address);
  if (typeof file === "string" && isAbsolute(file)) return file;
  throw new TypeError(
    `${caller} expects the address of a file, such as new URL("./job.js", import.meta.url), or an absolute path, such as join(__dirname, "job.js"); got ${describe(file)}.`,
  );
}
