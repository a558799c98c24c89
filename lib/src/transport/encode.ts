/**
 * Makes a message of a value: how anything becomes something that structured clone can carry. Functions are the business of
 * `encodeFunction`; this file does everything else.
 */
import { isDeepStrictEqual, types } from "node:util";
import { Stream } from "node:stream";
import { SerializationError, describe } from "../ground/errors";
import { FunctionEncoder, rewrittenClassOf } from "./encodeFunction";
import { foreignId, idOf } from "./identities";
import { privateMembersOf } from "./inspector";
import { importWrapperOf, nameOf, refreshNames } from "./known";
import { isPlain } from "./plain";
import { MoveList, Transferred } from "./transfer";
import { CONFIGURABLE, ENUMERABLE, ORDINARY, WRITABLE } from "./wire";
import type { Extras, Message, Node, Property, Slot } from "./wire";

export interface EncodeOptions {
  /** What the value is, for error messages: "the function", or of a list what each part of it is: "item 3", "result of `load`". */
  readonly what: string | ((index: number) => string);
  /** The receiver shares this process's memory. */
  readonly shared: boolean;
  /** The message goes back to where the functions here came from: none is sent whole. */
  readonly homeward?: boolean;
  /** Functions and classes that the receiver has from this message already. */
  readonly context?: ReadonlySet<string>;
}
export interface Encoded {
  readonly message: Message;
  /** Buffers to move. */
  readonly moves: ArrayBuffer[];
  /** Ids of the functions and classes in it. */
  readonly ids: ReadonlySet<string>;
  /** Things in it that stay here and are only referred to (queues): to be kept until the receiver is done. */
  readonly held: readonly object[];
}

/** Objects that an upper floor knows how to send: their class, and what is sent of them. */
const specials: { readonly is: (value: object) => boolean; readonly kind: string; readonly pack: (value: any) => unknown }[] = [];

/** Teaches the encoder a class of an upper floor. */
export function registerSpecial<T extends object>(kind: string, is: (value: object) => boolean, pack: (value: T) => unknown): void {
  specials.push({ kind, is, pack });
}

/** Makes a message of `value`. Throws SerializationError, with the path to what cannot travel. */
export function encode(value: unknown, options: EncodeOptions): Encoded {
  const notPlain = new Set<unknown>();
  if (isPlain(value, notPlain)) return { message: { plain: value }, moves: [], ids: new Set(), held: [] };
  const encoder = new Encoder(options, notPlain);
  const root = typeof options.what === "string" ? encoder.slot(value) : encoder.list(value as unknown[], options.what);
  const { scopes, places } = encoder.functions.settle();
  for (const node of encoder.nodes) {
    if (node.is === "function") (node as { scope: number }).scope = node.scope < 0 ? -1 : places[node.scope];
  }
  return { message: { nodes: encoder.nodes, scopes, root, shared: encoder.shared }, moves: encoder.moves.buffers, ids: encoder.ids, held: encoder.held };
}

export class Encoder {
  readonly nodes: Node[] = [];
  readonly moves = new MoveList();
  readonly shared: SharedArrayBuffer[] = [];
  readonly ids = new Set<string>();
  readonly held: object[] = [];
  readonly functions: FunctionEncoder;
  private readonly seen = new Map<unknown, number>();
  private readonly path: string[] = [];

  constructor(readonly options: EncodeOptions, private readonly notPlain: Set<unknown>) {
    if (typeof options.what === "string") this.path.push(options.what);
    refreshNames();
    this.functions = new FunctionEncoder(this);
  }

