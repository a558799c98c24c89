/**
 * What is known of a class of the program's: what its text says, which functions its body made, and the values of its keys in brackets. One text
 * may stand in several classes, and one class may be made several times, so text alone does not tell: a function's position and the variables
 * that it sees do.
 */
import { ownValue } from "../../base/reflect";
import { nameInWorkers } from "../names/lookup";
import { isModuleExport } from "../names/registry";
import { analyse, type Analysis } from "../syntax/analyse";
import { methodIdOf, rewriteClass, type Method, type RewrittenClass } from "../syntax/rewriteClass";
import { constructorOf, type PositionedClass } from "../syntax/tree";
import { declarationOf } from "../v8/declarations";
import { evaluateOnceAtEntry, type EntryCall } from "../v8/entryBreakpoint";
import { SINGLETON_SCOPES, UNINITIALIZED, closureOf, valueIn } from "../v8/inspector";
import type { Closure, Position, Scope } from "../v8/inspector";
import { isNative, receivedKeysOf, sourceOf } from "../v8/sourceText";

/** A method, and the class that made it. */
export interface Member {
  readonly owner: Function;
  readonly method: Method;
}

/** What the text of a class says; undefined for a class of Node's. */
export function classTextOf(fn: Function): RewrittenClass | undefined {
  const name = nameInWorkers(fn);
  return name === undefined || isModuleExport(name) ? rewriteClass(analyse(sourceOf(fn))) : undefined;
}

/** A class that workers do not have by a name. */
export function isUserClass(value: unknown): value is Function {
  return (
    typeof value === "function" &&
    nameInWorkers(value) === undefined &&
    !isNative(value) &&
    sourceOf(value).startsWith("class")
  );
}

/** The class that made a method, and the method's name in it. This never changes. */
const ownersOfMethods = new WeakMap<Function, { readonly owner: Function; readonly name: string }>();

/** Those of some functions that the body of the class `owner` made. */
export function methodsAmong(owner: Function, functions: readonly Function[]): Map<Function, Method> {
  const source = sourceOf(owner);
  if (!source.startsWith("class")) return new Map();
  const analysis = analyse(source);
  const { methods } = rewriteClass(analysis);
  const unknown = functions.filter(
    (fn) => !ownersOfMethods.has(fn) && methods.some(({ text }) => text === sourceOf(fn)),
  );
  // All methods of a received class were noted when it was made.
  if (unknown.length > 0 && receivedKeysOf(owner) === undefined) {
    const ownerClosure = closureOf(owner);
    for (const fn of unknown) {
      const closure = closureOf(fn);
      const method = methods.find(
        ({ text, positionOffset }) =>
          text === sourceOf(fn) && standsAt(closure.position, ownerClosure.position, analysis, positionOffset),
      );
      if (method !== undefined && seesTheSame(closure, ownerClosure))
        ownersOfMethods.set(fn, { owner, name: method.name });
    }
  }
  return new Map(
    functions.flatMap((fn) => {
      const known = ownersOfMethods.get(fn);
      const method = known?.owner === owner ? methods.findLast(({ name }) => name === known.name) : undefined;
      return method === undefined ? [] : [[fn, method]];
    }),
  );
}

/** The methods that a class and its prototype still have. */
export function methodsOf(owner: Function): Map<Function, Method> {
  return methodsAmong(
    owner,
    functionsOn(owner).map(({ fn }) => fn),
  );
}

/** Which of those classes made the method `fn`. */
export function memberOf(fn: Function, classes: readonly Function[]): Member | undefined {
  for (const owner of classes) {
    const method = methodsAmong(owner, [fn]).get(fn);
    if (method !== undefined) return { owner, method };
  }
  return undefined;
}

/** One function in a property of a class or of its prototype, whoever made it. */
interface FunctionOnClass {
  readonly fn: Function;
  readonly isStatic: boolean;
  readonly key: string | symbol;
  readonly part: Method["part"];
}

function functionsOn(owner: Function): FunctionOnClass[] {
  return [false, true].flatMap((isStatic) => {
    const object = (isStatic ? owner : owner.prototype) as object;
    return Reflect.ownKeys(object).flatMap((key) => {
      const descriptor = Object.getOwnPropertyDescriptor(object, key) as Record<string, unknown>;
      return (["value", "get", "set"] as const).flatMap((part) => {
        const fn = descriptor[part];
        return typeof fn === "function" && fn !== owner ? [{ fn, isStatic, key, part }] : [];
      });
    });
  });
}

/** Does a function that V8 locates at `position` stand at `offset` in the code of the class? */
function standsAt(
  position: Position | undefined,
  ofClass: Position | undefined,
  { code, positionOffset }: Analysis,
  offset: number,
): boolean {
  if (position === undefined || position.scriptId !== ofClass?.scriptId) return false;
  const expected = lineAndColumn(code, offset);
  const base = lineAndColumn(code, positionOffset);
  if (position.line - ofClass.line !== expected.line - base.line) return false;
  if (expected.line > 0) return position.column === expected.column;
  // The column of the first line of the class is known only by what stands in that line.
  return base.line > 0 || position.column - ofClass.column === offset - positionOffset;
}

