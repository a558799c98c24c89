/** The keys of a class that stand in brackets in its source: they were worked out once, when the class was made. */
import { SerializationError } from "../../base/errors";
import type { RewrittenClass, Method } from "../syntax/rewriteClass";
import { UNINITIALIZED, closureOf, valueIn } from "../v8/inspector";
import { writerOf } from "./sameScope";
import { functionsOn, methodsAmong, nameBy } from "./methods";
import { constructOriginal } from "./reviveAtHome";
import { isIndex } from "./valuePath";
import { receivedKeysOf } from "../v8/sourceText";

/** Each key in its order; undefined where that of a field cannot be had. */
export function keysInBrackets(fn: Function, facts: RewrittenClass): readonly PropertyKey[] | undefined {
  const received = receivedKeysOf(fn);
  if (received !== undefined || facts.computedMembers.length === 0) return received ?? [];
  const methods = methodKeys(fn, facts);
  // A method that is not there any more may have had any key.
  const keys = facts.computedMembers.map((member) =>
    member.is === "method" ? (methods.get(member.method) ?? Symbol("removed")) : constantOf(fn, member.variable),
  );
  const used = new Set(keys.filter((_, index) => facts.computedMembers[index].is === "field"));
  const rest = keys.includes(undefined) ? fieldsOfASample(fn, facts, used) : [];
  const all = keys.map((key) => key ?? rest.shift());
  return all.includes(undefined) || rest.length > 0 ? undefined : (all as PropertyKey[]);
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
      const { value, get, set } = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
      for (const part of [value, get, set]) {
        const method = methods.get(part as Function);
        if (
          method?.isStatic === isStatic &&
          nameBy(key, method.part) === Object.getOwnPropertyDescriptor(part, "name")?.value
        )
          keys.set(method, key);
      }
    }
  }
  return keys;
}

/** The value of a variable around `fn`, if it is a constant: any other may have had another value when the class was made. */
function constantOf(fn: Function, variable: string | undefined): PropertyKey | undefined {
  const scope =
    variable === undefined
      ? undefined
      : closureOf(fn).scopes.find(({ variables }) => Object.hasOwn(variables, variable));
  if (variable === undefined || scope === undefined) return undefined;
  const value = valueIn(scope, variable);
  const write = value === UNINITIALIZED ? undefined : writerOf(fn, variable);
  if (write === undefined) return undefined;
  try {
    write(value);
    return undefined;
  } catch (error) {
    // Something else of that name stands before it.
    if ((error as Error).name === "ReferenceError") return undefined;
    if ((error as Error).name !== "TypeError") throw error;
  }
  return typeof value === "symbol" || typeof value === "string" ? value : String(value);
}

/** The keys of an instance that nothing else explains, where their order tells which is which; none where an instance cannot be had. */
function fieldsOfASample(
  fn: Function,
  { fields }: RewrittenClass,
  used: ReadonlySet<PropertyKey | undefined>,
): PropertyKey[] {
  let sample: object;
  try {
    sample = constructOriginal(fn, {});
  } catch (error) {
    if (error instanceof SerializationError) return [];
    throw error;
  }
  const rest = Reflect.ownKeys(sample).filter((key) => !fields.has(key) && !used.has(key));
  // Indices come first among keys, and symbols last, in whatever order they were made.
  const kinds = new Set(rest.map((key) => (isIndex(key) ? key : typeof key)));
  return kinds.size === 1 ? rest : [];
}
