/**
 * What the language and Node provide in a context of `node:vm`: in ours, in the main one of the thread, and in all others, each of which has an `Object`, an `Array`
 * and so on of its own.
 */
import { types } from "node:util";
import { mainGlobal } from "../v8/inspector";
import { registerName, registeredName, dataProperties } from "./registry";

/** What of Node's can be enumerated in the global object. All else that can be is a program's own, made before it loaded this library. */
const OF_NODE = new Set([
  "global",
  "clearImmediate",
  "setImmediate",
  "clearInterval",
  "clearTimeout",
  "setInterval",
  "setTimeout",
  "queueMicrotask",
  "structuredClone",
  "atob",
  "btoa",
  "performance",
  "fetch",
  "navigator",
  "crypto",
  "localStorage",
  "sessionStorage",
]);
/** The names of the global object that are not the user's. */
const pristine = new Set(
  [globalThis, mainGlobal].flatMap((global) =>
    Object.getOwnPropertyNames(global).filter(
      (name) => OF_NODE.has(name) || !Object.prototype.propertyIsEnumerable.call(global, name),
    ),
  ),
);

/** Globals that Node keeps behind a getter which only reads. */
const GETTERS = new Set([
  "process",
  "Buffer",
  "performance",
  "DOMException",
  "TextEncoder",
  "TextDecoder",
  "AbortController",
  "AbortSignal",
  "atob",
  "btoa",
  "MessageChannel",
  "MessagePort",
  "structuredClone",
]);
/** The names of the globals that a fresh worker has too. */
export const STANDARD_GLOBALS: ReadonlySet<string> = pristine;

/** Globals that Node loads, in up to 50 ms, when somebody so much as asks for the descriptor of their property; and what it loads then. */
const LOADED_LATE = new Map(
  [
    [
      "internal/deps/undici/undici",
      [
        "FormData",
        "Headers",
        "Request",
        "Response",
        "MessageEvent",
        "CloseEvent",
        "ErrorEvent",
        "WebSocket",
        "EventSource",
      ],
    ],
    [
      "internal/webstreams/readablestream",
      [
        "ReadableStream",
        "ReadableStreamDefaultReader",
        "ReadableStreamBYOBReader",
        "ReadableStreamBYOBRequest",
        "ReadableByteStreamController",
        "ReadableStreamDefaultController",
        "TransformStream",
        "TransformStreamDefaultController",
        "WritableStream",
        "WritableStreamDefaultController",
        "WritableStreamDefaultWriter",
        "ByteLengthQueuingStrategy",
        "CountQueuingStrategy",
        "TextEncoderStream",
        "TextDecoderStream",
        "CompressionStream",
        "DecompressionStream",
      ],
    ],
  ].flatMap(([part, names]) => (names as string[]).map((name) => [name, part as string])),
);

/** Would Node have to load the global of that name? Then nobody holds it yet. */
export function isNotLoaded(name: string, loaded: ReadonlySet<string> = loadedParts()): boolean {
  const part = LOADED_LATE.get(name);
  return part !== undefined && globalThis === mainGlobal && !loaded.has(part);
}

/** The parts of Node that are loaded, by their names: "fs", "internal/url". */
export function loadedParts(): Set<string> {
  return new Set(
    (process as unknown as { moduleLoadList?: string[] }).moduleLoadList?.map((entry) => entry.replace(/^\S+ /, "")),
  );
}

/** Is `name` a global that a fresh worker has too? */
export function isStandardGlobal(name: string): boolean {
  return pristine.has(name);
}

/** Is it `Function.prototype`, of whichever context? */
export function isFunctionPrototype(value: object): boolean {
  const name = registeredName(value);
  return value === Function.prototype || (name?.from === "global" && name.path.join() === "Function,prototype");
}

const toIndex = new Set(pristine);

/** Names the globals, except those that Node has not loaded: for those it is to be called again. */
export function indexGlobals(loaded: ReadonlySet<string>, isReplaced: (name: string) => boolean): void {
  registerName(process.env, { from: "global", path: ["process", "env"] });
  const names = [...toIndex].filter((name) => !isNotLoaded(name, loaded));
  for (const name of names) toIndex.delete(name);
  indexGlobal(
    globalThis,
    names.filter((name) => !LOADED_LATE.has(name) || !isReplaced(name)),
  );
}

/**
 * Names what the language provides in the context of `value`, where that is not ours: each context of `node:vm` has an `Object`, an `Array` and so on of
 * its own, which here and over there mean the same.
 */
export function registerContextOf(value: object): void {
  let root = value;
  for (let next: object | null = root; next !== null; next = Object.getPrototypeOf(root) as object | null) {
    if (types.isProxy(next)) return;
    root = next;
    if (root === Object.prototype) return;
  }
  const theirs: unknown = Object.getOwnPropertyDescriptor(root, "constructor")?.value;
  if (
    typeof theirs !== "function" ||
    registeredName(theirs) !== undefined ||
    Function.prototype.toString.call(theirs) !== NATIVE_OBJECT
  )
    return;
  const [global, theirHidden] = (theirs.constructor as FunctionConstructor)(
    `return [globalThis, (${hiddenParts})()]`,
  )() as [object, typeof hiddenBuiltins];
  for (const [key, value] of Object.entries(theirHidden)) registerName(value, { from: "hidden", path: [key] });
  // What can be enumerated there was put there, by whoever made the context. (To ask propertyIsEnumerable is to call getters there.)
  indexGlobal(
    global,
    Object.getOwnPropertyNames(global).filter(
      (key) => pristine.has(key) && Object.getOwnPropertyDescriptor(global, key)?.enumerable === false,
    ),
  );
}
/** What the language keeps behind no name. Its text is evaluated in other contexts, too. */
const hiddenParts = (): Record<string, object> => {
  const functions = {
    async: async () => undefined,
    generator: function* () {
      /* nothing */
    },
    asyncGenerator: async function* () {
      /* nothing */
    },
  };
  const parts: Record<string, object> = { typedArray: Object.getPrototypeOf(Int8Array) as object };
  for (const [key, fn] of Object.entries(functions)) {
    const proto = Object.getPrototypeOf(fn) as { prototype?: object };
    parts[key] = proto;
    if (proto.prototype !== undefined) parts[`${key}Prototype`] = proto.prototype;
  }
  return parts;
};
/** Those of our context. */
export const hiddenBuiltins = hiddenParts();
const NATIVE_OBJECT = "function Object() { [native code] }";

function indexGlobal(global: object, keys: Iterable<string>): void {
  registerName(global, { from: "global", path: [] });
  for (const key of keys) {
    if (key === "globalThis" || key === "global") continue;
    const accessor = GETTERS.has(key) ? (global as Record<string, unknown>)[key] : undefined;
    const value: unknown = accessor ?? Object.getOwnPropertyDescriptor(global, key)?.value;
    if (!registerName(value, { from: "global", path: [key] })) continue;
    for (const [member, inner] of dataProperties(value as object)) {
      if (member === "prototype" || typeof inner === "function")
        registerName(inner, { from: "global", path: [key, member] });
    }
    const prototype: unknown = typeof value === "function" ? value.prototype : undefined;
    if (typeof prototype !== "object" || prototype === null) continue;
    for (const [member, inner] of dataProperties(prototype)) {
      if (typeof inner === "function") registerName(inner, { from: "global", path: [key, "prototype", member] });
    }
  }
}
