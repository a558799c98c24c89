/**
 * Things that every worker has anyway and that therefore travel by their name: what the language and Node provide, and
 * what modules export. Finds the name of a thing, and the thing of a name.
 */
import { types } from "node:util";
import { SerializationError } from "../ground/errors";

/** Where a thing is found: in the global object, among what the language keeps behind no name, or in a module (its exports), then along `path`. */
export type Name =
  | { readonly from: "global" | "hidden"; readonly path: readonly string[] }
  | { readonly from: "module"; readonly module: string; readonly path: readonly string[] };

const names = new WeakMap<object, Name>();
const indexed = new Set<string>();
/** What of Node's can be enumerated in the global object. All else that can be is a program's own, made before it loaded this library. */
const OF_NODE = new Set(["global", "clearImmediate", "setImmediate", "clearInterval", "clearTimeout", "setInterval", "setTimeout", "queueMicrotask",
  "structuredClone", "atob", "btoa", "performance", "fetch", "navigator", "crypto", "localStorage", "sessionStorage"]);
/** The names of the global object that are not the user's. */
const pristine = new Set(Object.getOwnPropertyNames(globalThis).filter((name) => OF_NODE.has(name) || !Object.prototype.propertyIsEnumerable.call(globalThis, name)));

/** Globals that Node keeps behind a getter which only reads. */
const GETTERS = new Set(["process", "Buffer", "performance", "DOMException", "TextEncoder", "TextDecoder", "AbortController", "AbortSignal", "atob", "btoa", "MessageChannel", "MessagePort"]);
/** Parts of modules that are modules of their own; loading them costs nothing once the whole is loaded. */
const PARTS = new Map([["fs/promises", "fs"], ["timers/promises", "timers"], ["util/types", "util"], ["path/posix", "path"], ["path/win32", "path"]]);

/** Modules that are found with "node:" only, which Node leaves out of its list. */
const PREFIXED = ["test", "test/reporters", "sqlite", "sea"];
/** Loaded when it is needed: workers and processes start sooner without. */
const nodeModule = (): typeof import("node:module") => require("node:module") as typeof import("node:module");

/** Is `name` a global that a fresh worker has too? */
export function isPristineGlobal(name: string): boolean {
  return pristine.has(name);
}

/** Is it `Function.prototype`, of whichever context? */
export function isFunctionPrototype(value: object): boolean {
  const name = nameOf(value);
  return value === Function.prototype || (name?.from === "global" && name.path.join() === "Function,prototype");
}

/** The name of a function or object that workers have anyway; undefined when it is the user's own. */
export function nameOf(value: object): Name | undefined {
  return names.get(value);
}

/** Takes note of modules that were loaded since the last time. To be called before names are asked for. */
export function refreshNames(): void {
  if (indexed.size === 0) indexLanguage();
  const now = `${Object.keys(require.cache).length} ${nodeModules().length}`;
  if (now === lastLook && !loading) return;
  lastLook = now;
  indexModules();
}
let lastLook = "";
/** A module was still loading when we last looked. */
let loading = false;

function nodeModules(): readonly string[] {
  return (process as unknown as { moduleLoadList?: string[] }).moduleLoadList ?? [];
}

/** The thing of that name, here. Without `load` a module that is not loaded yet is refused: to load it is to run its code. */
export function thingOf(name: Name, load: boolean): unknown {
  let thing: unknown = name.from === "module" ? exportsOf(name.module, load) : name.from === "hidden" ? hidden : globalThis;
  for (const key of name.path) thing = (thing as Record<string, unknown>)[key];
  return thing;
}

function exportsOf(module: string, load: boolean): unknown {
  if (!load && !nodeModule().isBuiltin(module) && require.cache[module]?.loaded !== true) {
    throw new SerializationError(`Something of the module ${module} came back, which is not loaded here. Import the module here too.`);
  }
  return require(module) as unknown;
}

function add(value: unknown, name: Name): boolean {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || names.has(value)) return false;
  names.set(value, name);
  return true;
}

/** Values only: a getter may load something, or warn. */
function* ownValues(object: object): Generator<[string, unknown]> {
  for (const key of Object.getOwnPropertyNames(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined && "value" in descriptor) yield [key, descriptor.value];
  }
}

function indexLanguage(): void {
  indexed.add("language");
  add(process.env, { from: "global", path: ["process", "env"] });
  indexGlobal(globalThis, pristine);
}

/**
 * Names what the language provides in the context of `value`, where that is not ours: each context of `node:vm` has an `Object`, an `Array` and so on of
 * its own, which here and over there mean the same.
 */
