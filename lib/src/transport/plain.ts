/** Which values structured clone carries exactly, so that they need no work of ours. */
import { types } from "node:util";

/**
 * Do bytes of structured clone carry `value` exactly: class, identity, properties and all? (Bytes cannot hold shared memory.) May say no to what it would carry, never yes to
 * what it would lose without an error. `known` collects what was found not to be, for later calls.
 */
export function isPlain(value: unknown, known: Set<unknown> = new Set()): boolean {
  return plain(value, { seen: new Set(), not: known, depth: 0 });
}

interface Look {
  depth: number;
  readonly seen: Set<object>;
  /** What was found not to be plain, so that no part is looked at again for each whole that it is in. */
  readonly not: Set<unknown>;
}

/** What lies deeper is taken apart, lest the depth be too much for structured clone's stack. */
const DEEPEST = 200;

function plain(value: unknown, look: Look): boolean {
  if (typeof value === "function" || typeof value === "symbol") return false;
  if (typeof value !== "object" || value === null || look.seen.has(value)) return true;
  if (look.not.has(value) || look.depth === DEEPEST) return false;
  look.seen.add(value);
  look.depth++;
  const answer = plainObject(value, look);
  look.depth--;
  if (!answer) look.not.add(value);
  return answer;
}

function plainObject(value: object, look: Look): boolean {
  if (!Object.isExtensible(value)) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  if (Array.isArray(value)) return proto === Array.prototype && plainArray(value, look);
  if (proto === Object.prototype) return !types.isProxy(value) && plainRecord(value, look);
  if (ArrayBuffer.isView(value)) return proto !== Buffer.prototype && isBuiltin(proto) && !hasProperties(value) && !types.isSharedArrayBuffer(value.buffer);
  if (types.isArrayBuffer(value)) return isBuiltin(proto) && !hasProperties(value);
  if (types.isDate(value)) return proto === Date.prototype && !hasProperties(value);
  if (types.isMap(value)) {
    if (proto !== Map.prototype || hasProperties(value)) return false;
    for (const [key, inner] of value) if (!plain(key, look) || !plain(inner, look)) return false;
    return true;
  }
  if (types.isSet(value)) {
    if (proto !== Set.prototype || hasProperties(value)) return false;
    for (const inner of value) if (!plain(inner, look)) return false;
    return true;
  }
  return false;
}

function plainArray(array: readonly unknown[], look: Look): boolean {
  if (types.isProxy(array) || Object.getOwnPropertySymbols(array).length > 0) return false;
  for (let index = 0; index < array.length; index++) {
    const item = array[index];
    if (typeof item !== "number" && typeof item !== "string" && !plain(item, look)) return false;
  }
  // Only short arrays, such as the matches of a regular expression, carry named properties worth a look.
  return array.length > 1000 || Object.keys(array).length <= array.length;
}

function plainRecord(record: object, look: Look): boolean {
  for (const key of Reflect.ownKeys(record)) {
    if (typeof key === "symbol") return false;
    const descriptor = Object.getOwnPropertyDescriptor(record, key) as PropertyDescriptor;
    if (!("value" in descriptor) || !descriptor.enumerable || !descriptor.writable || !descriptor.configurable) return false;
    if (!plain(descriptor.value, look)) return false;
  }
  return true;
}

const builtins = new Set<unknown>(
  [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array,
    BigInt64Array, BigUint64Array, DataView, ArrayBuffer].map(({ prototype }) => prototype));

function isBuiltin(proto: unknown): boolean {
  return builtins.has(proto);
}

function hasProperties(value: object): boolean {
  // The elements of a typed array are properties too, and there may be millions of them: a look at those is not worth it.
  if (ArrayBuffer.isView(value) && value.byteLength > 1000) return false;
  const elements = ArrayBuffer.isView(value) && !(value instanceof DataView) ? (value as Uint8Array).length : 0;
  return Reflect.ownKeys(value).length > elements;
}
