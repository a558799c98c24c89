/** Imported variables: the names under which compilers and bundlers hold them, and whether they travel by their import. */
import { types } from "node:util";
import { exportNameOf, isReassignedExport } from "./esmExports";
import type { ImportBinding } from "../v8/declarations";
import { closureOf } from "../v8/inspector";
import { importWrapperOf, nameInWorkers } from "./lookup";
import { isUnchangedScript, urlOfNamespace, workersCanImport } from "./loadedModules";

/** Vite's names for modules, which may be Proxies, for `import.meta` and for `import()`. */
export const VITE_IMPORT = /^__(vi|vite_ssr)_import_(\d+|meta)__$/;
export const VITE_DYNAMIC_IMPORT = "__vite_ssr_dynamic_import__";

/** Is it an object that a bundler or compiler holds in place of an imported module, or a module that `import()` gave? */
export function isImported(name: string, value: object): boolean {
  if (VITE_IMPORT.test(name)) return true;
  if (types.isProxy(value) || nameInWorkers(value) !== undefined || importWrapperOf(value) !== undefined) return false;
  if (types.isModuleNamespaceObject(value)) return urlOfNamespace(value) === undefined;
  return (
    Object.hasOwn(value, "__esModule") || Object.getOwnPropertyDescriptor(value, Symbol.toStringTag)?.value === "Module"
  );
}

/** An imported function travels by its own module instead, and what workers cannot load travels by value. */
export function isSentWithoutImport(value: unknown, { url, scriptId }: ImportBinding): boolean {
  // If a tool transformed the importing module, it also transformed those beside it.
  if (/^[./]/.test(url) && !isUnchangedScript(scriptId)) return true;
  if (typeof value !== "function") return false;
  const { position } = closureOf(value);
  return (
    exportNameOf(value) !== undefined ||
    isReassignedExport(value) ||
    (position !== undefined && !workersCanImport(position.scriptId))
  );
}
