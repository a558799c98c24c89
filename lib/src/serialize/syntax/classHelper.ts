/** What a rewritten class and the code that makes it again know of each other; see `classes` and `decodeFunction`. */

/** The name under which the rewritten class finds its helper: see `ClassHelper`. */
export const HELPER = "__parallelTypescript";

/** What a rewritten class talks to while it is made and while its instances are made again. */
export interface ClassHelper {
  /** An instance is being made again: constructors and initializers do nothing. */
  reviving: boolean;
  /** The base class of the class that is being made. */
  base: unknown;
  /** The keys of methods that stand in brackets. */
  keys: readonly unknown[];
  /** Called by a class with access to its private fields, and to its body as a place to evaluate code in. */
  registerClass(
    owner: Function,
    fields: Record<string, (object: object, value: unknown) => void>,
    evaluate: (code: string) => unknown,
    isDerived: boolean,
  ): void;
}
