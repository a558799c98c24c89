/** What the code of functions and classes that were made here talks to, under the name `HELPER`. */
import type { ClassHelper } from "../message/message";
import { importFrom, metaOf } from "../names/esmImports";

/** How each class that was made here lets its private fields be set, and code be evaluated in its body. */
interface Inside {
  readonly fields: Record<string, (object: object, value: unknown) => void>;
  readonly evaluate: (code: string) => unknown;
  /** Does its text say that it extends something? */
  readonly isDerived: boolean;
}
export const insides = new WeakMap<Function, Inside>();

export const helper: ClassHelper & {
  load(specifier: unknown, parent: string, options: unknown): unknown;
  meta(url: string): unknown;
} = {
  reviving: false,
  base: undefined,
  keys: [],
  registerClass: (owner, fields, evaluate, isDerived) => void insides.set(owner, { fields, evaluate, isDerived }),
  load: async (specifier, parent, options) => importFrom(String(specifier), parent, options),
  meta: metaOf,
};

/** Evaluates code in the body of a class that was made here. */
export function evaluateInside(owner: Function, code: string): unknown {
  return (insides.get(owner) as Inside).evaluate(code);
}
