/**
 * What is needed of the `this` of a function. A function that only reads properties of it by their names, and calls methods that do no more than
 * that, needs only these properties.
 */
import { types } from "node:util";
import { isObject, prototypeOf } from "../../base/reflect";
import { analyse, type Analysis } from "../syntax/analyse";
import { nameInWorkers } from "../names/lookup";
import type { ThisUse } from "../syntax/usage";
import { evaluateOnceAtEntry } from "../v8/entryBreakpoint";
import { isNative, sourceOf } from "../v8/sourceText";
import type { Encoder } from "./encoder";
import { theFunction } from "./valuePath";

/** The properties that are needed of `self`, by their names; undefined when all of it may be. */
export function neededOfThis(self: unknown, use: ThisUse): ReadonlyMap<string, PropertyDescriptor> | undefined {
  if (!isObject(self) || nameInWorkers(self) !== undefined) return undefined;
  const found = new Map<string, PropertyDescriptor>();
  return gather(self, use, found, new Set()) ? found : undefined;
}

/** The properties of `self` that are assigned to, by a function that uses it so and by methods that it calls. */
export function assignedIn(
  self: object,
  use: { readonly called: ReadonlySet<string>; readonly assigned: ReadonlySet<string> },
  seen = new Set<object>(),
): Set<string> {
  seen.add(use);
  const names = new Set(use.assigned);
  for (const name of use.called) {
    const descriptor = propertyOf(self, name);
    const method: unknown = typeof descriptor === "object" ? descriptor.value : undefined;
    const inMethod = typeof method === "function" ? useOf(method) : undefined;
    if (inMethod !== undefined && !seen.has(inMethod))
      for (const inner of assignedIn(self, inMethod, seen)) names.add(inner);
  }
  return names;
}

function gather(self: object, use: ThisUse, found: Map<string, PropertyDescriptor>, seen: Set<Function>): boolean {
  if (use.whole) return false;
  for (const name of use.read) {
    const descriptor = propertyOf(self, name);
    if (descriptor === "unknown") return false;
    if (descriptor === undefined) continue;
    found.set(name, descriptor);
    const { value, get } = descriptor as Record<string, unknown>;
    const run = "value" in descriptor ? (use.called.has(name) ? [value] : []) : [get];
    for (const fn of run) {
      if (typeof fn !== "function" || seen.has(fn)) continue;
      seen.add(fn);
      const inner = useOf(fn);
      if (inner === undefined || !gather(self, inner, found, seen)) return false;
    }
  }
  return true;
}

function propertyOf(self: object, name: string): PropertyDescriptor | "unknown" | undefined {
  for (let object: object | null = self; object !== null; object = prototypeOf(object)) {
    if (types.isProxy(object)) return "unknown";
    const descriptor = Object.getOwnPropertyDescriptor(object, name);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** What a function does with the `this` that it is called with; undefined when that cannot be told. */
export function useOf(fn: Function): ThisUse | undefined {
  if (types.isProxy(fn) || nameInWorkers(fn) !== undefined || isNative(fn)) return undefined;
  const { kind, thisUse } = analyse(sourceOf(fn));
  return kind === "class" ? undefined : kind === "arrow" ? NOTHING : thisUse;
}
const NOTHING: ThisUse = { read: new Set(), called: new Set(), assigned: new Set(), whole: false };

/** The `this` and `arguments` of the function around an arrow function. */
export function outerThisAndArguments(
  to: Encoder,
  fn: Function,
  analysis: Analysis,
): { self: unknown; args: unknown[] | undefined } {
  const found = evaluateOnceAtEntry(
    fn,
    `[${analysis.outerThis ? "this" : ""}, ${analysis.outerArguments ? "arguments" : ""}]`,
    "call",
  );
  if (found === undefined)
    to.refuse(
      `${theFunction(fn)} uses the \`this\` or \`arguments\` around it, and they cannot be had. Put what it needs in a variable.`,
    );
  const [self, args] = found.value as unknown[];
  if (analysis.outerArguments && !types.isArgumentsObject(args))
    to.refuse(`${theFunction(fn)} uses a variable named \`arguments\`. Give it another name.`);
  return { self, args: analysis.outerArguments ? Array.from(args as ArrayLike<unknown>) : undefined };
}
