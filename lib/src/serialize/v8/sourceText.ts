/** The source of a function as its author wrote it, and the place where it stands. */
import type { FunctionNode } from "../message/message";

/** Functions that were made here from a message, whose text here is not what their author wrote. */
const received = new WeakMap<
  Function,
  { source: string; place: FunctionNode["place"]; keys: readonly PropertyKey[] }
>();

/** @param keys those of a class that stand in brackets */
export function noteSource(
  fn: Function,
  source: string,
  place: FunctionNode["place"],
  keys: readonly PropertyKey[],
): void {
  received.set(fn, { source, place, keys });
}

export function isReceived(fn: Function): boolean {
  return received.has(fn);
}

export function receivedKeysOf(fn: Function): readonly PropertyKey[] | undefined {
  return received.get(fn)?.keys;
}

export function sourceOf(fn: Function): string {
  return received.get(fn)?.source ?? Function.prototype.toString.call(fn);
}

/** Where the author of one that was received wrote it. */
export function receivedPlaceOf(fn: Function): FunctionNode["place"] {
  return received.get(fn)?.place;
}

/** A number that tells the sources of two functions apart. */
export function fingerprint(fn: Function): number {
  let sum = 0;
  for (const character of sourceOf(fn)) sum = (Math.imul(sum, 31) + (character.codePointAt(0) as number)) | 0;
  return sum;
}
