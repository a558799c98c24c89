/**
 * Lists that travel as they lie in memory, which is exact and many times faster than one by one: long lists of nothing but numbers (-0 and
 * NaN too), and lists of primitives, such long lists, and large typed arrays.
 */
import { types } from "node:util";
import { adoptPrototypes } from "../names/lookup";
import { isBareArray, isCloneable, isPrimitive } from "./cloneable";
import { borrow, giveBack } from "../message/sharedMemory";

/** From how many numbers on it is worth it, and from how many bytes of a typed array. */
export const MANY = 100;
const MANY_BYTES = 4096;

/** The numbers of `list`, if it holds nothing else and enough of them; `share`: in borrowed memory. */
export function numbersOf(list: readonly unknown[], share: boolean): Float64Array | undefined {
  const { length } = list;
  // Most lists of other things are told by their ends.
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
  // A list that begins as one of numbers is kept as such by V8, and is filled with them twice as fast.
  const list: unknown[] = types.isFloat64Array(parts[0]) ? [0.5] : [];
  list.length = parts.reduce((sum, { length }) => sum + length, 0);
  let at = 0;
  for (const part of parts) for (let index = 0; index < part.length; index++) list[at++] = part[index];
  return list;
}

type TypedArray = Uint8Array;
/** What stands for a typed array, so that it is not taken for a list of numbers. */
interface Bytes {
  readonly array: TypedArray;
}

/**
 * A list in which a Float64Array stands for each long list of numbers and `Bytes` for each large typed array, all of them copies in memory of
 * their own (`share`: borrowed); undefined when it holds anything else that is no primitive.
 */
export function toCompactList(values: readonly unknown[], share: boolean): unknown[] | undefined {
  let parts: Set<unknown> | undefined;
  const flat: unknown[] = [];
  for (const value of values) {
    if (isPrimitive(value)) {
      flat.push(value);
      continue;
    }
    // To ask anything of a Proxy is to run its code.
    const copy = types.isProxy(value)
      ? undefined
      : Array.isArray(value)
        ? isBareArray(value) && numbersOf(value, share)
        : isWhole(value) && { array: copyOf(value, share) };
    if (copy) flat.push(copy);
    // Of one that is there twice, both are one over there too: that is not said here.
    const part = copy && (Array.isArray(value) ? value : (value as TypedArray).buffer);
    if (!copy || parts?.has(part) === true) {
      if (share) for (const memory of memoryOf(flat)) giveBack(memory as SharedArrayBuffer);
      return undefined;
    }
    (parts ??= new Set()).add(part);
  }
  return flat;
}

/** The values again, in memory of their own. */
export function fromCompactList(flat: readonly unknown[]): unknown[] {
  return flat.map((value) => {
    if (types.isFloat64Array(value)) return concatLists([value]);
    if (isPrimitive(value)) return value;
    const { array } = adoptPrototypes(value) as Bytes;
    return types.isSharedArrayBuffer(array.buffer) ? copyOf(array, false) : array;
  });
}

/** The memory of the lists and typed arrays. */
export function memoryOf(flat: readonly unknown[]): ArrayBufferLike[] {
  return flat
    .filter((value) => !isPrimitive(value))
    .map((value) => (types.isFloat64Array(value) ? value : (value as Bytes).array).buffer);
}

/** Is it a large typed array with a buffer all of its own, and nothing more? */
function isWhole(value: unknown): value is TypedArray {
  return (
    ArrayBuffer.isView(value) &&
    !types.isDataView(value) &&
    value.byteLength >= MANY_BYTES &&
    value.byteLength === value.buffer.byteLength &&
    (value.buffer as { resizable?: boolean }).resizable !== true &&
    Reflect.ownKeys(value.buffer).length === 0 &&
    isCloneable(value)
  );
}

function copyOf(array: TypedArray, share: boolean): TypedArray {
  const { length, byteLength, BYTES_PER_ELEMENT } = array;
  const Class = array.constructor as new (memory: ArrayBufferLike, offset: number, length: number) => TypedArray;
  const memory = share ? borrow(byteLength) : new ArrayBuffer(length * BYTES_PER_ELEMENT);
  const copy = new Class(memory, 0, length);
  copy.set(array);
  return copy;
}
