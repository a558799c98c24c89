/**
 * The class in which a function was written, without which its `super` and private names mean nothing. V8 does not tell; it is looked
 * for among classes that have to do with the function, and only taken where there can be no mistake.
 */
import { analyse } from "../syntax/analyse";
import type { Analysis } from "../syntax/analyse";
import { closureOf, valueIn } from "../v8/inspector";
import type { Closure } from "../v8/inspector";
import type { Method } from "../syntax/rewriteClass";
import { nameOf } from "../names/lookup";
import { methodIn } from "./methods";
import { classesOf, ownerOfPrototype } from "./privateMembers";
import { sourceOf } from "../v8/sourceText";

/** A method, and the class that made it. */
export interface Member {
  readonly owner: Function;
  readonly method: Method;
}

/** Where the class of `self` has the method `fn`; undefined when `fn` needs no class, or is not there. */
export function classOfMethod(fn: Function, self: unknown): Member | undefined {
  const source = sourceOf(fn);
  if (isNative(source) || (analyse(source).needsClass === undefined && !source.includes("#"))) return undefined;
  return memberOf(fn, classesOfThing(self));
}

/** Which of those classes made the method `fn`. */
export function memberOf(fn: Function, classes: readonly Function[]): Member | undefined {
  for (const owner of classes) {
    const method = methodIn(owner, fn);
    if (method !== undefined) return { owner, method };
  }
  return undefined;
}

/** The class in whose body a function that uses private names was written that is no method, as in `handler = () => this.#count`. */
export function classAround(
  fn: Function,
  analysis: Analysis,
  closure: Closure,
  classes: readonly Function[],
): Function | undefined {
  if (analysis.form !== "expression" || analysis.kind === "class" || analysis.needsClass !== "a private name")
    return undefined;
  const source = sourceOf(fn);
  const candidates = [...new Set(classes)].filter((owner) => sourceOf(owner).includes(source));
  // Two classes with the same text in them cannot be told apart.
  const owner = candidates.at(0);
  if (owner === undefined || candidates.length !== 1) return undefined;
  const around = closureOf(owner);
  if (around.place?.scriptId !== closure.place?.scriptId) return undefined;
  // Variables of a method between it and the class would be lost.
  for (const name of analysis.freeVariables.keys()) {
    const index = closure.scopes.findIndex((scope) => Object.hasOwn(scope.variables, name));
    if (index >= 0 && closure.scopes.length - index > around.scopes.length) return undefined;
  }
  return owner;
}

/** The classes that `self` is an instance of, or is itself and extends. */
export function classesOfThing(self: unknown): Function[] {
  if ((typeof self !== "object" && typeof self !== "function") || self === null) return [];
  const chain: Function[] = [];
  for (let current: unknown = self; isOwnClass(current); current = Object.getPrototypeOf(current)) chain.push(current);
  return [...chain, ...classesOf(Object.getPrototypeOf(self) as object | null)];
}

/** The classes that stand in the variables around a function. */
export function classesAround({ scopes }: Closure): Function[] {
  const values = scopes.flatMap((scope) => Object.keys(scope.variables).map((name) => valueIn(scope, name)));
  return values.flatMap((value) => classIn(value) ?? []);
}

/** The class that a value is, or is the prototype of. */
export function classIn(value: unknown): Function | undefined {
  if (isOwnClass(value)) return value;
  const owner = typeof value === "object" && value !== null ? ownerOfPrototype(value) : undefined;
  return isOwnClass(owner) ? owner : undefined;
}

function isOwnClass(value: unknown): value is Function {
  return (
    typeof value === "function" &&
    nameOf(value) === undefined &&
    !isNative(sourceOf(value)) &&
    sourceOf(value).startsWith("class")
  );
}

function isNative(source: string): boolean {
  return source.endsWith("{ [native code] }");
}
