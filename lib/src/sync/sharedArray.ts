/** Typed arrays on memory that all threads of the program share. */
import { describe } from "../base/errors";
import { isIterable } from "../base/items";

export type SharedTypedArray =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/**
 * A typed array on shared memory: tasks of a pool that refer to it or are passed it see the same numbers, not a copy. As Python's `multiprocessing.Array`; a `Value` is one of length 1. There is
 * no lock in it: use `Atomics` (on integers), or a `Lock`. A Process shares no memory, and refuses it.
 *
 * @param type Int32Array, Float64Array, BigInt64Array and so on
 * @param lengthOrValues how many numbers, all 0, or the numbers
 * @returns an array of that type
 * @throws TypeError when type is no such class or the second argument neither a length nor values; RangeError for a length that is no integer of 0 or more
 * @example
 * const counts = mp.sharedArray(Int32Array, 4);
 * await pool.map((x) => Atomics.add(counts, x % 4, 1), mp.range(100));
 * counts; // Int32Array(4) [ 25, 25, 25, 25 ]
 */
export function sharedArray<A extends SharedTypedArray>(
  type: new (buffer: SharedArrayBuffer) => A,
  lengthOrValues: number | Iterable<number | bigint>,
): A {
  const size = (type as { BYTES_PER_ELEMENT?: unknown } | undefined)?.BYTES_PER_ELEMENT;
  if (typeof type !== "function" || typeof size !== "number")
    throw new TypeError(`sharedArray: expected a class of typed arrays, such as Int32Array; got ${describe(type)}.`);
  const values = valuesOf(lengthOrValues);
  const array = new type(memoryFor(values?.length ?? (lengthOrValues as number), size));
  const takesBigInts = type.name.startsWith("Big");
  const isWrong = (value: unknown): boolean => (typeof value === "bigint" ? !takesBigInts : takesBigInts);
  const at = values?.findIndex(isWrong) ?? -1;
  if (at >= 0)
    throw new TypeError(
      `sharedArray: ${type.name} holds ${takesBigInts ? "bigints, such as 1n" : "numbers, such as 1"}; got ${describe(values?.[at])}.`,
    );
  if (values !== undefined) (array as { set(values: ArrayLike<unknown>): void }).set(values);
  return array;
}

function memoryFor(length: number, size: number): SharedArrayBuffer {
  try {
    return new SharedArrayBuffer(length * size);
  } catch {
    throw new RangeError(
      `sharedArray: there is no memory for ${length} numbers of ${size} bytes each. Make it smaller, or several.`,
    );
  }
}

/** The values; undefined for a length. */
function valuesOf(lengthOrValues: unknown): unknown[] | undefined {
  if (typeof lengthOrValues === "number") {
    if (Number.isSafeInteger(lengthOrValues) && lengthOrValues >= 0) return undefined;
    throw new RangeError(`sharedArray: the length must be an integer, 0 or more; got ${describe(lengthOrValues)}.`);
  }
  if (isIterable(lengthOrValues) && typeof lengthOrValues !== "string") return [...lengthOrValues];
  throw new TypeError(
    `sharedArray: expected a length, such as 4, or values, such as [1, 2, 3]; got ${describe(lengthOrValues)}.`,
  );
}
