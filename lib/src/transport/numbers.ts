/** Long lists of nothing but numbers: they travel as they lie in memory, which is exact (-0 and NaN too) and many times faster than one by one. */

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
