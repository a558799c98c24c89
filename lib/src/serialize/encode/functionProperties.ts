/** What a function and its prototype have that their source does not make: all their properties, in their order, where any is another. */
import { types } from "node:util";
import type { RewrittenClass } from "../syntax/rewriteClass";
import { hiddenBuiltins } from "../names/globals";
import type { Encoder } from "./encoder";
import { extrasOf, propertyOf } from "./properties";
import { functionsOn, methodsAmong, nameBy } from "./methods";
import { nameOf } from "../names/lookup";
import { ownerOfPrototype } from "./privateMembers";
import { isLegacyProperty } from "../message/message";
import type { Extras, FunctionExtras } from "../message/message";

/** What evaluating a function's source gives; of a name and length that are told beside it nothing. */
export interface Evaluated {
  readonly name?: string;
  readonly length?: number;
  readonly classParts?: ClassParts | undefined;
}
export interface ClassParts {
  readonly facts: RewrittenClass;
  /** The keys that stand in brackets. */
  readonly keys: readonly PropertyKey[];
  /** What it is made to extend; undefined for nothing. */
  readonly base: Function | null | undefined;
}
type IsMade = (key: string | symbol, descriptor: PropertyDescriptor) => boolean;

export function functionExtrasOf(to: Encoder, fn: Function, evaluated: Evaluated): FunctionExtras {
  const { classParts } = evaluated;
  const prototype = originalPrototypeOf(fn);
  const isMethod = classParts === undefined ? undefined : methodsOf(to, fn, classParts);
  const usualKeys =
    classParts === undefined ? ["length", "name", ...(Object.hasOwn(fn, "prototype") ? ["prototype"] : [])] : undefined;
  const parts: FunctionExtras = stateOf(to, fn, parentOf(fn, classParts), usualKeys, (key, descriptor) => {
    if (key === "prototype") return prototype !== undefined && isPlain(descriptor, classParts === undefined, false);
    if ((key === "name" || key === "length") && typeof descriptor.value !== "function")
      return isTold(key, descriptor, evaluated);
    return isMethod?.(true, key, descriptor) === true;
  });
  if (prototype === undefined) return parts;
  const parent = prototypesParent(prototype, classParts);
  const prototypeParts = stateOf(
    to,
    prototype,
    parent,
    classParts !== undefined ? undefined : types.isGeneratorFunction(fn) ? [] : ["constructor"],
    (key, descriptor) =>
      key === "constructor"
        ? descriptor.value === fn && isPlain(descriptor, true, true)
        : isMethod?.(false, key, descriptor) === true,
  );
  return Object.keys(prototypeParts).length > 0 ? { ...parts, prototypeParts } : parts;
}

/** The prototype that comes with a function, however it was changed; undefined for an object that the program put there. */
export function originalPrototypeOf(fn: Function): object | undefined {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
  if (typeof prototype !== "object" || prototype === null || types.isProxy(prototype)) return undefined;
  const owner = ownerOfPrototype(prototype);
  return owner === fn || (owner === undefined && comesWithPrototype(fn, prototype)) ? prototype : undefined;
}

/** Of others only their constructor tells. */
function comesWithPrototype(fn: Function, prototype: object): boolean {
  return (
    Object.getOwnPropertyDescriptor(fn, "prototype")?.writable === false ||
    (types.isGeneratorFunction(fn) && isOfGenerators(Object.getPrototypeOf(prototype) as object | null))
  );
}

/** Nothing where all is as it was made. */
function stateOf(
  to: Encoder,
  object: object,
  usual: object | null | undefined,
  usualKeys: readonly string[] | undefined,
  isMade: IsMade,
): Extras {
  const keys = Reflect.ownKeys(object).filter((key) => !isLegacyProperty(object, key));
  const made = keys.map((key) => isMade(key, Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor));
  const extras = extrasOf(to, object, usual, () => true);
  if (keys.length !== usualKeys?.length || keys.some((key, index) => key !== usualKeys[index] || !made[index])) {
    extras.allProps = keys.map((key, index) => (made[index] ? [to.at("key", key)] : propertyOf(to, object, key)));
  }
  return extras;
}

/** Tells which properties of a class and of its prototype are methods as its body makes them. */
function methodsOf(
  to: Encoder,
  fn: Function,
  { keys }: ClassParts,
): (isStatic: boolean, key: string | symbol, descriptor: PropertyDescriptor) => boolean {
  const methods = methodsAmong(fn, functionsOn(fn));
  return (isStatic, key, descriptor) => {
    const method = methods.get(descriptor.value as Function);
    if (
      method === undefined ||
      method.isStatic !== isStatic ||
      method.part !== "value" ||
      !isPlain(descriptor, true, true)
    )
      return false;
    const madeKey = typeof method.key === "number" ? keys[method.key] : method.key;
    return (
      key === madeKey &&
      Object.keys(
        functionExtrasOf(to, descriptor.value as Function, { name: nameBy(madeKey, "value"), length: method.length }),
      ).length === 0
    );
  };
}

function isPlain(
  { writable, enumerable, configurable }: PropertyDescriptor,
  isWritable: boolean,
  isConfigurable: boolean,
): boolean {
  return writable === isWritable && enumerable === false && configurable === isConfigurable;
}

function isTold(key: "name" | "length", descriptor: PropertyDescriptor, evaluated: Evaluated): boolean {
  const expected = evaluated[key];
  return (
    isPlain(descriptor, false, true) &&
    (expected === undefined
      ? typeof descriptor.value === (key === "name" ? "string" : "number")
      : descriptor.value === expected)
  );
}

/** The prototype that a function of its kind has when it is made. */
function parentOf(fn: Function, classParts: ClassParts | undefined): object | undefined {
  if (classParts !== undefined) return classParts.base ?? Function.prototype;
  if (types.isGeneratorFunction(fn))
    return types.isAsyncFunction(fn) ? hiddenBuiltins.asyncGenerator : hiddenBuiltins.generator;
  return types.isAsyncFunction(fn) ? hiddenBuiltins.async : Function.prototype;
}

/** The same of the prototype that comes with it; undefined where that has to be sent. */
function prototypesParent(prototype: object, classParts: ClassParts | undefined): object | null | undefined {
  const base = classParts?.base;
  if (base === null) return null;
  if (base !== undefined) return originalPrototypeOf(base);
  const parent = Object.getPrototypeOf(prototype) as object | null;
  return classParts === undefined && isOfGenerators(parent) ? parent : Object.prototype;
}

/** Is it what all generators' prototypes have as prototype? */
function isOfGenerators(value: object | null): boolean {
  const name = value === null ? undefined : nameOf(value);
  return (
    value === hiddenBuiltins.generatorPrototype ||
    value === hiddenBuiltins.asyncGeneratorPrototype ||
    (name?.from === "hidden" && String(name.path.at(0)).endsWith("Prototype"))
  );
}
