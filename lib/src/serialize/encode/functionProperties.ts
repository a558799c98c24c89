/** What a function and its prototype have that their source does not make. If any property differs, all are sent, in their order. */
import { types } from "node:util";
import { prototypeOf } from "../../base/reflect";
import { isLegacyProperty, type Extras, type FunctionExtras } from "../message/message";
import { hiddenBuiltins } from "../names/globals";
import type { RewrittenClass } from "../syntax/rewriteClass";
import type { Encoder } from "./encoder";
import { extrasOf, propertyOf } from "./properties";
import { isOfGenerators, originalPrototypeOf } from "./prototypes";
import { functionNameFor, methodsOf } from "./userClass";

/** What the receiver gets by evaluating the source. `name` and `length` are missing where the message says them beside. */
export interface Evaluated {
  readonly name?: string;
  readonly length?: number;
  readonly classParts?: ClassParts | undefined;
}
export interface ClassParts {
  readonly text: RewrittenClass;
  /** The keys in brackets. */
  readonly keys: readonly PropertyKey[];
  /** What the receiver makes it extend; undefined for nothing. */
  readonly base: Function | null | undefined;
}
/** Is a property as evaluating the source makes it? */
type IsMade = (key: string | symbol, descriptor: PropertyDescriptor) => boolean;

export function functionExtrasOf(to: Encoder, fn: Function, evaluated: Evaluated): FunctionExtras {
  const { classParts } = evaluated;
  const prototype = originalPrototypeOf(fn);
  const isMethod = classParts === undefined ? () => false : methodCheck(to, fn, classParts);
  const usualKeys =
    classParts === undefined ? ["length", "name", ...(Object.hasOwn(fn, "prototype") ? ["prototype"] : [])] : undefined;
  const extras: FunctionExtras = stateOf(to, fn, usualParent(fn, classParts), usualKeys, (key, descriptor) => {
    if (key === "prototype")
      return prototype !== undefined && hasAttributes(descriptor, classParts === undefined, false);
    if ((key === "name" || key === "length") && typeof descriptor.value !== "function")
      return isExpected(key, descriptor, evaluated);
    return isMethod(true, key, descriptor);
  });
  if (prototype === undefined) return extras;
  const usualPrototypeKeys =
    classParts !== undefined ? undefined : types.isGeneratorFunction(fn) ? [] : ["constructor"];
  const prototypeParts = stateOf(
    to,
    prototype,
    usualParentOfPrototype(prototype, classParts),
    usualPrototypeKeys,
    (key, descriptor) =>
      key === "constructor"
        ? descriptor.value === fn && hasAttributes(descriptor, true, true)
        : isMethod(false, key, descriptor),
  );
  return Object.keys(prototypeParts).length > 0 ? { ...extras, prototypeParts } : extras;
}

/** Empty where nothing differs from what evaluating the source makes. */
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

/** Tells which properties of a class and of its prototype are methods as the class body makes them. */
function methodCheck(
  to: Encoder,
  owner: Function,
  { keys }: ClassParts,
): (isStatic: boolean, ...property: Parameters<IsMade>) => boolean {
  const methods = methodsOf(owner);
  return (isStatic, key, descriptor) => {
    const fn = descriptor.value as Function;
    const method = methods.get(fn);
    if (method?.isStatic !== isStatic || method.part !== "value" || !hasAttributes(descriptor, true, true))
      return false;
    const madeKey = typeof method.key === "number" ? keys[method.key] : method.key;
    const made = { name: functionNameFor(madeKey, "value"), length: method.length };
    return key === madeKey && Object.keys(functionExtrasOf(to, fn, made)).length === 0;
  };
}

function hasAttributes(
  { writable, enumerable, configurable }: PropertyDescriptor,
  isWritable: boolean,
  isConfigurable: boolean,
): boolean {
  return writable === isWritable && enumerable === false && configurable === isConfigurable;
}

function isExpected(key: "name" | "length", descriptor: PropertyDescriptor, evaluated: Evaluated): boolean {
  const value: unknown = descriptor.value;
  const expected = evaluated[key];
  const isSame = expected === undefined ? typeof value === (key === "name" ? "string" : "number") : value === expected;
  return isSame && hasAttributes(descriptor, false, true);
}

/** The prototype that a function of its kind has when it is made. */
function usualParent(fn: Function, classParts: ClassParts | undefined): object | undefined {
  if (classParts !== undefined) return classParts.base ?? Function.prototype;
  if (types.isGeneratorFunction(fn))
    return types.isAsyncFunction(fn) ? hiddenBuiltins.asyncGenerator : hiddenBuiltins.generator;
  return types.isAsyncFunction(fn) ? hiddenBuiltins.async : Function.prototype;
}

/** The same of the prototype that comes with it; undefined where the message has to say it. */
function usualParentOfPrototype(prototype: object, classParts: ClassParts | undefined): object | null | undefined {
  const base = classParts?.base;
  if (base === null) return null;
  if (base !== undefined) return originalPrototypeOf(base);
  const parent = prototypeOf(prototype);
  return classParts === undefined && isOfGenerators(parent) ? parent : Object.prototype;
}
