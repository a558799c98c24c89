/** What the code of functions and classes that were made here talks to, under the name `HELPER`. */
import type { ClassHelper } from "./classHelper";
import { importFrom, metaOf } from "./imports";

/** How each class that was made here lets its private fields be set, and code be evaluated in its body. */
export const insides = new WeakMap<Function, { fields: Record<string, (object: object, value: unknown) => void>; evaluate: (code: string) => unknown }>();

export const helper: ClassHelper & { load(specifier: unknown, parent: string, options: unknown): unknown; meta(url: string): unknown } = {
  reviving: false,
  base: undefined,
  keys: [],
  own: (owner, fields, evaluate) => void insides.set(owner, { fields, evaluate }),
  load: async (specifier, parent, options) => importFrom(String(specifier), parent, options),
  meta: metaOf,
};

/** Evaluates code in the body of a class that was made here. */
export function evaluateInside(owner: Function, code: string): unknown {
  return (insides.get(owner) as { evaluate: (code: string) => unknown }).evaluate(code);
}
