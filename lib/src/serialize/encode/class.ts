/** What is said of a class in a message beside its code, and which functions of the message are its methods. */
import { types } from "node:util";
import { analyse } from "../syntax/analyse";
import type { Analysis } from "../syntax/analyse";
import { rewriteClass } from "../syntax/rewriteClass";
import type { RewrittenClass, Method } from "../syntax/rewriteClass";
import { isFunctionPrototype } from "../names/globals";
import type { Encoder } from "./encoder";
import type { Member } from "./enclosingClass";
import { idOf, registerId } from "../message/ids";
import { declarationOf } from "../v8/declarations";
import { UNINITIALIZED, boundPartsOf, closureOf, privateMembersOf, valueIn } from "../v8/inspector";
import { functionsIn, functionsOn, methodsAmong, nameBy } from "./methods";
import { nameOf } from "../names/lookup";
import { functionExtrasOf, originalPrototypeOf } from "./functionProperties";
import type { ClassParts } from "./functionProperties";
import { nameFor, theFunction } from "./valuePath";
import { noteOwner } from "./privateMembers";
import { receivedKeysOf, sourceOf } from "../v8/sourceText";
import type { Node, Ref } from "../message/message";

export class ClassEncoder {
  /** The classes that were met, and methods that are of none of them. */
  readonly met: Function[] = [];
  readonly loose: Function[] = [];

  constructor(private readonly to: Encoder) {}

  /** The node of a method; a private one is read from `self`. */
  member(fn: Function, { owner, method }: Member, self: unknown): Node {
    const { isPrivate, part, length } = method;
    const key = typeof method.key === "number" ? this.keysOf(owner)[method.key] : method.key;
    this.claimPrototype(fn);
    return {
      is: "member",
      id: this.nameMethod(fn, owner, method),
      of: this.to.at("its class", owner),
      ...(isPrivate && { privateName: key as string }),
      self: this.to.at("its object", isPrivate ? self : undefined),
      ...functionExtrasOf(this.to, fn, { name: nameBy(key, part), length }),
    };
  }

  /** Its id says which method of its class it is, so that it is known wherever the class is. */
  private nameMethod(fn: Function, owner: Function, { name }: Method): string {
    const id = idOf(owner) + name;
    if (idOf(fn) !== id) registerId(id, fn);
    this.to.ids.add(id);
    return id;
  }

  /** Where the prototype that came with `fn` was met, it stands for that: its `constructor` may not lead here any more. */
  claimPrototype(fn: Function): void {
    const prototype = originalPrototypeOf(fn);
    if (prototype === undefined) return;
    noteOwner(prototype, fn);
    const place = this.to.placeOf(prototype);
    if (place !== undefined) this.to.nodes[place] = { is: "prototype", of: this.to.at("its class", fn) };
  }

  partsOf(fn: Function, analysis: Analysis): ClassParts {
    const facts = rewriteClass(analysis);
    for (const [method, its] of methodsAmong(fn, [...functionsOn(fn), ...this.loose])) {
      this.nameMethod(method, fn, its);
      // It may have been met alone before.
      const place = this.to.placeOf(method);
      if (place !== undefined && this.loose.includes(method))
        this.to.nodes[place] = this.member(method, { owner: fn, method: its }, undefined);
    }
    this.met.push(fn);
    return { facts, keys: this.keysOf(fn), base: facts.isDerived ? this.baseOf(fn) : undefined };
  }

  staticPrivates(
    fn: Function,
    label: string,
    { staticPrivateFields }: RewrittenClass,
  ): { staticPrivates: [string, Ref][] } | undefined {
    return staticPrivateFields.length === 0
      ? undefined
      : {
          staticPrivates: privateMembersOf(fn)
            .filter(({ name }) => staticPrivateFields.includes(name))
            .map(({ name, value }) => [name, this.to.at(`private field \`${name}\` of ${label}`, value)]),
        };
  }

  /** What a class can be made to extend: its parent, or null where that is no class any more. */
  private baseOf(fn: Function): Function | null {
    const base = Object.getPrototypeOf(fn) as unknown;
    if (typeof base !== "function" || (isFunctionPrototype(base) && Object.getPrototypeOf(fn.prototype) === null))
      return null;
    if (nameOf(base) === undefined && !types.isProxy(base) && boundPartsOf(base) !== undefined) {
      this.to.refuse(`${theFunction(fn)} is a class that extends a bound function. Extend the class itself.`);
    }
    const prototype: unknown = Object.getOwnPropertyDescriptor(base, "prototype")?.value;
    return isConstructor(base) && typeof prototype === "object" ? base : null;
  }

  /** The keys that stand in brackets. */
  private keysOf(fn: Function): readonly PropertyKey[] {
    return (
      keysInBrackets(fn, rewriteClass(analyse(sourceOf(fn)))) ??
      this.to.refuse(
        `the class ${nameFor(fn)} has a field whose key stands in brackets, and what it was when the class was made cannot be had. Give the field a plain name.`,
      )
    );
  }
}

/** Can it be extended? */
function isConstructor(fn: Function): boolean {
  try {
    Reflect.construct(new Proxy(fn as () => void, { construct: () => ({}) }), []);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** The keys that were worked out once, when the class was made, each in its order; undefined where that of a field cannot be had. */
function keysInBrackets(fn: Function, facts: RewrittenClass): readonly PropertyKey[] | undefined {
  const received = receivedKeysOf(fn);
  if (received !== undefined || facts.computedMembers.length === 0) return received ?? [];
  const methods = methodKeys(fn, facts);
  const keys = facts.computedMembers.map((member) =>
    // A method that is not there any more may have had any key.
    member.is === "method" ? (methods.get(member.method) ?? Symbol("removed")) : constantOf(fn, member.variable),
  );
  return keys.includes(undefined) ? undefined : (keys as PropertyKey[]);
}

/** The methods that are still where they were made, as their name tells. */
function methodKeys(fn: Function, { methods: all }: RewrittenClass): Map<Method, PropertyKey> {
  const keys = new Map<Method, PropertyKey>();
  const methods = methodsAmong(fn, functionsOn(fn));
  for (const isStatic of [false, true]) {
    const object = (isStatic ? fn : fn.prototype) as object;
    for (const key of Reflect.ownKeys(object)) {
      // Under a key of another it would be lost among them.
      if (all.some((other) => other.key === key && other.isStatic === isStatic)) continue;
      for (const fn of functionsIn(object, key)) {
        const method = methods.get(fn);
        const name: unknown = Object.getOwnPropertyDescriptor(fn, "name")?.value;
        if (method?.isStatic === isStatic && nameBy(key, method.part) === name) keys.set(method, key);
      }
    }
  }
  return keys;
}

/** The value of a variable around `fn`, if it is a constant: any other may have had another value when the class was made. */
function constantOf(fn: Function, variable: string | undefined): PropertyKey | undefined {
  if (variable === undefined) return undefined;
  const { place, scopes } = closureOf(fn);
  const scope = scopes.find(({ variables }) => Object.hasOwn(variables, variable));
  const value = scope && valueIn(scope, variable);
  if (scope === undefined || value === UNINITIALIZED || !place || declarationOf(place, variable)?.isConstant !== true)
    return undefined;
  return typeof value === "symbol" || typeof value === "string" ? value : String(value);
}
