/**
 * The class or object that a method was written in, without which its `super` and private names mean nothing. V8 does not tell;
 * it is found through the `this` of the function, and only where there can be no mistake.
 */
import { analyse } from "./analyse";
import type { Analysis } from "./analyse";
import { closureOf } from "./inspector";
import type { Closure } from "./inspector";
import { classesOf } from "./privates";
import { sourceOf } from "./sources";

/** A method by the object that has it and its key there, a private one by the class and its private name. */
export interface Member {
  readonly owner: object;
  readonly key: string | symbol;
  readonly part: "value" | "get" | "set" | "private";
}

/** Where the class of `self` has the method `fn`; undefined when `fn` needs no class, or is not there. */
export function homeOfMethod(fn: Function, self: unknown): Member | undefined {
  const source = sourceOf(fn);
  if (!isObject(self) || source.endsWith("{ [native code] }") || (analyse(source).needsHome === undefined && !source.includes("#"))) return undefined;
  const start = typeof self === "function" ? self : Object.getPrototypeOf(self) as object | null;
  const classes = new Set(typeof self === "function" ? classChain(self) : classesOf(start).map((owner) => owner.prototype as object));
  for (const owner of classes) {
    for (const key of Reflect.ownKeys(owner)) {
      const descriptor = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
      for (const part of ["value", "get", "set"] as const) if (descriptor[part] === fn) return { owner, key, part };
    }
  }
  // V8 does not list private methods; the text tells as long as it stands in one class only.
  const owners = fn.name.startsWith("#") ? classesOf(start).filter((owner) => sourceOf(owner).includes(source)) : [];
  return owners.length === 1 ? { owner: owners[0], key: fn.name, part: "private" } : undefined;
}

/** The class in whose body an arrow function that uses private names was written, as in `handler = () => this.#count`. */
export function homeOfArrow(fn: Function, analysis: Analysis, closure: Closure, self: unknown): Function | undefined {
  if (analysis.kind !== "arrow" || analysis.needsHome !== "a private name" || !isObject(self)) return undefined;
  const source = sourceOf(fn);
  const candidates = [...new Set([...classesOf(Object.getPrototypeOf(self) as object | null), ...(typeof self === "function" ? classChain(self) : [])])]
    .filter((owner) => sourceOf(owner).includes(source));
  // Two classes with the same text in them cannot be told apart.
  if (candidates.length !== 1) return undefined;
  const around = closureOf(candidates[0]);
  if (around.place?.scriptId !== closure.place?.scriptId) return undefined;
  // Variables of a method between it and the class would be lost.
  for (const name of analysis.free.keys()) {
    const index = closure.scopes.findIndex((scope) => Object.hasOwn(scope.variables, name));
    if (index >= 0 && closure.scopes.length - index > around.scopes.length) return undefined;
  }
  return candidates[0];
}

function classChain(self: Function): Function[] {
  const chain: Function[] = [];
  for (let current: unknown = self; typeof current === "function" && current !== Function.prototype; current = Object.getPrototypeOf(current)) chain.push(current);
  return chain;
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
