/** Names for modules and what they export, so that it travels by its name; and finds the thing of a name. */
import { types } from "node:util";
import { SerializationError } from "../../base/errors";
import { mainGlobal } from "../v8/session";
import { hiddenBuiltins, registerGlobals, loadedParts, registerContextOf } from "./globals";
import { importedModule } from "./esmImports";
import { moduleHere } from "./packages";
import { registerName, registeredName, dataProperties } from "./registry";
import type { Name } from "../message/message";
import { isMemberReplaced, isReplaced } from "./replacedGlobals";
import { sampleOf } from "./nodeData";
import { fingerprint } from "../v8/sourceText";
import { nodeModule } from "../../base/loadLate";
import { BEGINNING, MAIN, ownModules, requireOwn } from "../../base/ownFiles";

const indexed = new Set<string>();
/** What Node has loaded when it has loaded the module of that name, where that is called otherwise. */
const PARTS = new Map([
  ["fs/promises", "internal/fs/promises"],
  ["util/types", "internal/util/types"],
  ["path/posix", "path"],
  ["path/win32", "path"],
]);

/** Modules that need the prefix "node:" and are not in Node's list. */
const PREFIXED = ["test", "test/reporters", "sqlite", "sea"];

const esmExports = (): typeof import("./esmExports") => require("./esmExports") as typeof import("./esmExports");
const loadedModules = (): typeof import("./loadedModules") =>
  require("./loadedModules") as typeof import("./loadedModules");

/** Names what the modules export that were loaded since the last call. Call it before asking for names. */
export function refreshNames(): void {
  isFresh = false;
  const count = Object.keys(require.cache).length + ownModules().size;
  if (count === lastCount && !loading) return;
  lastCount = count;
  registerFiles();
}
let lastCount = 0;
/** A module was still loading when we last looked. */
let loading = false;

/** Names what Node has loaded of its own since the last call, which takes ten milliseconds the first time. */
function refreshOwnNames(): void {
  if (isFresh) return;
  isFresh = true;
  const count = (process as unknown as { moduleLoadList?: string[] }).moduleLoadList?.length ?? 0;
  if (count === lastOwnCount) return;
  lastOwnCount = count;
  const loaded = loadedParts();
  registerGlobals(loaded, isReplaced, isMemberReplaced);
  registerBuiltins(loaded);
}
let lastOwnCount = -1;
let isFresh = false;

/** The name of what workers have anyway or can load; undefined for the program's own. */
export function nameInWorkers(value: object | symbol): Name | undefined {
  refreshOwnNames();
  return exportedName(value);
}

/** The same for what is neither Node's nor the language's. */
export function exportedName(value: object | symbol): Name | undefined {
  const name = registeredName(value);
  if (name?.from !== "module" || name.module.startsWith("node:") || name.module.startsWith(BEGINNING)) return name;
  return loadedModules().workersCanRequire(name.module) ? name : undefined;
}

/** Is it the `Function.prototype` of any context? */
export function isFunctionPrototype(value: object): boolean {
  const name = value === Function.prototype ? undefined : nameInWorkers(value);
  return value === Function.prototype || (name?.from === "global" && name.path.join() === "Function,prototype");
}

/** The thing of that name. Without `load` it refuses a module that is not loaded yet, because loading runs code. */
export function thingOf(name: Name, load: boolean): unknown {
  if (name.from === "import" && !load)
    return esmExports().loadedExport(moduleHere(name), name.path) ?? notLoaded(name.url);
  const [first = "", ...rest] = name.path;
  return name.from === "sample" ? read(sampleOf(first), rest) : read(rootOf(name, load), name.path);
}

function read(root: unknown, path: readonly string[]): unknown {
  return path.reduce((thing, key) => (thing as Record<string, unknown> | undefined)?.[key], root);
}

function rootOf(name: Exclude<Name, { from: "sample" }>, load: boolean): unknown {
  switch (name.from) {
    case "module":
      return exportsOf(moduleHere(name), load);
    case "import":
      return importedModule(moduleHere(name));
    case "hidden":
      return hiddenBuiltins;
    case "global":
      return globalThis;
  }
}

/** In the place of a fingerprint: the sender knows the function by its name alone. */
export const ANY_TEXT = -1;

/** The function of that name; refused if it differs from the sender's. */
export function checkedThing(name: Name, check: number): unknown {
  const thing = thingOf(name, true);
  const what = `\`${name.path.join(".") || "module.exports"}\` of ${name.from === "import" ? name.url : name.from === "module" ? name.module : name.from}`;
  if (typeof thing !== "function") {
    throw new SerializationError(
      `${what} is not there in the worker: the module, loaded over there, exports no such function. Does it export it only in the main thread, or later? Export it always, or send a function of your own that calls it.`,
    );
  }
  if (check !== ANY_TEXT && fingerprint(thing) !== check) {
    throw new SerializationError(
      `${what} is another function in the worker than here: it was replaced since the module was loaded, or the module's file has changed. Call it in a function of your own to use the worker's, or send a copy of your own.`,
    );
  }
  if (name.from === "import") registerName(thing, name);
  return thing;
}

