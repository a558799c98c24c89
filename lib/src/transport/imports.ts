/** ES modules that functions of a message use: imported again here, as their authors' modules import them. */
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SerializationError } from "../ground/errors";
import type { Node } from "./wire";

/** Loaded when it is needed: workers and processes start sooner without. */
const nodeModule = (): typeof import("node:module") => require("node:module") as typeof import("node:module");

type Binding = Extract<Node, { is: "binding" }>;

const modules = new Map<string, Record<string, unknown>>();

function keyOf({ url, parent }: Binding): string {
  return `${parent}\n${url}`;
}

/** Imports what is not here yet; undefined when there is nothing to wait for. */
export function importBindings(nodes: readonly Node[]): Promise<unknown> | undefined {
  const missing = nodes.filter((node): node is Binding => node.is === "binding" && !modules.has(keyOf(node)));
  if (missing.length === 0) return undefined;
  return Promise.all(missing.map(async (binding) => {
    modules.set(keyOf(binding), await importFrom(binding.url, binding.parent));
  }));
}

/** The thing that the binding stands for; importBindings must have been waited for. */
export function imported(binding: Binding): unknown {
  const module = modules.get(keyOf(binding));
  if (module === undefined) throw new SerializationError(`The module ${binding.url} was not imported here.`);
  return binding.what === "*" ? module : module[binding.what];
}

/** `import()` as it is in the module at an address: Node resolves what is imported as it did for that module, packages' conditions included. */
const importers = new Map<string, Importer>();
type Importer = (specifier: string, options?: unknown) => Promise<Record<string, unknown>>;

/** What `import(specifier, options)` gives in the module at `parent`. */
export function importFrom(specifier: string, parent: string, options?: unknown): Promise<Record<string, unknown>> {
  let importer = importers.get(parent);
  if (importer === undefined) {
    const file = parent.startsWith("file:") ? fileURLToPath(parent) : resolve(parent);
    const module = new (nodeModule().Module)(file) as NodeModule & { _compile(code: string, file: string): void };
    module._compile("module.exports = (specifier, options) => import(specifier, options);", file);
    importer = module.exports as Importer;
    importers.set(parent, importer);
  }
  return importer(specifier, options);
}

const metas = new Map<string, object>();

/** `import.meta` of the module at `url`. */
export function metaOf(url: string): object {
  let meta = metas.get(url);
  if (meta === undefined) {
    const path = url.startsWith("file:") ? fileURLToPath(url) : undefined;
    meta = Object.assign(Object.create(null) as object, { ...(path !== undefined && { dirname: dirname(path), filename: path }), resolve: (specifier: unknown) => resolveFrom(String(specifier), url), url });
    metas.set(url, meta);
  }
  return meta;
}

/** What needs no search: addresses, modules of Node, and files by their relative path. */
function resolveFrom(specifier: string, parent: string): string {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, parent).href;
  if (nodeModule().isBuiltin(specifier)) return `node:${specifier.replace(/^node:/, "")}`;
  if (URL.canParse(specifier)) return new URL(specifier).href;
  throw new Error(`import.meta.resolve(${JSON.stringify(specifier)}) cannot be asked in a worker: Node resolves packages only where the module itself runs. Resolve it there, and use what it gave.`);
}
