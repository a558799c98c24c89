/**
 * The class in which a function was written, without which its `super` and private names mean nothing. V8 does not tell which it is. So this file
 * looks at classes that have to do with the function, and takes one only where there can be no mistake.
 */
import { analyse, type Analysis } from "../syntax/analyse";
import { closureOf, valueIn, type Closure } from "../v8/inspector";
import { isNative, sourceOf } from "../v8/sourceText";
import { classIn, classesOfThing } from "./prototypes";
import { memberOf, type Member } from "./userClass";

/** The method `fn` of the class of `self`; undefined when `fn` needs no class, or is not a method of it. */
export function classOfMethod(fn: Function, self: unknown): Member | undefined {
  const source = sourceOf(fn);
  if (isNative(fn) || (analyse(source).needsClass === undefined && !source.includes("#"))) return undefined;
  return memberOf(fn, classesOfThing(self));
}

/** The class in whose body a function with private names was written that is no method, as in `handler = () => this.#count`. */
export function classAround(
  fn: Function,
  analysis: Analysis,
  closure: Closure,
  classes: readonly Function[],
): Function | undefined {
  if (analysis.form !== "expression" || analysis.kind === "class" || analysis.needsClass !== "a private name")
    return undefined;
  const source = sourceOf(fn);
  const [owner, ...others] = [...new Set(classes)].filter((each) => sourceOf(each).includes(source));
  // Two classes with the same text in them cannot be told apart.
  if (owner === undefined || others.length > 0) return undefined;
  const around = closureOf(owner);
  if (around.position?.scriptId !== closure.position?.scriptId) return undefined;
  // A variable of a method between the function and the class would be lost.
  for (const name of analysis.freeVariables.keys()) {
    const index = closure.scopes.findIndex((scope) => Object.hasOwn(scope.variables, name));
    if (index >= 0 && closure.scopes.length - index > around.scopes.length) return undefined;
  }
  return owner;
}

/** The classes that the variables around a function hold. */
export function classesAround({ scopes }: Closure): Function[] {
  return scopes.flatMap((scope) => Object.keys(scope.variables).flatMap((name) => classIn(valueIn(scope, name)) ?? []));
}