function exportsOf(module: string, load: boolean): unknown {
  if (
    !load &&
    !nodeModule().isBuiltin(module) &&
    (ownModules().get(module) ?? require.cache[module])?.loaded !== true
  ) {
    notLoaded(module);
  }
  return requireOwn(module);
}

function notLoaded(module: string): never {
  throw new SerializationError(
    `Something of the module ${module} came back, which is not loaded here. Import the module here too.`,
  );
}

function registerBuiltins(inNode: ReadonlySet<string>): void {
  // Values of modules that this process has not loaded cannot be here.
  for (const module of new Set([...nodeModule().builtinModules, ...PREFIXED])) {
    if (module.startsWith("_") || indexed.has(module) || !inNode.has(PARTS.get(module) ?? module)) continue;
    indexed.add(module);
    const named = `node:${module}`;
    registerExports(exportsOf(named, true), named, true);
  }
}

function registerFiles(): void {
  loading = false;
  for (const [file, module] of [...Object.entries(require.cache), ...ownModules()]) {
    // Workers must not run the main script again. A module that is still loading has no exports yet.
    if (module === undefined || module === require.main || indexed.has(file)) continue;
    loading ||= !module.loaded;
    if (!module.loaded) continue;
    indexed.add(file);
    registerExports(module.exports, file, false);
  }
}

function registerExports(exports: unknown, module: string, deep: boolean): void {
  if (!registerName(exports, { from: "module", module, path: [] })) return;
  // The getters of this library load what they give. That is named by its own module then.
  const transpiled = typeof exports === "object" && Object.hasOwn(exports as object, "__esModule") && module !== MAIN;
  for (const key of Object.getOwnPropertyNames(exports)) {
    const descriptor = Object.getOwnPropertyDescriptor(exports, key) as PropertyDescriptor;
    // Transpiled modules re-export by getters, which only read; other modules' getters may load or warn.
    const value: unknown = "value" in descriptor || transpiled ? (exports as Record<string, unknown>)[key] : undefined;
    if (typeof value === "function") {
      registerName(value, { from: "module", module, path: [key] });
      if (value.prototype !== undefined)
        registerName(value.prototype, { from: "module", module, path: [key, "prototype"] });
    } else if (
      typeof value === "object" &&
      value !== null &&
      (deep
        ? registerName(value, { from: "module", module, path: [key] })
        : !types.isProxy(value) && Object.getPrototypeOf(value) === Object.prototype)
    ) {
      for (const [member, inner] of dataProperties(value))
        if (typeof inner === "function") registerName(inner, { from: "module", module, path: [key, member] });
    }
  }
}

/**
 * A name for the object that a compiler's `import * as x` or `import x` made around a module (`__importStar` and
 * `__importDefault`: the module is its `default`), or undefined.
 */
export function importWrapperOf(value: object): Name | undefined {
  const descriptor = Object.getOwnPropertyDescriptor(value, "default");
  const inner: unknown = descriptor?.value;
  if ((typeof inner !== "object" && typeof inner !== "function") || inner === null) return undefined;
  const name = nameInWorkers(inner);
  if (name?.from !== "module" || name.path.length > 0) return undefined;
  const same = Object.getOwnPropertyNames(value).every(
    (key) => key === "default" || key === "__esModule" || key in inner,
  );
  return same ? name : undefined;
}

export function wrapImport(name: Name, load: boolean): object {
  const module = thingOf(name, load) as Record<string, unknown>;
  const wrapper: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(module)) {
    if (key !== "default") Object.defineProperty(wrapper, key, { enumerable: true, get: () => module[key] });
  }
  wrapper.default = module;
  return wrapper;
}

/**
 * Gives a received value, and all in it, the prototypes of our context. Structured clone makes values in the main context of the thread. Where a
 * test runner has loaded this library into another context, its callers would not find them instances of their `Array`, their `Map` and so on.
 */
export function adoptPrototypes(value: unknown): unknown {
  if (globalThis === mainGlobal) return value;
  refreshNames();
  refreshOwnNames();
  adoptAll(value, new Set());
  return value;
}

function adoptAll(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  registerContextOf(value);
  const name = registeredName(Object.getPrototypeOf(value) as object);
  const proto = name && thingOf(name, false);
  if (proto !== undefined && proto !== Object.getPrototypeOf(value)) Object.setPrototypeOf(value, proto);
  if (types.isMap(value))
    for (const entry of Map.prototype.entries.call(value)) for (const part of entry) adoptAll(part, seen);
  else if (types.isSet(value)) for (const part of Set.prototype.values.call(value)) adoptAll(part, seen);
  else if (ArrayBuffer.isView(value)) adoptAll(value.buffer, seen);
  else for (const part of Object.values(value)) adoptAll(part, seen);
}
