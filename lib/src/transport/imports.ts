/** ES modules that functions of a message use: imported again here, as their authors' modules import them. */
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { SerializationError } from "../ground/errors";
import type { Node } from "./wire";

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

// A plain `import()` would be compiled to `require`.
const importIt = new Function("specifier", "return import(specifier)") as (specifier: string) => Promise<Record<string, unknown>>;

/** What `import(specifier)` gives in the module at `parent`. */
export async function importFrom(specifier: string, parent: string): Promise<Record<string, unknown>> {
  return importIt(resolveFrom(specifier, parent));
}

function resolveFrom(specifier: string, parent: string): string {
  if (/^(node|file|data):/.test(specifier)) return specifier;
  if (/^\.{0,2}\//.test(specifier) && parent.startsWith("file:")) return new URL(specifier, parent).href;
  const found = createRequire(parent.startsWith("file:") || parent.startsWith("/") ? parent : `${process.cwd()}/x`).resolve(specifier);
  return /^([a-z]:)?[\\/]/i.test(found) ? pathToFileURL(found).href : `node:${found.replace(/^node:/, "")}`;
}
