/** Which function or class a prototype came with. Its `constructor` property may have changed since. */
import { types } from "node:util";
import { isObject, ownValue, prototypeChain, prototypeOf } from "../../base/reflect";
import { hiddenBuiltins } from "../names/globals";
import { nameInWorkers } from "../names/lookup";
import { isNative } from "../v8/sourceText";
import { isUserClass } from "./userClass";

const owners = new WeakMap<object, Function>();

/** Notes that `prototype` came with `fn`. */
export function noteOwner(prototype: object, fn: Function): void {
  owners.set(prototype, fn);
}

/** The function whose `prototype` an object is. */
export function ownerOfPrototype(value: object): Function | undefined {
  if (types.isProxy(value)) return undefined;
  return [owners.get(value), ownValue(value, "constructor")].find(
    (owner): owner is Function => typeof owner === "function" && owner.prototype === value,
  );
}

/** The prototype that comes with a function, even if it was changed; undefined for an object that the program put there. */
export function originalPrototypeOf(fn: Function): object | undefined {
  const prototype = ownValue(fn, "prototype");
  if (typeof prototype !== "object" || prototype === null || types.isProxy(prototype)) return undefined;
  const owner = ownerOfPrototype(prototype);
  return owner === fn || (owner === undefined && comesWith(fn, prototype)) ? prototype : undefined;
}

/** Classes and generator functions are recognized without a `constructor`; other functions are not. */
function comesWith(fn: Function, prototype: object): boolean {
  return (
    Object.getOwnPropertyDescriptor(fn, "prototype")?.writable === false ||
    (types.isGeneratorFunction(fn) && isOfGenerators(prototypeOf(prototype)))
  );
}

/** Is it the object from which the prototypes of all generator functions inherit? */
export function isOfGenerators(value: object | null): boolean {
  const name = value === null ? undefined : nameInWorkers(value);
  return (
    value === hiddenBuiltins.generatorPrototype ||
    value === hiddenBuiltins.asyncGeneratorPrototype ||
    (name?.from === "hidden" && String(name.path[0]).endsWith("Prototype"))
  );
}

/** Does an object inherit from what looks like the prototype of a class, but no class is known that it came with? */
export function hasLostClass(value: object): boolean {
  return prototypeChain(prototypeOf(value)).some(
    (proto) =>
      typeof proto === "object" &&
      nameInWorkers(proto) === undefined &&
      ownerOfPrototype(proto) === undefined &&
      // The properties of an object literal are enumerable, the methods of a class are not.
      Reflect.ownKeys(proto).length > Object.keys(proto).length,
  );
}

/** The constructors along a prototype chain, base class first, without those of the language. */
export function classesOf(proto: object | null): Function[] {
  return prototypeChain(proto)
    .flatMap((object) => ownerOfPrototype(object) ?? [])
    .filter((owner) => nameInWorkers(owner)?.from !== "global" && !isNative(owner))
    .reverse();
}

/** The class that a value is, or is the prototype of. */
export function classIn(value: unknown): Function | undefined {
  if (isUserClass(value)) return value;
  const owner = typeof value === "object" && value !== null ? ownerOfPrototype(value) : undefined;
  return isUserClass(owner) ? owner : undefined;
}

/** The classes that `self` is an instance of, or is itself and extends. */
export function classesOfThing(self: unknown): Function[] {
  if (!isObject(self)) return [];
  const chain: Function[] = [];
  for (let current: unknown = self; isUserClass(current); current = prototypeOf(current)) chain.push(current);
  return [...chain, ...classesOf(prototypeOf(self))];
}