  /** The place of `value` in the message; encodes it when it is met first. */
  slot(value: unknown): Slot {
    if (value instanceof Transferred) {
      this.noteMoves(value);
      return this.slot(value.value);
    }
    if (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") return value as Slot;
    if (value === null) return null;
    const known = this.seen.get(value);
    if (known !== undefined) return [known];
    const number = this.reserve(value);
    this.nodes[number] = typeof value === "symbol" ? this.symbol(value)
      : typeof value === "function" ? this.functions.encode(value)
      : this.object(value);
    return [number];
  }

  /** The place of a list whose parts have names of their own. */
  list(values: readonly unknown[], what: (index: number) => string): Slot {
    const number = this.reserve(values);
    this.nodes[number] = { is: "array", length: values.length, items: values.map((value, index) => this.at(what(index), value)) };
    return [number];
  }

  /** The place of `value` when it stands at `step` below what is being encoded: the step shows in error messages. */
  at(step: string, value: unknown): Slot {
    this.path.push(step);
    const slot = this.slot(value);
    this.path.pop();
    return slot;
  }

  /** A node for `value` that the caller fills in. */
  reserve(value: unknown): number {
    const number = this.nodes.push({ is: "raw", value: undefined }) - 1;
    this.seen.set(value, number);
    return number;
  }

  placeOf(value: unknown): number | undefined {
    return this.seen.get(value);
  }

  refuse(why: string): never {
    // "captured variable `socket` of `fetchAll`" says it all; what led there would only hide it.
    const start = this.path.findLastIndex((step) => step.startsWith("captured "));
    throw new SerializationError(`${this.path.slice(Math.max(start, 0)).join(", ")} cannot travel to a worker: ${why}`);
  }

  private noteMoves(value: Transferred): void {
    // A process shares no memory, so there is nothing to move: the buffers are copied with the value.
    if (this.options.shared) this.moves.add(value.buffers, this.path.join(", "));
  }

  private symbol(symbol: symbol): Node {
    const name = Object.getOwnPropertyNames(Symbol).find((key) => (Symbol as unknown as Record<string, unknown>)[key] === symbol);
    if (name !== undefined) return { is: "name", name: { from: "global", path: ["Symbol", name] } };
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) return { is: "symbol", key, description: key };
    const foreign = foreignId(symbol as unknown as WeakKey);
    if (this.options.homeward === true && foreign !== undefined) return { is: "yours", id: foreign };
    return { is: "symbol", key: undefined, description: symbol.description, id: idOf(symbol as unknown as WeakKey) };
  }

  private object(value: object): Node {
    const special = specials.find((entry) => entry.is(value));
    if (special !== undefined) {
      this.held.push(value);
      return { is: "special", kind: special.kind, data: special.pack(value) };
    }
    const name = nameOf(value);
    if (name !== undefined) return { is: "name", name };
    const wrapped = importWrapperOf(value);
    if (wrapped !== undefined) return { is: "import", name: wrapped };
    const owner = ownerOfPrototype(value);
    if (owner !== undefined && owner !== Object) return { is: "prototype", of: this.slot(owner) };
    if (Buffer.isBuffer(value)) return { is: "buffer", bytes: bytesOf(value) };
    this.refuseWhatIsTied(value);
    if (value instanceof URL) return { is: "url", kind: "URL", text: value.href };
    if (value instanceof URLSearchParams) return { is: "url", kind: "URLSearchParams", text: value.toString() };
    if (types.isSharedArrayBuffer(value)) {
      if (!this.options.shared) this.refuse("it is shared memory, and a Process shares no memory. Use a Pool, or send a copy.");
      return { is: "shared", number: this.shared.push(value) - 1 };
    }
    if (ArrayBuffer.isView(value) && types.isSharedArrayBuffer(value.buffer)) {
      const { byteOffset: offset, byteLength } = value;
      const bytesEach = (value as Uint8Array).BYTES_PER_ELEMENT ?? 1;
      return { is: "sharedView", kind: value.constructor.name, buffer: this.slot(value.buffer), offset, length: byteLength / bytesEach };
    }
    // Of all raw values of a message structured clone makes one whole, so what they share they go on sharing.
    if (isPlain(value, this.notPlain)) return { is: "raw", value };
    if (types.isAnyArrayBuffer(value) || ArrayBuffer.isView(value)) return { is: "raw", value, ...this.extras(value, builtinPrototype(value), isIndex) };
    if (types.isDate(value) || types.isBoxedPrimitive(value)) return { is: "raw", value: bare(value), ...this.extras(value, builtinPrototype(value), isIndex) };
    if (types.isRegExp(value)) return { is: "raw", value: new RegExp(value.source, value.flags), ...this.extras(value, RegExp.prototype) };
    if (types.isMap(value)) {
      const entries = [...Map.prototype.entries.call(value)].map(([key, inner], index): [Slot, Slot] =>
        [this.at(`key ${index}`, key), this.at(`value of ${describe(key)}`, inner)]);
      return { is: "map", entries, ...this.extras(value, Map.prototype) };
    }
    if (types.isSet(value)) {
      const values = [...Set.prototype.values.call(value)].map((inner, index) => this.at(`element ${index}`, inner));
      return { is: "set", values, ...this.extras(value, Set.prototype) };
    }
    if (types.isNativeError(value)) {
      const stack: unknown = value.stack;
      return { is: "error", stack: typeof stack === "string" ? stack : undefined, ...this.extras(value, Error.prototype, (key) => key === "stack") };
    }
    if (types.isArgumentsObject(value)) return { is: "arguments", items: Array.from(value as ArrayLike<unknown>, (item, index) => this.at(`item ${index}`, item)) };
    if (Array.isArray(value)) {
      const items = this.items(value);
      return { is: "array", length: value.length, items, ...this.extras(value, Array.prototype, (key) => key === "length" || (items !== undefined && isIndex(key))) };
    }
    return { is: "object", ...this.extras(value, Object.prototype) };
  }

