/** Functions that are named by their file: workers import it, and the function's own text does not travel. */
import { pathToFileURL } from "node:url";
import { describe } from "../../base/errors";
import { isThere } from "../../base/runtime";
import { type FileUrl, pathOfFile } from "../../base/workerFile";
import { importFrom } from "./esmImports";
import { mainFile } from "./loadedModules";
import { registerName } from "./registry";

/** What a function that a file exports is where it is called by its name. */
export type FileTask<F extends (...args: any[]) => unknown> = (
  ...args: Parameters<F>
) => Promise<Awaited<ReturnType<F>>>;

const fileTasks = new WeakSet<object>();

/** The text of such a function is not that of the function which workers find by its name. */
export function isFileTask(fn: object): boolean {
  return fileTasks.has(fn);
}

/**
 * A function by the file that exports it, for `apply`, `map`, a Process, an initializer, or wherever else a function is taken: the worker imports the
 * file, and nothing of the function travels. For bundled programs, and for code that cannot travel. Called here, it imports the file here.
 *
 * @param file its address, such as `new URL("./job.js", import.meta.url)`, or its absolute path; not the file of the program itself
 * @param name of the export; "default" when left out
 * @throws TypeError for another file or name; Error when there is no such file, or when it is the program itself
 * @example
 * const resize = mp.task<typeof import("./job.js").resize>(new URL("./job.js", import.meta.url), "resize");
 * await pool.map(resize, files);
 */
export function task<F extends (...args: any[]) => unknown>(file: string | FileUrl, name = "default"): FileTask<F> {
  const path = pathOfFile("task", file);
  if (typeof name !== "string" || name === "")
    throw new TypeError(`task expects the name of an export, such as "resize"; got ${describe(name)}.`);
  if (!isThere(path))
    throw new Error(`task: there is no file ${path}. A bundler makes it when it is given the file as another entry.`);
  if (path === mainFile())
    throw new Error(
      `task: ${path} is the program itself, which each worker would run once more. Move ${name} into a file of its own.`,
    );
  const url = pathToFileURL(path).href;
  const call = async (...args: Parameters<F>): Promise<Awaited<ReturnType<F>>> =>
    (await (takeExport(await importFrom(url, url), url, name) as F)(...args)) as Awaited<ReturnType<F>>;
  Object.defineProperty(call, "name", { value: name });
  registerName(call, { from: "import", url, path: [name] });
  fileTasks.add(call);
  return call;
}

function takeExport(module: Record<string, unknown>, url: string, name: string): unknown {
  if (typeof module[name] === "function") return module[name];
  throw new TypeError(
    `${url} exports no function ${name}. It exports: ${Object.keys(module).join(", ") || "nothing"}.`,
  );
}
