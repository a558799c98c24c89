/** Which values structured clone carries exactly, so that they need no work of ours. */
import { inspect, types } from "node:util";
import { prototypeOf } from "../../base/reflect";
import { isIndex } from "./valuePath";
import { isOutOfBounds, isDetached } from "../message/transfer";

/**
 * Do bytes of structured clone carry `value` exactly: class, identity and properties? (Bytes cannot hold shared memory.) The answer may be no for a
 * value that it would carry, never yes for one that it would lose without an error. `known` collects values that it does not carry, for later calls.
 */
export function isCloneable(value: unknown, known: Set<unknown> = new Set()): boolean {
  return cloneable(value, { seen: new Set(), not: known, depth: 0 });
}

/** Are all properties of an object, whatever its prototype, ordinary ones whose values structured clone carries exactly? */
export function isCloneableRecord(object: object, known: Set<unknown>): boolean {
  return Object.isExtensible(object) && cloneableRecord(object, { seen: new Set(), not: known, depth: 0 });
}

/** Is a copy as good as the value itself? Not so for a symbol. */
export function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol");
}

interface Look {
  depth: number;
  readonly seen: Set<object>;
  /** What was found not to be cloneable, so that no value is looked at again for each value that it is part of. */
  readonly not: Set<unknown>;
}

/** Structured clone recurses: what lies deeper might exceed its stack, so it becomes nodes. */
const DEEPEST = 200;

function cloneable(value: unknown, look: Look): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null || look.seen.has(value)) return true;
  if (look.not.has(value) || look.depth === DEEPEST) return false;
  look.seen.add(value);
  look.depth++;
  const answer = cloneableObject(value, look);
  look.depth--;
  if (!answer) look.not.add(value);
  return answer;
}

function cloneableObject(value: object, look: Look): boolean {
  if (types.isProxy(value) || !Object.isExtensible(value)) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) return isBareArray(value) && cloneableArray(value, look);
  if (proto === Object.prototype) return cloneableRecord(value, look);
  if (ArrayBuffer.isView(value))
    return (
      proto === builtinPrototype(value) &&
      !hasProperties(value) &&
      !types.isSharedArrayBuffer(value.buffer) &&
      isBareMemory(value.buffer) &&
      !isOutOfBounds(value)
    );
  if (types.isArrayBuffer(value)) return isBareMemory(value) && !isDetached(value);
  if (types.isDate(value)) return proto === Date.prototype && !hasProperties(value);
  const isMap = types.isMap(value);
  if (!isMap && !types.isSet(value)) return false;
  if (proto !== (isMap ? Map : Set).prototype || hasProperties(value)) return false;
  // The entries of a Set are pairs, too.
  for (const [key, inner] of value.entries()) if (!cloneable(key, look) || !cloneable(inner, look)) return false;
  return true;
}

/** Has an array only ordinary items? (If it has holes, it may have more.) */
export function isBareArray(array: readonly unknown[]): boolean {
  return (
    !types.isProxy(array) &&
    Object.getPrototypeOf(array) === Array.prototype &&
    Object.isExtensible(array) &&
    Object.getOwnPropertyDescriptor(array, "length")?.writable === true &&
    !hasMoreThanItems(array)
  );
}

function cloneableArray(array: readonly unknown[], look: Look): boolean {
  const { length } = array;
  for (let index = 0; index < length; index++) {
    const item = array[index];
    const type = typeof item;
    if (type === "number" || type === "string") continue;
    // An array with a hole may be mostly holes: its items are looked up by their keys.
    if (item === undefined && !Object.hasOwn(array, index))
      return Object.keys(array).every((key) => isOrdinary(array, key, look));
    if (!cloneable(item, look)) return false;
  }
  return true;
}

const FEW = 100;
const WITHOUT_ITEMS = { showHidden: true, maxArrayLength: 0, depth: 0, customInspect: false, breakLength: Infinity };

/** Has an array without holes anything beside ordinary items? Of those of a long array it is taken for granted that they are ordinary. */
function hasMoreThanItems(array: readonly unknown[]): boolean {
  if (array.length > FEW) {
    // Node's inspection skips the items, however many there are. Any other text means that there is more.
    return !/^\[ \.\.\. \d+ more items, \[length\]: \d+ \]$/.test(inspect(array, WITHOUT_ITEMS));
  }
  if (Object.getOwnPropertySymbols(array).length > 0) return true;
  const names = Object.getOwnPropertyNames(array);
  // Indexes come first, in their order, and one of the others is `length`.
  const { length } = array;
  const isFull = names.length === length + 1 && (length === 0 || names[length - 1] === String(length - 1));
  if (!isFull)
    return names.at(-1) !== "length" || !names.slice(0, -1).every((key) => isIndex(key) && isItem(array, key));
  for (let index = 0; index < length; index++) if (!isItem(array, index)) return true;
  return false;
}

function isItem(array: readonly unknown[], index: string | number): boolean {
  const { writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(array, index) as PropertyDescriptor;
  return writable === true && enumerable === true && configurable === true;
}

function cloneableRecord(record: object, look: Look): boolean {
  // Asked for both at once (`Reflect.ownKeys`), V8 takes three times as long.
  if (Object.getOwnPropertySymbols(record).length > 0) return false;
  for (const key of Object.getOwnPropertyNames(record)) if (!isOrdinary(record, key, look)) return false;
  return true;
}

/** Is that an ordinary property with a cloneable value? */
function isOrdinary(object: object, key: string, look: Look): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
  return (
    "value" in descriptor &&
    descriptor.enumerable === true &&
    descriptor.writable === true &&
    descriptor.configurable === true &&
    cloneable(descriptor.value, look)
  );
}

/** Is it nothing but its bytes: of no class of the program's own, without properties and locks? */
export function isBareMemory(buffer: ArrayBufferLike): boolean {
  const usual = types.isSharedArrayBuffer(buffer) ? SharedArrayBuffer.prototype : ArrayBuffer.prototype;
  return Object.getPrototypeOf(buffer) === usual && Object.isExtensible(buffer) && Reflect.ownKeys(buffer).length === 0;
}

/** The prototype of a buffer's or view's kind, whatever its class. */
export function builtinPrototype(value: object): object {
  const kind = ArrayBuffer.isView(value) ? (Reflect.apply(kindOfView, value, []) ?? "DataView") : "ArrayBuffer";
  return (Reflect.get(globalThis, kind) as { prototype: object }).prototype;
}
/** What all typed arrays inherit from. */
const typedArray = prototypeOf(Uint8Array.prototype) as NodeJS.TypedArray;
const kindOfView = Reflect.get(
  Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag) as PropertyDescriptor,
  "get",
) as () => string | undefined;
/** Has it anything beside what its kind has, such as the elements of a typed array? */
export function hasProperties(value: object): boolean {
  if (!types.isTypedArray(value)) return Reflect.ownKeys(value).length > 0;
  // A property of its own may have one of these names.
  const read = (key: "length" | "buffer" | "byteOffset"): unknown => Reflect.get(typedArray, key, value);
  const length = read("length") as number;
  if (length <= FEW) return Reflect.ownKeys(value).length > length;
  // There may be millions of elements, so it is compared with a new view of the same memory.
  const Kind = builtinPrototype(value).constructor as Uint8ArrayConstructor;
  const bare = Object.setPrototypeOf(
    new Kind(read("buffer") as ArrayBuffer, read("byteOffset") as number, length),
    prototypeOf(value),
  ) as object;
  return inspect(value, WITHOUT_ITEMS) !== inspect(bare, WITHOUT_ITEMS);
}
