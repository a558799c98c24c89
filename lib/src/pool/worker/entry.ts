/** What piscina loads in a worker of a pool: `poolWorker`, out of the bundle where there is one, else file by file. */
import "../../base/runtime";
import Module from "node:module";
import { dirname, join } from "node:path";
import { Script } from "node:vm";
import { workerData } from "node:worker_threads";
import type { WorkerSetup } from "../protocol/messages";

/** The modules of a bundle, by their files. */
export type Bodies = Partial<
  Record<string, (exports: unknown, require: unknown, module: NodeJS.Module, file: string, folder: string) => void>
>;

/** The name of a bundle in stacks: that of a file of the library's. */
export const BUNDLE_FILE = join(__dirname, "bundle of modules");

/** A `require` of files, which takes from a bundle what is in it, once, and keeps it in `modules`. */
export function loaderOf(bodies: Bodies, modules: NodeJS.Dict<NodeJS.Module>): (file: string) => unknown {
  const load = (file: string): unknown => {
    const body = bodies[file];
    const known = modules[file];
    if (known !== undefined || body === undefined) return known?.exports ?? require(file);
    const module = new Module(file);
    module.filename = file;
    modules[file] = module;
    const folder = dirname(file);
    const requireThere = (name: string): unknown =>
      name.startsWith(".") ? load(join(folder, `${name}.js`)) : require(name);
    body.call(module.exports, module.exports, Object.assign(requireThere, require), module, file, folder);
    module.loaded = true;
    return module.exports;
  };
  return load;
}

function poolWorker(): unknown {
  const file = join(__dirname, "main.js");
  const { bundle } = workerData as WorkerSetup;
  if (bundle === undefined) return require(file);
  let bodies: Bodies = {};
  try {
    bodies = new Script(bundle.text, { filename: BUNDLE_FILE, cachedData: bundle.code }).runInThisContext() as Bodies;
    // Whoever requires a file of it later gets the same module.
    return loaderOf(bodies, require.cache)(file);
  } catch {
    // The one who made it was spoilt by a task. The files are still there.
    for (const each in bodies) delete require.cache[each];
    return require(file);
  }
}

export default (poolWorker() as { default: () => void }).default;
