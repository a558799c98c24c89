import { counted } from "../base/counted";
import { inspect, isDeepStrictEqual } from "node:util";

/** Deep enough for any result worth reading; a limit, because values may contain themselves. */
const DEEPEST = 12;

/**
 * Where two values that are not deeply equal differ first, in words: "[3]: 27 against 28".
 *
 * @example
 * firstDifference({ dog: 1, cat: [2] }, { dog: 1, cat: [3] }); // ".cat[0]: 2 against 3"
 */
export function firstDifference(left: unknown, right: unknown, path = "", depth = 0): string {
  const here = path === "" ? "" : `${path}: `;
  if (depth < DEEPEST && isList(left) && isList(right)) {
    if (left.length !== right.length) return `${here}${counted(left.length, "item")} against ${right.length}`;
    for (let index = 0; index < left.length; index++) {
      if (!isDeepStrictEqual(left[index], right[index]))
        return firstDifference(left[index], right[index], `${path}[${index}]`, depth + 1);
    }
  }
  if (depth < DEEPEST && isPlain(left) && isPlain(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      const step = /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
      if (!isDeepStrictEqual(left[key], right[key]))
        return firstDifference(left[key], right[key], path + step, depth + 1);
    }
  }
  return `${here}${short(left)} against ${short(right)}`;
}

function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function short(value: unknown): string {
  const text = inspect(value, { depth: 1, breakLength: Infinity, maxArrayLength: 4, maxStringLength: 40 });
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}
