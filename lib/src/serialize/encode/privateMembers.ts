/** The private members of an instance: which class each belongs to, so that they can be set in its copy. */
import { types } from "node:util";
import type { RewrittenClass } from "../syntax/rewriteClass";
import { evaluateOnceAtEntry } from "../v8/entryBreakpoint";
import { entriesOf } from "./methods";
import type { Encoder } from "./encoder";
import { privateMembersOf } from "../v8/inspector";
import { classFactsOf } from "./methods";
import { nameOf } from "../names/lookup";
import { nameFor } from "./valuePath";
import { sourceOf } from "../v8/sourceText";
import type { Extras, Ref } from "../message/message";

/** How a class that was made here from a message lets its private fields be set, and code be evaluated in its body. */
interface ReceivedClass {
  readonly fields: Partial<Record<string, (object: object, value: unknown) => void>>;
  readonly evaluate: (code: string) => unknown;
  /** Does its text say that it extends something? */
  readonly isDerived: boolean;
}
export const receivedClasses = new WeakMap<Function, ReceivedClass>();

/** Evaluates code in the body of a class that was made here. */
export function evaluateInside(owner: Function, code: string): unknown {
  return (receivedClasses.get(owner) as ReceivedClass).evaluate(code);
}

export function privatesOf(to: Encoder, value: object, proto: object): Extras["privates"] {
  if (hasLostClass(value) && privateMembersOf(value).length > 0) {
    to.refuse(
      "it has private members, and the class that they belong to cannot be found: its `constructor` does not lead there any more. Send the class too, or the object's data.",
    );
  }
  const { members, owners } = ownersOf(value, proto);
  if (members.length === 0 && owners.length === 0) return undefined;
  const names = members.map(({ name }) => name).join(", ");
  if (to.options.returning === true) {
    const owner = owners.map(({ owner: each }) => nameFor(each)).at(0);
    to.refuse(
      `it is an instance of ${owner ?? "a class"} with private members${names && ` (${names})`}, which only its class can give it. ` +
        "Return its data instead, as a plain object, and make the instance here.",
    );
  }
  const expected = owners.flatMap(({ facts }) => facts.privateFields);
  const found = members.filter(({ name }) => expected.includes(name));
  const hasMethods = owners.some(({ facts }) => facts.privateMethod !== undefined);
  const unexplained = members.some(
    ({ name, value: member, isAccessor }) =>
      !expected.includes(name) && !(hasMethods && (isAccessor || typeof member === "function")),
  );
  if (unexplained || found.map(({ name }) => name).join() !== expected.join()) {
    to.refuse(
      `it has private members of a class that cannot be made again over there (${names}). Send its data as a plain object, and make the instance in the worker.`,
    );
  }
  return owners.map(({ owner, facts }) => ({
    owner: to.at("its class", owner),
    fields: facts.privateFields.map((name): [string, Ref] => [
      name,
      to.at(`private field \`${name}\``, found.shift()?.value),
    ]),
  }));
}

/** Has an object private members of any class? */
export function hasPrivates(value: object): boolean {
  const { members, owners } = ownersOf(value, Object.getPrototypeOf(value) as object | null);
  return members.length > 0 || owners.length > 0;
}

/** The private fields and accessors of an object, and those of its classes that gave it any, or private methods. */
function ownersOf(
  value: object,
  proto: object | null,
): { members: ReturnType<typeof privateMembersOf>; owners: { owner: Function; facts: RewrittenClass }[] } {
  const classes = classesOf(proto).map((owner) => ({ owner, facts: classFactsOf(owner) }));
  // Most classes have none. Then V8 need not be asked.
  if (classes.every(({ facts }) => facts?.privateFields.length === 0 && facts.privateMethod === undefined))
    return { members: [], owners: [] };
  const members = privateMembersOf(value);
  const owners = classes.flatMap(({ owner, facts }) =>
    facts !== undefined && isMadeBy(owner, facts, value, members) ? [{ owner, facts }] : [],
  );
  return { members, owners };
}

/** Did the constructor of that class give `value` anything that has to be given again? */
function isMadeBy(
  owner: Function,
  facts: RewrittenClass,
  value: object,
  members: readonly { name: string }[],
): boolean {
  if (facts.privateFields.length > 0) return members.some(({ name }) => name === facts.privateFields[0]);
  // V8 lists fields and accessors, but no methods.
  return facts.privateMethod !== undefined && (hasPrivate(owner, facts.privateMethod, value) ?? true);
}

const tests = new WeakMap<Function, (object: object) => boolean>();

/** Has an object that private name of the class? Undefined where nobody can be asked. */
function hasPrivate(owner: Function, name: string, object: object): boolean | undefined {
  const test = tests.get(owner) ?? testOf(owner, `(object) => ${name} in object`);
  if (test !== undefined) tests.set(owner, test);
  return test?.(object);
}

function testOf(owner: Function, expression: string): ((object: object) => boolean) | undefined {
  if (receivedClasses.has(owner)) return evaluateInside(owner, expression) as (object: object) => boolean;
  for (const [fn, entryCall] of entriesOf(owner)) {
    const found = evaluateOnceAtEntry(fn, expression, entryCall);
    if (found !== undefined) return found.value as (object: object) => boolean;
  }
  return undefined;
}

/** Is `key` of `value` an arrow function that a class of it made as a field? It is nothing without that instance, its `this`. */
export function isFieldArrow(value: object, key: string | symbol): boolean {
  const field: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
  return (
    typeof field === "function" &&
    classesOf(Object.getPrototypeOf(value) as object | null).some(
      (owner) => classFactsOf(owner)?.arrowFields.get(key as string) === sourceOf(field),
    )
  );
}

/** Whose `prototype` an object is, where its `constructor` may tell something else by now. */
const owners = new WeakMap<object, Function>();

/** Notes that `prototype` came with `fn`. */
export function noteOwner(prototype: object, fn: Function): void {
  owners.set(prototype, fn);
}

/** The function whose `prototype` an object is. */
export function ownerOfPrototype(value: object): Function | undefined {
  if (types.isProxy(value)) return undefined;
  const constructor: unknown = Object.getOwnPropertyDescriptor(value, "constructor")?.value;
  return [owners.get(value), constructor].find(
    (owner): owner is Function => typeof owner === "function" && owner.prototype === value,
  );
}

/** Has an object a prototype that looks like one of a class, and that no class is known of? */
export function hasLostClass(value: object): boolean {
  for (
    let object = Object.getPrototypeOf(value) as object | null;
    object !== null;
    object = Object.getPrototypeOf(object) as object | null
  ) {
    // What is written in an object can be enumerated.
    if (
      typeof object === "object" &&
      nameOf(object) === undefined &&
      ownerOfPrototype(object) === undefined &&
      Reflect.ownKeys(object).length > Object.keys(object).length
    )
      return true;
  }
  return false;
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
