/** The keys of a class that stand in brackets in its source: they were worked out once, when the class was made. */
import type { RewrittenClass, Method } from "../syntax/rewriteClass";
import { declarationOf } from "../v8/declarations";
import { UNINITIALIZED, closureOf, valueIn } from "../v8/inspector";
import { functionsOn, methodsAmong, nameBy } from "./methods";
import { receivedKeysOf } from "../v8/sourceText";

/** Each key in its order; undefined where that of a field cannot be had. */
export function keysInBrackets(fn: Function, facts: RewrittenClass): readonly PropertyKey[] | undefined {
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
  if (variable === undefined) return undefined;
  const { place, scopes } = closureOf(fn);
  const scope = scopes.find(({ variables }) => Object.hasOwn(variables, variable));
  const value = scope && valueIn(scope, variable);
  if (scope === undefined || value === UNINITIALIZED || !place || declarationOf(place, variable)?.isConstant !== true)
    return undefined;
  return typeof value === "symbol" || typeof value === "string" ? value : String(value);
}
