/**
 * The globals of the language and of Node. Each context of `node:vm` has an `Object`, an `Array` and so on of its own; they mean the same in
 * all contexts, so they have the same names.
 */
import { types } from "node:util";
import { mainGlobal } from "../v8/session";
import { dataProperties, registerName, registeredName } from "./registry";

const setOf = (names: string): ReadonlySet<string> => new Set(names.split(" "));

/** The globals of Node that are enumerable. All other enumerable globals are the program's own, made before it loaded this library. */
const ENUMERABLE = setOf(
  "global clearImmediate setImmediate clearInterval clearTimeout setInterval setTimeout queueMicrotask structuredClone atob btoa " +
    "performance fetch navigator crypto localStorage sessionStorage",
);

/** Globals that Node keeps behind a getter which only reads. */
const GETTERS = setOf(
  "process Buffer performance DOMException TextEncoder TextDecoder AbortController AbortSignal atob btoa MessageChannel MessagePort structuredClone",
);

/** Globals that Node loads when somebody asks for the descriptor of their property, which takes up to 50 ms; by the part of Node that it loads. */
const LOADED_LATE: readonly (readonly [part: string, globals: ReadonlySet<string>])[] = [
  [
    "internal/deps/undici/undici",
    setOf("FormData Headers Request Response MessageEvent CloseEvent ErrorEvent WebSocket EventSource"),
  ],
  [
    "internal/webstreams/readablestream",
    setOf(
      "ReadableStream ReadableStreamDefaultReader ReadableStreamBYOBReader ReadableStreamBYOBRequest ReadableByteStreamController " +
        "ReadableStreamDefaultController TransformStream TransformStreamDefaultController WritableStream WritableStreamDefaultController " +
        "WritableStreamDefaultWriter ByteLengthQueuingStrategy CountQueuingStrategy TextEncoderStream TextDecoderStream " +
        "CompressionStream DecompressionStream",
    ),
  ],
];

/** The names of the globals that every worker has. */
export const STANDARD_GLOBALS: ReadonlySet<string> = new Set(
  [globalThis, mainGlobal].flatMap((global) =>
    Object.getOwnPropertyNames(global).filter(
      (name) => ENUMERABLE.has(name) || !Object.prototype.propertyIsEnumerable.call(global, name),
    ),
  ),
);

function partOf(name: string): string | undefined {
  return LOADED_LATE.find(([, globals]) => globals.has(name))?.[0];
}

/** Would Node have to load this global? Then no variable holds it yet. */
export function isNotLoaded(name: string, loaded: ReadonlySet<string>): boolean {
  const part = partOf(name);
  return part !== undefined && globalThis === mainGlobal && !loaded.has(part);
}

/** The parts of Node that are loaded, by their names: "fs", "internal/url". */
export function loadedParts(): Set<string> {
  return new Set(
    (process as unknown as { moduleLoadList?: string[] }).moduleLoadList?.map((entry) => entry.replace(/^\S+ /, "")),
  );
}

const unregistered = new Set(STANDARD_GLOBALS);

/** Names the globals that Node has loaded; the others when it is called again. */
export function registerGlobals(
  loaded: ReadonlySet<string>,
  isReplaced: (name: string) => boolean,
  isMemberReplaced: (name: string, member: string) => boolean,
): void {
  registerName(process.env, { from: "global", path: ["process", "env"] });
  const names = [...unregistered].filter((name) => !isNotLoaded(name, loaded));
  for (const name of names) unregistered.delete(name);
  registerAll(
    globalThis,
    names.filter((name) => partOf(name) === undefined || !isReplaced(name)),
    isMemberReplaced,
  );
}

/** Names the globals of another context of `node:vm` in which `value` was made. */
export function registerContextOf(value: object): void {
  let root = value;
  for (let next: object | null = root; next !== null; next = Object.getPrototypeOf(root) as object | null) {
    if (types.isProxy(next)) return;
    root = next;
    if (root === Object.prototype) return;
  }
  const theirs: unknown = Object.getOwnPropertyDescriptor(root, "constructor")?.value;
  if (typeof theirs !== "function" || registeredName(theirs) !== undefined) return;
  if (Function.prototype.toString.call(theirs) !== "function Object() { [native code] }") return;
  const evaluate = theirs.constructor as (code: string) => () => [object, typeof hiddenBuiltins];
  const [global, hidden] = evaluate(`return [globalThis, (${String(findHidden)})()]`)();
  for (const [key, builtin] of Object.entries(hidden)) registerName(builtin, { from: "hidden", path: [key] });
  // Who made the context put the enumerable globals there. (propertyIsEnumerable would call getters there.)
  registerAll(
    global,
    Object.getOwnPropertyNames(global).filter(
      (key) => STANDARD_GLOBALS.has(key) && Object.getOwnPropertyDescriptor(global, key)?.enumerable === false,
    ),
  );
}

/** Objects of the language that no name leads to. The text of this function is evaluated in other contexts, too. */
const findHidden = (): Record<string, object> => {
  const functions = {
    async: async () => {
      await Promise.resolve();
    },
    generator: function* () {
      yield 0;
    },
    asyncGenerator: async function* () {
      yield await Promise.resolve(0);
    },
  };
  const found: Record<string, object> = { typedArray: Object.getPrototypeOf(Int8Array) as object };
  for (const [key, fn] of Object.entries(functions)) {
    const proto = Object.getPrototypeOf(fn) as { prototype?: object };
    found[key] = proto;
    if (proto.prototype !== undefined) found[`${key}Prototype`] = proto.prototype;
  }
  return found;
};
export const hiddenBuiltins = findHidden();

/** Names those globals, their functions, and the methods of their prototypes. A function that the program has put in the place of one of these is its own. */
function registerAll(
  global: object,
  keys: readonly string[],
  isMemberReplaced?: (name: string, member: string) => boolean,
): void {
  registerName(global, { from: "global", path: [] });
  for (const key of keys) {
    if (key === "globalThis" || key === "global") continue;
    const accessor = GETTERS.has(key) ? (global as Record<string, unknown>)[key] : undefined;
    const value: unknown = accessor ?? Object.getOwnPropertyDescriptor(global, key)?.value;
    if (!registerName(value, { from: "global", path: [key] })) continue;
    for (const [member, inner] of dataProperties(value as object)) {
      if ((member === "prototype" || typeof inner === "function") && isMemberReplaced?.(key, member) !== true)
        registerName(inner, { from: "global", path: [key, member] });
    }
    const prototype: unknown = typeof value === "function" ? value.prototype : undefined;
    if (typeof prototype !== "object" || prototype === null) continue;
    for (const [member, inner] of dataProperties(prototype)) {
      if (typeof inner === "function") registerName(inner, { from: "global", path: [key, "prototype", member] });
    }
  }
}
