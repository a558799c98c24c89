/** What a message says of a class beside its code, and which functions of the message are methods of its classes. */
import { types } from "node:util";
import { ownValue, prototypeOf, throwsTypeError } from "../../base/reflect";
import { idOf, registerId } from "../message/ids";
import type { Node, Ref } from "../message/message";
import { isFunctionPrototype, nameInWorkers } from "../names/lookup";
import { analyse, type Analysis } from "../syntax/analyse";
import { rewriteClass, type Method, type RewrittenClass } from "../syntax/rewriteClass";
import { boundPartsOf, closureOf, privateMembersOf, valueIn, type Closure } from "../v8/inspector";
import { isNative, sourceOf } from "../v8/sourceText";
import type { Encoder } from "./encoder";
import { functionExtrasOf, type ClassParts } from "./functionProperties";
import { classIn, classesOfThing, noteOwner, originalPrototypeOf } from "./prototypes";
import { computedKeysOf, functionNameFor, memberOf, methodsAmong, methodsOf, type Member } from "./userClass";
import { nameFor, theFunction } from "./valuePath";

export class ClassEncoder {
  private readonly classes: Function[] = [];
  /** Methods that were encoded as functions of their own, because their class was not in the message yet. */
  private readonly standaloneMethods: Function[] = [];

  constructor(private readonly to: Encoder) {}

  /** The node of a method of a class that is in the message. */
  memberOfClasses(fn: Function): Node | undefined {
    const member = memberOf(fn, this.classes);
    return member && this.member(fn, member, undefined);
  }

  /** The node of a method; a private one is read from `self`. */
  member(fn: Function, { owner, method }: Member, self: unknown): Node {
    const { isPrivate, part, length } = method;
    const key = typeof method.key === "number" ? this.computedKeys(owner)[method.key] : method.key;
    this.claimPrototype(fn);
    return {
      is: "member",
      id: this.nameMethod(fn, owner, method),
      of: this.to.at("its class", owner),
      ...(isPrivate && { privateName: key as string }),
      self: this.to.at("its object", isPrivate ? self : undefined),
      ...functionExtrasOf(this.to, fn, { name: functionNameFor(key, part), length }),
    };
  }

  /** The id of a method says which method of its class it is, so the receiver knows the method as soon as it has the class. */
  private nameMethod(fn: Function, owner: Function, { name }: Method): string {
    const id = idOf(owner) + name;
    if (idOf(fn) !== id) registerId(id, fn);
    this.to.ids.add(id);
    return id;
  }

  noteStandaloneMethod(fn: Function): void {
    this.standaloneMethods.push(fn);
  }

  /** Where the prototype of `fn` was encoded before, its node is replaced: its `constructor` may not lead to `fn` any more. */
  claimPrototype(fn: Function): void {
    const prototype = originalPrototypeOf(fn);
    if (prototype === undefined) return;
    noteOwner(prototype, fn);
    const number = this.to.nodeNumberOf(prototype);
    if (number !== undefined) this.to.nodes[number] = { is: "prototype", of: this.to.at("its class", fn) };
  }

  partsOf(fn: Function, analysis: Analysis): ClassParts {
    const text = rewriteClass(analysis);
    for (const [each, method] of methodsOf(fn)) this.nameMethod(each, fn, method);
    for (const [each, method] of methodsAmong(fn, this.standaloneMethods)) {
      const number = this.to.nodeNumberOf(each);
      if (number !== undefined) this.to.nodes[number] = this.member(each, { owner: fn, method }, undefined);
    }
    this.classes.push(fn);
    return { text, keys: this.computedKeys(fn), base: text.isDerived ? this.baseOf(fn) : undefined };
  }

  staticPrivates(
    fn: Function,
    label: string,
    { staticPrivateFields }: RewrittenClass,
  ): { staticPrivates?: [string, Ref][] } {
    if (staticPrivateFields.length === 0) return {};
    const members = privateMembersOf(fn).filter(({ name }) => staticPrivateFields.includes(name));
    return {
      staticPrivates: members.map(({ name, value }) => [
        name,
        this.to.at(`private field \`${name}\` of ${label}`, value),
      ]),
    };
  }

  /** What a class can be made to extend: its parent, or null where that is no class any more. */
  private baseOf(fn: Function): Function | null {
    const base: unknown = prototypeOf(fn);
    if (typeof base !== "function" || (isFunctionPrototype(base) && prototypeOf(fn.prototype as object) === null))
      return null;
    if (nameInWorkers(base) === undefined && !types.isProxy(base) && boundPartsOf(base) !== undefined) {
      this.to.refuse(`${theFunction(fn)} is a class that extends a bound function. Extend the class itself.`);
    }
    return isConstructor(base) && typeof ownValue(base, "prototype") === "object" ? base : null;
  }

  private computedKeys(fn: Function): readonly PropertyKey[] {
    return (
      computedKeysOf(fn) ??
      this.to.refuse(
        `the class ${nameFor(fn)} has a field whose key stands in brackets, and what it was when the class was made cannot be had. Give the field a plain name.`,
      )
    );
  }
}

/** Can it be extended? The Proxy keeps its code from running. */
function isConstructor(fn: Function): boolean {
  return !throwsTypeError(
    () => Reflect.construct(new Proxy(fn as () => void, { construct: () => ({}) }), []) as object,
  );
}

/*
 * The class in which a function was written: without it, `super` and private names mean nothing. V8 does not tell which it is. So these look at
 * classes that have to do with the function, and take one only where there can be no mistake.
 */

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