function lineAndColumn(code: string, offset: number): { line: number; column: number } {
  const lines = code.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length - 1, column: (lines.at(-1) as string).length };
}

/** Tells two evaluations of one class text apart: do both functions see the same values? */
function seesTheSame(one: Closure, other: Closure): boolean {
  return (
    one.scopes.length === other.scopes.length &&
    one.scopes.every((scope, index) => {
      const twin = other.scopes.at(index) as Scope;
      return (
        scope.kind === twin.kind &&
        (SINGLETON_SCOPES.has(scope.kind) ||
          Object.keys(scope.variables).every((name) => Object.is(valueIn(scope, name), valueIn(twin, name))))
      );
    })
  );
}

/** Notes the methods of a class that was just made here, and tells `note` each of them with its name. */
export function noteMethods(
  owner: Function,
  computedKeys: readonly PropertyKey[],
  note: (name: string, method: Function) => void,
): void {
  for (const { fn, isStatic, key, part } of functionsOn(owner)) {
    // Several keys in brackets may be equal; the class has only the last of their methods.
    const keys = [
      ...computedKeys.flatMap((computed, index) => (computed === key ? [index] : [])),
      ...(typeof key === "string" ? [key] : []),
    ];
    for (const name of keys.map((each) => methodIdOf(isStatic, part, each))) {
      ownersOfMethods.set(fn, { owner, name });
      note(name, fn);
    }
  }
}

/** The name that a method gets from its key. */
export function functionNameFor(key: PropertyKey | undefined, part: Method["part"]): string {
  const name = typeof key !== "symbol" ? String(key) : key.description === undefined ? "" : `[${key.description}]`;
  return part === "value" ? name : `${part} ${name}`;
}

/** The values of the keys in brackets, which were computed when the class was made; undefined where that of a field cannot be found. */
export function computedKeysOf(owner: Function): readonly PropertyKey[] | undefined {
  const text = rewriteClass(analyse(sourceOf(owner)));
  const received = receivedKeysOf(owner);
  if (received !== undefined || text.computedMembers.length === 0) return received ?? [];
  const methods = methodsOf(owner);
  const methodKeys = new Map<Method, PropertyKey>();
  for (const { fn, isStatic, key } of functionsOn(owner)) {
    const method = methods.get(fn);
    // Under the key of another method it would be lost among them.
    const isTaken = text.methods.some((other) => other.key === key && other.isStatic === isStatic);
    if (isTaken || method?.isStatic !== isStatic) continue;
    if (functionNameFor(key, method.part) === ownValue(fn, "name")) methodKeys.set(method, key);
  }
  const keys = text.computedMembers.map((member) =>
    // A method that was removed may have had any key.
    member.is === "method" ? (methodKeys.get(member.method) ?? Symbol("removed")) : constantOf(owner, member.variable),
  );
  return keys.includes(undefined) ? undefined : (keys as PropertyKey[]);
}

/** The value of a constant around `fn`. Any other variable may have had another value when the class was made. */
function constantOf(fn: Function, variable: string | undefined): PropertyKey | undefined {
  if (variable === undefined) return undefined;
  const { position, scopes } = closureOf(fn);
  const scope = scopes.find(({ variables }) => Object.hasOwn(variables, variable));
  if (scope === undefined || !position || declarationOf(position, variable)?.isConstant !== true) return undefined;
  const value = valueIn(scope, variable);
  if (value === UNINITIALIZED) return undefined;
  return typeof value === "symbol" || typeof value === "string" ? value : String(value);
}

/**
 * The value of an expression, evaluated where `fn` sees, or where the body of a class does. A class is entered by its constructor or by one of
 * its methods, and none of their code runs. Undefined when there is no way in.
 */
export function evaluateInside(fn: Function, expression: string): { readonly value: unknown } | undefined {
  for (const [entry, call] of entriesOf(fn)) {
    const found = evaluateOnceAtEntry(entry, expression, call);
    if (found !== undefined) return found;
  }
  return undefined;
}

function* entriesOf(fn: Function): Generator<readonly [Function, EntryCall]> {
  const { classNode } = analyse(sourceOf(fn));
  if (classNode === undefined) yield [fn, callOf(fn)];
  else if (constructorOf(classNode) !== undefined && !runsInitialValues(classNode)) yield [fn, "construct"];
  // A function that was assigned to the class later sees other variables, so it is none of these.
  if (classNode !== undefined) for (const method of methodsOf(fn).keys()) yield [method, callOf(method)];
}

function callOf(fn: Function): EntryCall {
  return analyse(sourceOf(fn)).kind === "generator" ? "next" : "call";
}

/** In a class without a base, the initial values of fields are computed before the constructor begins. */
function runsInitialValues({ superClass, body }: PositionedClass): boolean {
  return (
    !superClass &&
    body.body.some(
      (member) =>
        member.type === "PropertyDefinition" &&
        !member.static &&
        !/^(Literal|ArrowFunctionExpression|FunctionExpression|undefined)$/.test(String(member.value?.type)),
    )
  );
}
