/** What an object becomes in a message: one form for each kind of object, and for all of them their properties, prototype and locks. */
import { types } from "node:util";
import { describe } from "../../base/errors";
import { SeededRandom } from "../../base/random";
import type { Encoder } from "./encoder";
import { errorNode } from "./error";
import { attributesOf, extrasOf } from "./properties";
import { idOf, remoteId } from "../message/ids";
import { importWrapperOf, nameInWorkers } from "../names/lookup";
import { urlOfNamespace } from "../names/loadedModules";
import { isIndex, stepOf } from "./valuePath";
import { instancesIn, noteInstance, plainInstance } from "./plainInstances";
import { builtinPrototype, isBareMemory, isCloneable } from "./cloneable";
import { hasLostClass, ownerOfPrototype } from "./prototypes";
import { registerNodeData } from "../names/nodeData";
import { hasProxyInChain, isError, isThreadCloneable, whyUntransferable } from "../names/untransferable";
import { OF_ONE_MACHINE } from "../names/packages";
import { isOutOfBounds, isDetached } from "../message/transfer";
import { ORDINARY, type Node, type Property, type Ref } from "../message/message";

/** For objects of other rooms, such as queues. */
const encoders: {
  readonly is: (value: object) => boolean;
  readonly kind: string;
  readonly pack: (value: any, share: Share) => unknown;
}[] = [];

/** Sends shared memory along; its index among that of the message, undefined where the receiver cannot share it. */
type Share = (memory: SharedArrayBuffer) => number | undefined;

/** Adds a kind of objects: `is` recognizes them, `pack` gives what is sent of one. */
export function registerEncoder(
  kind: string,
  is: (value: object) => boolean,
  pack: (value: object, share: Share) => unknown,
): void {
  encoders.push({ kind, is, pack });
}

/** The node of an object; undefined while its class may still come into the message. */
export function encodeObject(to: Encoder, value: object): Node | undefined {
  // This comes first: every other question would run the Proxy's code.
  if (hasProxyInChain(value))
    to.refuse("a Proxy cannot be looked into. Send what is behind it, and make the Proxy there.");
  const encoder = encoders.find((entry) => entry.is(value));
  if (encoder !== undefined) {
    if (to.options.machines === true)
      to.refuse(`it is ${describe(value).replace(/^an object of class/, "of class")}, ${OF_ONE_MACHINE}`);
    to.held.push(value);
    const share: Share = (memory) => (to.options.shared ? to.shared.push(memory) - 1 : undefined);
    return { is: "registered", kind: encoder.kind, data: encoder.pack(value, share) };
  }
  const name = nameInWorkers(value);
  if (name !== undefined) return { is: "name", name };
  const instance = plainInstance(to, value);
  if (instance !== undefined) return instance;
  if (value instanceof SeededRandom) to.noteGenerator();
  const wrapped = importWrapperOf(value);
  if (wrapped !== undefined) return { is: "import", name: wrapped };
  if (types.isModuleNamespaceObject(value)) return ofModule(to, value as Readonly<Record<string, unknown>>);
  const owner = ownerOfPrototype(value);
  if (owner !== undefined && owner !== Object) return { is: "prototype", of: to.at("its class", owner) };
  if (types.isSharedArrayBuffer(value) || isThreadCloneable(value)) {
    if (!to.options.shared)
      to.refuse(
        to.options.machines === true
          ? `it is shared memory or the like, ${OF_ONE_MACHINE}`
          : "it is shared memory or the like, and a Process shares no memory. Use a Pool, or send a copy.",
      );
    const extras = types.isSharedArrayBuffer(value)
      ? extrasOf(to, value, SharedArrayBuffer.prototype)
      : // Node keeps its own things in such objects by symbols.
        extrasOf(to, value, Object.getPrototypeOf(value) as object, (key) => typeof key === "symbol");
    return { is: "shared", index: to.shared.push(value) - 1, ...extras };
  }
  const hiddenKey = registerNodeData(value);
  if (hiddenKey !== undefined)
    to.refuse(
      `it keeps something of Node's own (${String(hiddenKey)}), which cannot be had. Send the data that it holds.`,
    );
  const reason = whyUntransferable(value, to.options.returning === true);
  if (reason !== undefined) to.refuse(reason);
  if (!to.noMoreClasses && hasLostClass(value)) return undefined;
  return ofMemory(to, value) ?? ofLanguage(to, value);
}

