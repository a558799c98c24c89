import { describe } from "./errors";

const LONGEST_ARRAY = 2 ** 32 - 1;

/**
 * The integers from 0, or from `start`, up to but without `stop`, as Python's `list(range(...))`.
 *
 * @param stop where it ends; not part of the result
 * @throws RangeError when an argument is no integer, `step` is 0, or the array would be too long
 * @example
 * range(4);        // [0, 1, 2, 3]
 * range(2, 5);     // [2, 3, 4]
 * range(5, 0, -2); // [5, 3, 1]
 */
export function range(stop: number): number[];
// eslint-disable-next-line @typescript-eslint/unified-signatures -- the first argument has another meaning when it is alone
export function range(start: number, stop: number, step?: number): number[];
export function range(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  for (const [name, value] of Object.entries({ start, stop, step })) {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError(
        `range: ${name} must be an integer, but is ${describe(value)}. Round it first, for example with Math.floor.`,
      );
    }
  }
  if (step === 0)
    throw new RangeError("range: step must not be 0, for it would never arrive. Use a positive or negative integer.");
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (length > LONGEST_ARRAY) {
    throw new RangeError(
      `range: an array holds at most ${LONGEST_ARRAY} numbers, but this one would hold ${length}. Go through them with a loop.`,
    );
  }
  const numbers = new Array<number>(length);
  for (let index = 0; index < length; index++) numbers[index] = start + index * step;
  return numbers;
}
