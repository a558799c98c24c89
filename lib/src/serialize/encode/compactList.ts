/**
 * Lists that travel as bytes of memory, which is exact and many times faster than item by item: long lists of numbers only (-0 and NaN too), and lists of
 * primitives, such long lists, and large typed arrays.
 */
import { types } from "node:util";
import { adoptPrototypes } from "../names/lookup";
import { builtinPrototype, hasProperties, isBareArray, isBareMemory, isPrimitive } from "./cloneable";
import { borrow, giveBack } from "../message/sharedMemory";

/** The least number of numbers, and of bytes of a typed array, for which it is faster. */
export const MANY = 100;
const MANY_BYTES = 4096;

/** The numbers of `list`, if it holds nothing else and enough of them; `share`: in borrowed memory. */
export function numbersOf(list: readonly unknown[], share: boolean): Float64Array | undefined {
  const { length } = list;
  // This excludes most other lists quickly.
  if (length < MANY || typeof list[0] !== "number" || typeof list[length - 1] !== "number") return undefined;
  const bytes = length * Float64Array.BYTES_PER_ELEMENT;
  const numbers = new Float64Array(share ? borrow(bytes) : new ArrayBuffer(bytes), 0, length);
  for (let at = 0; at < length; at++) {
    const item = list[at];
    if (typeof item !== "number") {
      if (share) giveBack(numbers.buffer as SharedArrayBuffer);
      return undefined;
    }
    numbers[at] = item;
  }
  return numbers;
}

/** The numbers of several parts in one list. */
export function concatLists(parts: readonly ArrayLike<unknown>[]): unknown[] {
  // V8 fills a list that begins with a fraction twice as fast with numbers.
  const list: unknown[] = types.isFloat64Array(parts[0]) ? [0.5] : [];
  list.length = parts.reduce((sum, { length }) => sum + length, 0);
  let at = 0;
  for (const part of parts) for (let index = 0; index < part.length; index++) list[at++] = part[index];
  return list;
}

type TypedArray = Uint8Array;
/** Stands for a typed array, because a bare Float64Array stands for a list of numbers. */
interface Bytes {
  readonly array: TypedArray;
  /** Its class is Buffer. */
  readonly isBuffer: boolean;
  /** It is a view of the program's own shared memory, and no copy. */
  readonly isShared: boolean;
}

/**
 * A list in which a Float64Array stands for each long list of numbers and `Bytes` for each large typed array or Buffer, all of them copies in memory of
 * their own (`share`: borrowed), and for each view of shared memory; undefined when it holds anything else that is no primitive.
 *
 * @param machines it may go to another machine, which has no shared memory of this one
 */
export function toCompactList(values: readonly unknown[], share: boolean, machines = false): unknown[] | undefined {
  let parts: Set<unknown> | undefined;
  const compact: unknown[] = [];
  for (const value of values) {
    if (isPrimitive(value)) {
      compact.push(value);
      continue;
    }
    // Any question would run the code of a Proxy.
    const copy = types.isProxy(value)
      ? undefined
      : Array.isArray(value)
        ? isBareArray(value) && numbersOf(value, share)
        : bytesOf(value, share, machines);
    if (copy) compact.push(copy);
    // Two references to one list or buffer must stay one, which a compact list cannot say.
    const part = copy && (Array.isArray(value) ? value : (value as TypedArray).buffer);
    if (!copy || parts?.has(part) === true) {
      if (share) for (const memory of memoryOf(compact)) giveBack(memory as SharedArrayBuffer);
      return undefined;
    }
    (parts ??= new Set()).add(part);
  }
  return compact;
}

/** The values again, in memory of their own. */
export function fromCompactList(compact: readonly unknown[]): unknown[] {
  return compact.map((value) => {
    if (types.isFloat64Array(value)) return concatLists([value]);
    if (isPrimitive(value)) return value;
    const { array, isBuffer, isShared } = adoptPrototypes(value) as Bytes;
    const own = types.isSharedArrayBuffer(array.buffer) && !isShared ? copyOf(array, false) : array;
    return isBuffer ? Buffer.from(own.buffer, 0, own.length) : own;
  });
}

/** The memory of the copies. */
export function memoryOf(compact: readonly unknown[]): ArrayBufferLike[] {
  return compact
    .filter((value) => types.isFloat64Array(value) || (!isPrimitive(value) && !(value as Bytes).isShared))
    .map((value) => (types.isFloat64Array(value) ? value : (value as Bytes).array).buffer);
}

function bytesOf(value: unknown, share: boolean, machines: boolean): Bytes | undefined {
  if (!types.isTypedArray(value)) return undefined;
  const array = value as TypedArray;
  const { buffer } = array;
  const isShared = types.isSharedArrayBuffer(buffer);
  if (isShared && machines) return undefined;
  const { resizable, growable } = buffer as { resizable?: boolean; growable?: boolean };
  if (resizable === true || growable === true || !isBareMemory(buffer)) return undefined;
  // A small one costs less as it is, and of one that is part of a buffer somebody may have another part.
  if (!isShared && (array.byteLength < MANY_BYTES || array.byteLength !== buffer.byteLength)) return undefined;
  const prototype = Object.getPrototypeOf(value) as object;
  const isBuffer = prototype === Buffer.prototype;
  if ((!isBuffer && prototype !== builtinPrototype(value)) || !Object.isExtensible(value) || hasProperties(value))
    return undefined;
  return { array: isShared ? array : copyOf(array, share), isBuffer, isShared };
}

function copyOf(array: TypedArray, share: boolean): TypedArray {
  const { length, byteLength, BYTES_PER_ELEMENT } = array;
  const Class = builtinPrototype(array).constructor as new (
    memory: ArrayBufferLike,
    offset: number,
    length: number,
  ) => TypedArray;
  const memory = share ? borrow(byteLength) : new ArrayBuffer(length * BYTES_PER_ELEMENT);
  const copy = new Class(memory, 0, length);
  copy.set(array);
  return copy;
}