  /** The items of an array without holes or odd properties; undefined for others, whose items go as properties. */
  private items(array: unknown[]): Slot[] | undefined {
    if (Object.isFrozen(array) || Object.isSealed(array)) return undefined;
    const items: Slot[] = [];
    for (let index = 0; index < array.length; index++) {
      const descriptor = Object.getOwnPropertyDescriptor(array, index);
      if (descriptor === undefined || !("value" in descriptor) || attributesOf(descriptor) !== ORDINARY) return undefined;
      items.push(this.at(`item ${index}`, descriptor.value));
    }
    return items;
  }

  /** What is special about an object beside what its kind says; `skip` names properties that its kind takes care of. */
  extras(value: object, usual: object | null, skip?: (key: string | symbol) => boolean): Extras {
    const extras: Extras = {};
    const proto = Object.getPrototypeOf(value) as object | null;
    if (proto !== usual) extras.proto = proto === null ? null : this.at("prototype", proto);
    const props = Reflect.ownKeys(value).filter((key) => skip === undefined || !skip(key));
    if (props.length > 0) extras.props = props.map((key) => this.property(value, key));
    if (!Object.isExtensible(value)) extras.locked = Object.isFrozen(value) ? 3 : Object.isSealed(value) ? 2 : 1;
    if (proto !== usual && proto !== null) this.privates(value, proto, extras);
    return extras;
  }

  property(value: object, key: string | symbol): Property {
    const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    const keySlot = this.slot(key);
    const step = typeof key === "symbol" ? `property [${key.toString()}]` : isIndex(key) ? `item ${key}` : `property \`.${key}\``;
    const attributes = attributesOf(descriptor);
    if ("value" in descriptor) {
      const slot = this.at(step, descriptor.value);
      return attributes === ORDINARY ? [keySlot, slot] : [keySlot, slot, attributes];
    }
    return [keySlot, this.at(`getter of ${step}`, descriptor.get), attributes, this.at(`setter of ${step}`, descriptor.set)];
  }

  private privates(value: object, proto: object, extras: Extras): void {
    const chain = classesOf(proto);
    const owners = chain.map((owner) => ({ owner, facts: rewrittenClassOf(owner) }));
    if (owners.every(({ facts }) => facts !== undefined && facts.privateFields.length === 0 && !facts.privateMethods)) return;
    const members = privateMembersOf(value);
    if (members.length === 0) return;
    const fields = owners.map(({ owner, facts }) => ({ owner, names: facts?.privateFields ?? [], methods: facts?.privateMethods ?? false }));
    const expected = fields.flatMap(({ names }) => names);
    const found = members.filter(({ name }) => expected.includes(name));
    const unexplained = members.some(({ name, value: member }) => !expected.includes(name) && !(typeof member === "function" && fields.some(({ methods }) => methods)));
    if (unexplained || !isDeepStrictEqual(found.map(({ name }) => name), expected)) {
      this.refuse(`it has private members of a class that cannot be made again over there (${members.map(({ name }) => name).join(", ")}). Send its data as a plain object, and make the instance in the worker.`);
    }
    extras.privates = fields.filter(({ names, methods }) => names.length > 0 || methods).map(({ owner, names }) => ({
      owner: this.slot(owner),
      fields: names.map((name): [string, Slot] => [name, this.at(`private field \`${name}\``, found.shift()?.value)]),
    }));
  }

  private refuseWhatIsTied(value: object): void {
    const what = tiedThing(value);
    if (what !== undefined) this.refuse(`${what} Create it inside the function that runs in the worker, or send the data that it holds.`);
  }
}

