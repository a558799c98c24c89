/** Long lists of nothing but numbers: they travel as they lie in memory, which is exact (-0 and NaN too) and many times faster than one by one. */
import { isBareArray, isPrimitive } from "./plain";

/** From how many numbers on it is worth it. */
export const MANY = 500;

/** The numbers of `list`, if it holds nothing else and enough of them; `share`: in shared memory. */
export function numbersOf(list: readonly unknown[], share: boolean): Float64Array | undefined {
  const { length } = list;
  // Most lists of other things are told by their ends.
  if (length < MANY || typeof list[0] !== "number" || typeof list[length - 1] !== "number") return undefined;
  const bytes = length * Float64Array.BYTES_PER_ELEMENT;
  const numbers = new Float64Array(share ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes));
  for (let at = 0; at < length; at++) {
    const item = list[at];
    if (typeof item !== "number") return undefined;
    numbers[at] = item;
  }
  return numbers;
}

/** The numbers of several parts in one list. */
export function listOf(parts: readonly ArrayLike<unknown>[]): unknown[] {
  // A list that begins as one of numbers is kept as such by V8, and is filled with them twice as fast.
  const list: unknown[] = parts[0] instanceof Float64Array ? [0.5] : [];
  list.length = parts.reduce((sum, { length }) => sum + length, 0);
  let at = 0;
  for (const part of parts) for (let index = 0; index < part.length; index++) list[at++] = part[index];
  return list;
}

/** Values of which none is more than a primitive or a long list of numbers, each list in memory of its own; undefined when they are others. */
export function flatten(values: readonly unknown[], share: boolean): unknown[] | undefined {
  let lists: Set<unknown> | undefined;
  const flat: unknown[] = [];
  for (const value of values) {
    if (isPrimitive(value)) flat.push(value);
    else {
      // One list that is there twice is one over there too: that is not said here.
      if (!Array.isArray(value) || value.length < MANY || lists?.has(value) === true || !isBareArray(value)) return undefined;
      (lists ??= new Set()).add(value);
      const numbers = numbersOf(value, share);
      if (numbers === undefined) return undefined;
      flat.push(numbers);
    }
  }
  return flat;
}

/** The values again. */
export function unflatten(flat: readonly unknown[]): unknown[] {
  return flat.map((value) => (value instanceof Float64Array ? listOf([value]) : value));
}
