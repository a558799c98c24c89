/** Objects that belong to the thread that made them, so that they cannot travel, and the reasons that error messages give. */
import { Stream } from "node:stream";
import { types } from "node:util";
import { nameInWorkers } from "./lookup";
import { NODE_DATA } from "./nodeData";
import { isOfNode } from "../v8/sourceText";

const ITERATOR = Object.getPrototypeOf(Object.getPrototypeOf([].values())) as object;
const KINDS: [is: (object: object) => boolean, what: string][] = [
  [types.isWeakMap, "a WeakMap"],
  [types.isWeakSet, "a WeakSet"],
  [types.isGeneratorObject, "a running generator"],
  [types.isMapIterator, "an iterator of a Map"],
  [types.isSetIterator, "an iterator of a Set"],
  [isIterator, "an iterator"],
  [types.isExternal, "a native handle"],
  [types.isModuleNamespaceObject, "a module that was not imported where the function was written"],
  [types.isSymbolObject, "a Symbol object"],
  [(object) => object instanceof WeakRef, "a WeakRef"],
  [(object) => object instanceof FinalizationRegistry, "a FinalizationRegistry"],
  [(object) => object instanceof Stream, "a stream or socket"],
  [(object) => object instanceof MessagePort, "a MessagePort"],
  [(object) => object instanceof AbortSignal, "an AbortSignal"],
];

/** Such as that of an array, of a string, or what its `map` gives: its place in what it goes through is V8's own. Those of classes that somebody wrote are data. */
function isIterator(object: object): boolean {
  if (!Object.prototype.isPrototypeOf.call(ITERATOR, object)) return false;
  const next: unknown = (Object.getPrototypeOf(object) as { next?: unknown }).next;
  return typeof next === "function" && isOfNode(next);
}

/** For objects of other rooms, such as a pool. */
export function registerUntransferable(kind: abstract new (...args: any[]) => object, what: string): void {
  KINDS.push([(object) => object instanceof kind, what]);
}

/** Is it a Proxy, or does it inherit from one? */
export function hasProxyInChain(value: object): boolean {
  for (let object: object | null = value; object !== null; object = Object.getPrototypeOf(object) as object | null) {
    if (types.isProxy(object)) return true;
  }
  return false;
}

/** Old classes inherit from Error without calling it. */
export function isError(value: unknown): value is Error {
  if (typeof value !== "object" || value === null || hasProxyInChain(value)) return false;
  return types.isNativeError(value) || value instanceof Error;
}

/** The reason why an object cannot leave this thread, and what to do instead; undefined when it can. */
export function whyUntransferable(value: object, returning: boolean): string | undefined {
  if (types.isPromise(value))
    return `a Promise belongs to the thread that waits for it. Await it first and ${returning ? "return" : "send"} its value.`;
  const instead = returning
    ? "Return the data that it holds."
    : "Create it inside the function that runs in the worker, or send the data that it holds.";
  const kind = KINDS.find(([is]) => is(value));
  if (kind !== undefined) return `it is ${kind[1]}, which is tied to the thread that made it. ${instead}`;
  const owner = nativeOwner(Object.getPrototypeOf(value) as object | null);
  return owner === undefined
    ? undefined
    : `it is ${/^[AEIO]/.test(owner) ? "an" : "a"} ${owner}, a part of Node itself that is tied to the thread that made it. ${instead}`;
}

/** Classes of Node whose objects structured clone carries between threads. */
const THREAD_CLONEABLE =
  /^(Blob|CryptoKey|(Secret|Public|Private)KeyObject|Module|BlockList|SocketAddress|X509Certificate)$/;

/** Can only threads pass it on to each other? */
export function isThreadCloneable(value: object): boolean {
  const proto = Object.getPrototypeOf(value) as object | null;
  const constructor: unknown =
    proto === null || proto === Object.prototype
      ? undefined
      : Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  if (typeof constructor !== "function" || !THREAD_CLONEABLE.test(constructor.name)) return false;
  // A CryptoKey has another prototype in front of that of its class.
  if (constructor.prototype !== proto && constructor.name !== "CryptoKey") return false;
  return nameInWorkers(constructor)?.from === "global" || isOfNode(constructor);
}

const owners = new WeakMap<object, string | undefined>();

/** The class of Node along a prototype chain whose objects are more than their properties. */
function nativeOwner(proto: object | null): string | undefined {
  if (proto === null || proto === Object.prototype) return undefined;
  if (!owners.has(proto))
    owners.set(proto, ownNativeOwner(proto) ?? nativeOwner(Object.getPrototypeOf(proto) as object | null));
  return owners.get(proto);
}

function ownNativeOwner(proto: object): string | undefined {
  const constructor: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  if (typeof constructor !== "function" || constructor.prototype !== proto) return undefined;
  const name = nameInWorkers(constructor);
  if (name?.from === "global") return travels(String(name.path.at(-1))) ? undefined : constructor.name;
  if (name?.from === "hidden" || travels(constructor.name)) return undefined;
  if (name?.from === "module")
    return name.module.startsWith("node:") ? `${constructor.name} of ${name.module}` : undefined;
  // Errors of Node are only their properties.
  if (!isOfNode(constructor) || Object.prototype.isPrototypeOf.call(Error.prototype, proto)) return undefined;
  return constructor.name || "native handle";
}

/** Classes whose objects `encodeObject` knows, or that are only their properties. */
const TRAVEL =
  /^(Object|Function|.*Array|Map|Set|Date|RegExp|Number|String|Boolean|Symbol|BigInt|(Shared)?ArrayBuffer|DataView|.*Error|DOMException|URL|URLSearchParams|Buffer|EventEmitter|Iterator)$/;

function travels(className: string): boolean {
  return TRAVEL.test(className) || NODE_DATA.has(className);
}