/** Why an object is tied to the thread in which it was made; undefined when it is not. */
function tiedThing(value: object): string | undefined {
  if (types.isPromise(value)) return "a Promise belongs to the thread that waits for it. Await it first and send its value.";
  if (types.isProxy(value)) return "a Proxy cannot be looked into.";
  for (const [is, what] of [
    [types.isWeakMap, "a WeakMap"], [types.isWeakSet, "a WeakSet"], [types.isGeneratorObject, "a running generator"],
    [types.isMapIterator, "an iterator of a Map"], [types.isSetIterator, "an iterator of a Set"], [types.isExternal, "a native handle"],
    [types.isModuleNamespaceObject, "a module that was not imported where the function was written"],
    [(object: object) => object instanceof WeakRef, "a WeakRef"],
    [(object: object) => object instanceof FinalizationRegistry, "a FinalizationRegistry"],
    [(object: object) => object instanceof Stream, "a stream or socket"],
    [(object: object) => object instanceof MessagePort, "a MessagePort"],
    [(object: object) => object instanceof AbortSignal, "an AbortSignal"],
  ] as [(object: object) => boolean, string][]) {
    if (is(value)) return `it is ${what}, which is tied to the thread that made it.`;
  }
  for (let proto = value; proto !== null; proto = Object.getPrototypeOf(proto) as object) {
    const constructor: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    if (typeof constructor !== "function" || !/^function \w*\(\) { \[native code\] }$/.test(Function.prototype.toString.call(constructor))) continue;
    if (nameOf(constructor) !== undefined || constructor === TYPED_ARRAY) continue;
    return `it is a ${constructor.name} of Node itself, a native handle, which is tied to the thread that made it.`;
  }
  const home = Object.getPrototypeOf(value) as object | null;
  const homeName = home === null ? undefined : nameOf(home) ?? nameOf((home as { constructor: object }).constructor ?? {});
  if (homeName?.from === "module" && homeName.module.startsWith("node:") && !ALLOWED.test(`${homeName.module}.${homeName.path[0]}`)) {
    return `it is a ${homeName.path[0]} of ${homeName.module}, which is tied to the thread that made it.`;
  }
  return undefined;
}
const ALLOWED = /^node:(events\.EventEmitter|events\.undefined|assert\.AssertionError|url\.URL|url\.URLSearchParams|buffer\.Buffer)$/;

const TYPED_ARRAY: unknown = Object.getPrototypeOf(Uint8Array);

/** The function whose `prototype` an object is. */
function ownerOfPrototype(value: object): Function | undefined {
  const constructor: unknown = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
  return typeof constructor === "function" && constructor.prototype === value ? constructor : undefined;
}

/** The constructors along a prototype chain, base class first, those of the language aside. */
function classesOf(proto: object): Function[] {
  const classes: Function[] = [];
  for (let object: object | null = proto; object !== null; object = Object.getPrototypeOf(object) as object | null) {
    const owner = ownerOfPrototype(object);
    if (owner !== undefined && nameOf(owner)?.from !== "global") classes.unshift(owner);
  }
  return classes;
}

function builtinPrototype(value: object): object {
  const tag = types.isDate(value) ? "Date" : types.isBoxedPrimitive(value) ? Object.prototype.toString.call(value).slice(8, -1)
    : ArrayBuffer.isView(value) ? (Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag)?.get?.call(value) ?? "DataView")
    : "ArrayBuffer";
  return (globalThis as unknown as Record<string, { prototype: object }>)[tag as string].prototype;
}

/** A Date or boxed primitive without its own properties, which travel apart. */
function bare(value: object): unknown {
  return types.isDate(value) ? new Date(Number(Date.prototype.getTime.call(value))) : Object((value as { valueOf(): unknown }).valueOf());
}

/** A Buffer's bytes; copied when it is a small part of memory that many Buffers share. */
function bytesOf(buffer: Buffer): Uint8Array {
  const part = buffer.byteLength < buffer.buffer.byteLength;
  return part ? new Uint8Array(buffer) : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

export function attributesOf(descriptor: PropertyDescriptor): number {
  return (descriptor.writable === true || !("value" in descriptor) ? WRITABLE : 0)
    + (descriptor.enumerable === true ? ENUMERABLE : 0) + (descriptor.configurable === true ? CONFIGURABLE : 0);
}

function isIndex(key: string | symbol): boolean {
  return typeof key === "string" && /^(0|[1-9]\d{0,9})$/.test(key);
}
