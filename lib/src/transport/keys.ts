/** The keys of a class that stand in brackets in its source: they were worked out once, when the class was made. */
import { SerializationError } from "../ground/errors";
import type { ClassFacts, InBrackets } from "./classes";
import { NOT_YET, closureOf, valueIn } from "./inspector";
import { writerOf } from "./marks";
import { constructOriginal } from "./originals";
import { isIndex } from "./path";
import { sourceOf } from "./sources";

/** Each key in its order, or the member of the class whose key cannot be had. */
export function keysInBrackets(fn: Function, facts: ClassFacts): { readonly keys: readonly PropertyKey[] } | { readonly unknown: InBrackets } {
  const used = new Set<PropertyKey>();
  const keys = facts.inBrackets.map((member) => {
    const key = member.is === "method" ? methodKey(fn, member, used) : constantOf(fn, member.variable);
    if (key !== undefined) used.add(key);
    return key;
  });
  const rest = facts.inBrackets.some((member, index) => member.is === "field" && keys[index] === undefined) ? fieldsOfASample(fn, facts, used) : [];
  const all = keys.map((key) => key ?? rest.shift());
  const unknown = all.indexOf(undefined);
  return unknown < 0 && rest.length === 0 ? { keys: all as PropertyKey[] } : { unknown: facts.inBrackets[Math.max(unknown, keys.indexOf(undefined))] };
}

function methodKey(fn: Function, { isStatic, text }: Extract<InBrackets, { is: "method" }>, used: ReadonlySet<PropertyKey>): PropertyKey | undefined {
  const owner = (isStatic ? fn : fn.prototype) as object;
  return Reflect.ownKeys(owner).find((candidate) => {
    const { value, get, set } = Object.getOwnPropertyDescriptor(owner, candidate) as PropertyDescriptor;
    return !used.has(candidate) && [value, get, set].some((part: unknown) => typeof part === "function" && sourceOf(part) === text);
  });
}

/** The value of a variable around `fn`, if it is a constant: any other may have had another value when the class was made. */
function constantOf(fn: Function, variable: string | undefined): PropertyKey | undefined {
  const scope = variable === undefined ? undefined : closureOf(fn).scopes.find(({ variables }) => Object.hasOwn(variables, variable));
  if (variable === undefined || scope === undefined) return undefined;
  const value = valueIn(scope, variable);
  const write = value === NOT_YET ? undefined : writerOf(fn, variable);
  if (write === undefined) return undefined;
  try {
    write(value);
    return undefined;
  } catch (error) {
    // Something else of that name stands before it.
    if (error instanceof ReferenceError) return undefined;
    if (!(error instanceof TypeError)) throw error;
  }
  return typeof value === "symbol" || typeof value === "string" ? value : String(value);
}

/** The keys of an instance that nothing else explains, where their order tells which is which; none where an instance cannot be had. */
function fieldsOfASample(fn: Function, { fields }: ClassFacts, used: ReadonlySet<PropertyKey>): PropertyKey[] {
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
