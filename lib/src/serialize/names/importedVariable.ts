/** What a variable holds that was imported: under which names compilers and bundlers hold it, and how it travels. */
import { types } from "node:util";
import { exportNameOf, isReassignedExport } from "./esmExports";
import type { ImportBinding } from "../v8/declarations";
import { closureOf } from "../v8/inspector";
import { importWrapperOf, nameInWorkers } from "./lookup";
import { isUnchangedScript, urlOfNamespace, workersCanImport } from "./loadedModules";

/** Vite's names for modules, which may be Proxies, for `import.meta` and for `import()`. */
export const VITE_IMPORT = /^__(vi|vite_ssr)_import_(\d+|meta)__$/;
export const VITE_DYNAMIC_IMPORT = "__vite_ssr_dynamic_import__";

/** Is it what a bundler or compiler holds in place of a module that is imported, or a module that `import()` gave? */
export function isImported(name: string, value: object): boolean {
  if (VITE_IMPORT.test(name)) return true;
  if (types.isProxy(value) || nameInWorkers(value) !== undefined || importWrapperOf(value) !== undefined) return false;
  if (types.isModuleNamespaceObject(value)) return urlOfNamespace(value) === undefined;
  return (
    Object.hasOwn(value, "__esModule") || Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value === "Module"
  );
}

/** Does what was imported go in another way than by the import? A function goes by its own module; what workers cannot load goes by value. */
export function isSentWithoutImport(value: unknown, { url, scriptId }: ImportBinding): boolean {
  // Where the importing module was transformed, so were those beside it.
  if (/^[./]/.test(url) && !isUnchangedScript(scriptId)) return true;
  if (typeof value !== "function") return false;
  const { position } = closureOf(value);
  return (
    exportNameOf(value) !== undefined ||
    isReassignedExport(value) ||
    (position !== undefined && !workersCanImport(position.scriptId))
  );
}