export function learnContextOf(value: object): void {
  let root = value;
  for (let next: object | null = root; next !== null; next = Object.getPrototypeOf(root) as object | null) {
    if (types.isProxy(next)) return;
    root = next;
    if (root === Object.prototype) return;
  }
  const theirs: unknown = Object.getOwnPropertyDescriptor(root, "constructor")?.value;
  if (typeof theirs !== "function" || names.has(theirs) || Function.prototype.toString.call(theirs) !== NATIVE_OBJECT) return;
  const [global, theirHidden] = (theirs.constructor as FunctionConstructor)(`return [globalThis, (${hiddenParts})()]`)() as [object, typeof hidden];
  for (const [key, value] of Object.entries(theirHidden)) add(value, { from: "hidden", path: [key] });
  // What can be enumerated there was put there, by whoever made the context.
  indexGlobal(global, Object.getOwnPropertyNames(global).filter((key) => pristine.has(key) && !Object.prototype.propertyIsEnumerable.call(global, key)));
}
/** What the language keeps behind no name. Its text is evaluated in other contexts, too. */
const hiddenParts = (): Record<string, object> => {
  const functions = { async: async () => undefined, generator: function* () { /* nothing */ }, asyncGenerator: async function* () { /* nothing */ } };
  const parts: Record<string, object> = { typedArray: Object.getPrototypeOf(Int8Array) as object };
  for (const [key, fn] of Object.entries(functions)) {
    const proto = Object.getPrototypeOf(fn) as { prototype?: object };
    parts[key] = proto;
    if (proto.prototype !== undefined) parts[`${key}Prototype`] = proto.prototype;
  }
  return parts;
};
const hidden = hiddenParts();
const NATIVE_OBJECT = "function Object() { [native code] }";

function indexGlobal(global: object, keys: Iterable<string>): void {
  add(global, { from: "global", path: [] });
  for (const key of keys) {
    if (key === "globalThis" || key === "global") continue;
    const accessor = GETTERS.has(key) ? (global as Record<string, unknown>)[key] : undefined;
    const value: unknown = accessor ?? Object.getOwnPropertyDescriptor(global, key)?.value;
    if (!add(value, { from: "global", path: [key] })) continue;
    for (const [member, inner] of ownValues(value as object)) {
      if (member === "prototype" || typeof inner === "function") add(inner, { from: "global", path: [key, member] });
    }
    const prototype: unknown = typeof value === "function" ? value.prototype : undefined;
    if (typeof prototype !== "object" || prototype === null) continue;
    for (const [member, inner] of ownValues(prototype)) {
      if (typeof inner === "function") add(inner, { from: "global", path: [key, "prototype", member] });
    }
  }
}

function indexModules(): void {
  // Only modules that this process has loaded can be the home of a value that somebody holds here.
  const inNode = new Set(nodeModules().map((entry) => entry.replace(/^\S+ /, "")));
  for (const module of new Set([...nodeModule().builtinModules, ...PREFIXED])) {
    if (module.startsWith("_") || indexed.has(module) || !inNode.has(PARTS.get(module) ?? module)) continue;
    indexed.add(module);
    const named = `node:${module}`;
    indexExports(exportsOf(named, true), named, true);
  }
  loading = false;
  for (const [file, module] of Object.entries(require.cache)) {
    // The script that was started must not be run again over there; a module that is still loading has no exports yet.
    if (module === undefined || module === require.main || indexed.has(file)) continue;
    loading ||= !module.loaded;
    if (!module.loaded) continue;
    indexed.add(file);
    indexExports(module.exports, file, false);
  }
}

function indexExports(exports: unknown, module: string, deep: boolean): void {
  if (!add(exports, { from: "module", module, path: [] })) return;
  const transpiled = typeof exports === "object" && Object.hasOwn(exports as object, "__esModule");
  for (const key of Object.getOwnPropertyNames(exports)) {
    const descriptor = Object.getOwnPropertyDescriptor(exports, key) as PropertyDescriptor;
    // Transpiled modules re-export by getters, which only read; other modules' getters may load or warn.
    const value: unknown = "value" in descriptor || transpiled ? (exports as Record<string, unknown>)[key] : undefined;
    if (typeof value === "function") {
      add(value, { from: "module", module, path: [key] });
      if (value.prototype !== undefined) add(value.prototype, { from: "module", module, path: [key, "prototype"] });
    } else if (deep && typeof value === "object" && value !== null && add(value, { from: "module", module, path: [key] })) {
      for (const [member, inner] of ownValues(value)) if (typeof inner === "function") add(inner, { from: "module", module, path: [key, member] });
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
  const name = nameOf(inner);
  if (name?.from !== "module" || name.path.length > 0) return undefined;
  const same = Object.getOwnPropertyNames(value).every((key) => key === "default" || key === "__esModule" || key in inner);
  return same ? name : undefined;
}

/** Makes such a wrapper again. */
export function wrapImport(name: Name, load: boolean): object {
  const module = thingOf(name, load) as Record<string, unknown>;
  const wrapper: Record<string, unknown> = {};
  for (const key of Object.getOwnPropertyNames(module)) {
    if (key !== "default") Object.defineProperty(wrapper, key, { enumerable: true, get: () => module[key] });
  }
  wrapper.default = module;
  return wrapper;
}