/** A whole ES module: by its address, or by its parts, where it has none that workers can load. */
function ofModule(to: Encoder, module: Readonly<Record<string, unknown>>): Node {
  const url = urlOfNamespace(module);
  if (url !== undefined) return { is: "name", name: { from: "import", url, path: [] } };
  return {
    is: "object",
    proto: null,
    props: Object.keys(module).map((key): Property => [key, to.at(stepOf(key), module[key])]),
  };
}

/** The node of a buffer or view; undefined for anything else. */
function ofMemory(to: Encoder, value: object): Node | undefined {
  const view = ArrayBuffer.isView(value);
  if (!view && !types.isArrayBuffer(value)) return undefined;
  if (isDetached(view ? value.buffer : value))
    to.refuse(
      "its memory was moved elsewhere (transferred), so there is nothing left of it here. Send it before that, or send a copy.",
    );
  if (view && isOutOfBounds(value))
    to.refuse("its memory was made smaller, so there is nothing left of it. Make a new view, and send that.");
  const usual = builtinPrototype(value);
  // Structured clone would lose the class of these (Buffers) or of their memory, or copy what is shared.
  const isBare = !view || (isBareMemory(value.buffer) && !types.isSharedArrayBuffer(value.buffer));
  if (view && (!isBare || Object.getPrototypeOf(value) !== usual)) {
    const { byteOffset: offset, byteLength } = value;
    const kind = (usual as { constructor: Function }).constructor.name;
    const size = (value as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT ?? 1;
    const length = byteLength / size;
    if (canGrow(value.buffer) && value.buffer.byteLength - offset - byteLength < size) {
      to.refuse(
        "it is a view of memory that can grow, and it cannot be told whether it grows with it. Send the memory, and make the view there.",
      );
    }
    return {
      is: "view",
      kind,
      buffer: to.at("buffer", value.buffer),
      offset,
      length,
      ...extrasOf(to, value, usual, isIndex),
    };
  }
  return isCloneable(value, to.notCloneable)
    ? { is: "raw", value }
    : { is: "raw", value, ...extrasOf(to, value, usual, (key) => view && types.isTypedArray(value) && isIndex(key)) };
}

function canGrow(buffer: ArrayBufferLike): boolean {
  const { resizable, growable } = buffer as { resizable?: boolean; growable?: boolean };
  return resizable === true || growable === true;
}

function ofLanguage(to: Encoder, value: object): Node {
  if (isError(value)) return errorNode(to, value);
  if (value instanceof URL) return { is: "url", kind: "URL", text: value.href, ...extrasOf(to, value, URL.prototype) };
  if (value instanceof URLSearchParams)
    return {
      is: "url",
      kind: "URLSearchParams",
      text: value.toString(),
      ...extrasOf(to, value, URLSearchParams.prototype),
    };
  // Structured clone copies all raw values of a message together, so they go on sharing what they share.
  if (isCloneable(value, to.notCloneable)) return { is: "raw", value };
  if (types.isDate(value))
    return {
      is: "raw",
      value: new Date(Date.prototype.getTime.call(value)),
      ...extrasOf(to, value, Date.prototype),
    };
  const boxed = primitiveIn(value);
  if (boxed !== undefined) {
    const isLetter = (key: string | symbol): boolean =>
      typeof boxed === "string" && isIndex(key) && Number(key) < boxed.length;
    return {
      is: "raw",
      value: Object(boxed),
      ...extrasOf(to, value, Object.getPrototypeOf(Object(boxed)) as object, isLetter),
    };
  }
  if (types.isRegExp(value))
    return { is: "raw", value: new RegExp(value.source, value.flags), ...extrasOf(to, value, RegExp.prototype) };
  if (types.isMap(value)) {
    const entries = [...Map.prototype.entries.call(value)].map(([key, inner], index): [Ref, Ref] => [
      to.at(`key ${index}`, key),
      to.at(`value of ${describe(key)}`, inner),
    ]);
    return { is: "map", entries, ...extrasOf(to, value, Map.prototype) };
  }
  if (types.isSet(value)) {
    const values = [...Set.prototype.values.call(value)].map((inner, index) => to.at(`element ${index}`, inner));
    return { is: "set", values, ...extrasOf(to, value, Set.prototype) };
  }
  if (types.isArgumentsObject(value)) return argumentsNode(to, value);
  if (Array.isArray(value)) {
    const length = Object.getOwnPropertyDescriptor(value, "length") as PropertyDescriptor;
    if (length.writable === false && !Object.isFrozen(value))
      to.refuse("it is an array whose length is locked and whose items are not. Freeze it whole, or send a copy.");
    const instances = instancesIn(to, value);
    const items = instances === undefined ? itemsOf(to, value) : [to.at(0, value[0])];
    return {
      is: "array",
      length: value.length,
      items,
      ...instances,
      ...extrasOf(to, value, Array.prototype, (key) => key === "length" || (items !== undefined && isIndex(key))),
    };
  }
  const node: Node = { is: "object", ...extrasOf(to, value, Object.prototype) };
  noteInstance(to, value, node);
  return node;
}

/** The items of an array, if it has no holes and all are ordinary properties; otherwise undefined: they go as properties. */
function itemsOf(to: Encoder, array: unknown[]): Ref[] | undefined {
  if (Object.isFrozen(array) || Object.isSealed(array)) return undefined;
  const items: Ref[] = [];
  for (let index = 0; index < array.length; index++) {
    const descriptor = Object.getOwnPropertyDescriptor(array, index);
    if (descriptor === undefined || !("value" in descriptor) || attributesOf(descriptor) !== ORDINARY) return undefined;
    items.push(to.at(index, descriptor.value));
  }
  return items;
}

function primitiveIn(value: object): string | number | boolean | bigint | undefined {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  return types.isBigIntObject(value) ? BigInt.prototype.valueOf.call(value) : undefined;
}

function argumentsNode(to: Encoder, value: object): Node {
  const { length } = value as ArrayLike<unknown>;
  const keys = Reflect.ownKeys(value);
  if (keys.filter(isIndex).length !== length || !keys.every((key) => !isIndex(key) || Number(key) < length)) {
    to.refuse("it is an `arguments` object that was made longer or shorter. Send an array: Array.from(arguments).");
  }
  const usual = new Set<string | symbol>(["length", "callee", Symbol.iterator]);
  const items = Array.from({ length }, (_, index): Ref => {
    const descriptor = Object.getOwnPropertyDescriptor(value, index) as PropertyDescriptor;
    if (!("value" in descriptor) || attributesOf(descriptor) !== ORDINARY) return undefined;
    usual.add(String(index));
    return to.at(index, descriptor.value);
  });
  return { is: "arguments", items, ...extrasOf(to, value, Object.prototype, (key) => usual.has(key)) };
}

export function encodeSymbol(to: Encoder, symbol: symbol): Node {
  const known = nameInWorkers(symbol);
  if (known !== undefined) return { is: "name", name: known };
  const name = Object.getOwnPropertyNames(Symbol).find(
    (key) => (Symbol as unknown as Record<string, unknown>)[key] === symbol,
  );
  if (name !== undefined) return { is: "name", name: { from: "global", path: ["Symbol", name] } };
  const key = Symbol.keyFor(symbol);
  if (key !== undefined) return { is: "symbol", key, description: key };
  const received = remoteId(symbol);
  if (to.options.returning === true && received !== undefined) return { is: "known", id: received };
  return { is: "symbol", key: undefined, description: symbol.description, id: idOf(symbol) };
}
