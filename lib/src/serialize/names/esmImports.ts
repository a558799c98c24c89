/** Imports the ES modules that functions of a message use, as the modules of their authors import them. */
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { SerializationError } from "../../base/errors";
import { getOrMake } from "../../base/getOrMake";
import type { Node } from "../message/message";
import { nodeModule } from "../../base/loadLate";
import { isThere } from "../../base/runtime";
import { missing, moduleHere } from "./packages";

/** An address or name, the module that imports it, and the attributes of `with`. */
interface Import {
  readonly url: string;
  readonly parent: string;
  readonly attributes?: Readonly<Record<string, string>>;
}
type Exports = Record<string, unknown>;

const modules = new Map<string, Exports>();

function keyOf({ url, parent }: Import): string {
  return `${parent}\n${url}`;
}

/** Imports what is not here yet; undefined when there is nothing to wait for. */
export function importAll(nodes: readonly Node[]): Promise<unknown> | undefined {
  const missing = nodes
    .flatMap((node): Import[] => {
      if (node.is === "binding") return [node];
      if (node.is !== "name" || node.name.from !== "import") return [];
      const url = moduleHere(node.name);
      return [{ url, parent: url }];
    })
    .filter((it) => !modules.has(keyOf(it)));
  if (missing.length === 0) return undefined;
  return Promise.all(
    missing.map(async (it) =>
      modules.set(keyOf(it), await importFrom(it.url, it.parent, it.attributes && { with: it.attributes })),
    ),
  );
}

/** The module, which `importAll` has imported. */
export function importedModule(url: string, parent = url): Exports {
  const module = modules.get(keyOf({ url, parent }));
  if (module === undefined) throw new SerializationError(`The module ${url} was not imported here.`);
  return module;
}

export function imported({ url, parent, what }: Extract<Node, { is: "binding" }>): unknown {
  const module = importedModule(url, parent);
  return what === "*" ? module : module[what];
}

/** The `import()` of the module at each address: Node resolves what it imports as it did for that module. */
const importers = new Map<string, Importer>();
type Importer = (specifier: string, options?: unknown) => Promise<Exports>;

/** What `import(specifier, options)` gives in the module at `parent`. */
export function importFrom(specifier: string, parent: string, options?: unknown): Promise<Exports> {
  const importer = getOrMake(importers, parent, () => {
    // Of a module of another machine, which is not here, the packages are those that this program finds.
    const file = isHere(parent) ? fileOf(parent) : join(process.cwd(), basename(fileOf(parent)));
    const module = new (nodeModule().Module)(file) as NodeJS.Module & { _compile(code: string, file: string): void };
    module._compile("module.exports = (specifier, options) => import(specifier, options);", file);
    return module.exports as Importer;
  });
  return importer(specifier, options).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND" && !isHere(parent)
      ? notFound(specifier, parent)
      : error;
  });
}

function notFound(specifier: string, parent: string): SerializationError {
  return /^\.{0,2}\//.test(specifier)
    ? missing(`The module ${specifier} of ${parent}`, "Put it into a folder that all machines see")
    : missing(`The package ${specifier}`, `Install it there: npm install ${specifier} in ${process.cwd()}`);
}

function fileOf(address: string): string {
  return address.startsWith("file:") ? fileURLToPath(address) : resolve(address);
}

function isHere(address: string): boolean {
  return isThere(dirname(fileOf(address)));
}

const metas = new Map<string, object>();

/** `import.meta` of the module at `url`. */
export function metaOf(url: string): object {
  return getOrMake(metas, url, () => {
    const path = url.startsWith("file:") ? fileURLToPath(url) : undefined;
    return Object.assign(Object.create(null) as object, {
      ...(path !== undefined && { dirname: dirname(path), filename: path }),
      resolve: (specifier: unknown) => resolveFrom(String(specifier), url),
      url,
    });
  });
}

/** Only for what needs no search: addresses, modules of Node, and files by their relative path. */
function resolveFrom(specifier: string, parent: string): string {
  if (/^\.{0,2}\//.test(specifier)) return new URL(specifier, parent).href;
  if (nodeModule().isBuiltin(specifier)) return `node:${specifier.replace(/^node:/, "")}`;
  if (URL.canParse(specifier)) return new URL(specifier).href;
  throw new Error(
    `import.meta.resolve(${JSON.stringify(specifier)}) cannot be asked in a worker: Node resolves packages only where the module itself runs. Resolve it there, and use what it gave.`,
  );
}
