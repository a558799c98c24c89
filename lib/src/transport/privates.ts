/** The private members of an instance: which class each belongs to, so that they can be set in its copy. */
import { isDeepStrictEqual, types } from "node:util";
import type { Encoder } from "./encode";
import { rewrittenClassOf } from "./encodeFunction";
import { privateMembersOf } from "./inspector";
import { nameOf } from "./names";
import { sourceOf } from "./sources";
import type { Extras, Slot } from "./wire";

export function privatesOf(to: Encoder, value: object, proto: object): Extras["privates"] {
  const owners = classesOf(proto).map((owner) => ({ owner, facts: rewrittenClassOf(owner) }));
  if (owners.every(({ facts }) => facts !== undefined && facts.privateFields.length === 0 && !facts.privateMethods && facts.arrows.length === 0)) return undefined;
  const members = privateMembersOf(value);
  const homeward = to.options.homeward === true;
  const arrows = owners.some(({ owner, facts }) => homeward && facts?.arrows.some((key) => isArrowOf(owner, value, key)) === true);
  if (members.length === 0 && !arrows) return undefined;
  const fields = owners.map(({ owner, facts }) => ({
    owner, names: facts?.privateFields ?? [], methods: facts?.privateMethods ?? false, arrows: homeward && (facts?.arrows.length ?? 0) > 0,
  }));
  const expected = fields.flatMap(({ names }) => names);
  const found = members.filter(({ name }) => expected.includes(name));
  const hasMethods = fields.some(({ methods }) => methods);
  const unexplained = members.some(({ name, value: member, isAccessor }) => !expected.includes(name) && !(hasMethods && (isAccessor || typeof member === "function")));
  if (unexplained || !isDeepStrictEqual(found.map(({ name }) => name), expected)) {
    const names = members.map(({ name }) => name).join(", ");
    to.refuse(`it has private members of a class that cannot be made again over there (${names}). Send its data as a plain object, and make the instance in the worker.`);
  }
  return fields.filter(({ names, methods, arrows }) => names.length > 0 || methods || arrows).map(({ owner, names }) => ({
    owner: to.at("its class", owner),
    fields: names.map((name): [string, Slot] => [name, to.at(`private field \`${name}\``, found.shift()?.value)]),
  }));
}

/**
 * Is `key` of `value` an arrow function that a class of it made as a field? On the way home such a function is not sent: its class
 * makes it again there, for the new instance.
 */
export function isFieldArrow(value: object, key: string | symbol): boolean {
  return classesOf(Object.getPrototypeOf(value) as object | null).some((owner) =>
    rewrittenClassOf(owner)?.arrows.includes(key as string) === true && isArrowOf(owner, value, key as string));
}

function isArrowOf(owner: Function, value: object, key: string): boolean {
  const field: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return typeof field === "function" && sourceOf(owner).includes(sourceOf(field));
}

/** The function whose `prototype` an object is. */
export function ownerOfPrototype(value: object): Function | undefined {
  if (types.isProxy(value)) return undefined;
  const constructor: unknown = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
  return typeof constructor === "function" && constructor.prototype === value ? constructor : undefined;
}

/** The constructors along a prototype chain, base class first, those of the language aside. */
export function classesOf(proto: object | null): Function[] {
  const classes: Function[] = [];
  for (let object = proto; object !== null; object = Object.getPrototypeOf(object) as object | null) {
    const owner = ownerOfPrototype(object);
    if (owner !== undefined && nameOf(owner)?.from !== "global" && !isNative(owner)) classes.unshift(owner);
  }
  return classes;
}

function isNative(fn: Function): boolean {
  return Function.prototype.toString.call(fn).endsWith("{ [native code] }");
}
