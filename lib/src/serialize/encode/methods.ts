/**
 * Which functions the body of a class made. A text may stand in several classes, and one class may be made several times; the place
 * where a function stands, and what it sees around it, tell.
 */
import { constructorOf } from "../syntax/tree";
import type { PositionedClass } from "../syntax/tree";
import type { EntryCall } from "../v8/entryBreakpoint";
import { analyse } from "../syntax/analyse";
import type { Analysis } from "../syntax/analyse";
import { methodIdOf, rewriteClass } from "../syntax/rewriteClass";
import type { RewrittenClass, Method } from "../syntax/rewriteClass";
import { SINGLETON_SCOPES, closureOf, valueIn } from "../v8/inspector";
import type { Closure, Place, Scope } from "../v8/inspector";
import { nameOf } from "../names/lookup";
import { isModuleExport } from "../names/registry";
import { isReceived, sourceOf } from "../v8/sourceText";

/** What the text of a class says; nothing of a plain function, undefined for a class of Node's. */
export function classFactsOf(fn: Function): RewrittenClass | undefined {
  const name = nameOf(fn);
  if (name !== undefined && !isModuleExport(name)) return undefined;
  const analysis = analyse(sourceOf(fn));
  return analysis.classNode === undefined ? PLAIN_FUNCTION : rewriteClass(analysis);
}
const PLAIN_FUNCTION: RewrittenClass = {
  code: "",
  placeOffset: 0,
  isDerived: false,
  privateFields: [],
  staticPrivateFields: [],
  methods: [],
  privateMethod: undefined,
  computedMembers: [],
  arrowFields: new Map(),
};

/** Functions that are known to be methods: of which class, and by what name. That never changes. */
const made = new WeakMap<Function, { readonly owner: Function; readonly name: string }>();

/** The method in the body of the class `owner` that `fn` is. */
export function methodIn(owner: Function, fn: Function): Method | undefined {
  return methodsAmong(owner, [fn]).get(fn);
}

/** Those of some functions that the body of the class `owner` made. */
export function methodsAmong(owner: Function, functions: readonly Function[]): Map<Function, Method> {
  const source = sourceOf(owner);
  if (!source.startsWith("class")) return new Map();
  const analysis = analyse(source);
  const { methods } = rewriteClass(analysis);
  learn(
    owner,
    analysis,
    methods,
    functions.filter((fn) => !made.has(fn)),
  );
  return new Map(
    functions.flatMap((fn) => {
      const known = made.get(fn);
      const method = known?.owner === owner ? methods.findLast(({ name }) => name === known.name) : undefined;
      return method === undefined ? [] : [[fn, method]];
    }),
  );
}

/** The functions that a class and its prototype have, whoever made them. */
export function functionsOn(owner: Function): Function[] {
  return [owner.prototype as object, owner].flatMap((object) =>
    Reflect.ownKeys(object).flatMap((key) => functionsIn(object, key).filter((fn) => fn !== owner)),
  );
}

/** The functions in one property: its value, its getter, its setter. */
export function functionsIn(object: object, key: PropertyKey): Function[] {
  const descriptor = Object.getOwnPropertyDescriptor(object, key) as Record<string, unknown>;
  return [descriptor.value, descriptor.get, descriptor.set].filter((part) => typeof part === "function");
}

function learn(owner: Function, analysis: Analysis, methods: readonly Method[], functions: readonly Function[]): void {
  // Those of a class that was made here are known, all of them.
  if (isReceived(owner)) return;
  let home: Closure | undefined;
  for (const fn of functions) {
    const source = sourceOf(fn);
    const alike = methods.filter(({ text }) => text === source);
    if (alike.length === 0) continue;
    home ??= closureOf(owner);
    const closure = closureOf(fn);
    const method = alike.find(({ placeOffset }) => standsAt(closure.place, home as Closure, analysis, placeOffset));
    if (method !== undefined && seesTheSame(closure, home)) made.set(fn, { owner, name: method.name });
  }
}

/** Does a function that stands at `place` stand at `offset` in the code of the class? */
function standsAt(place: Place | undefined, home: Closure, { code, placeOffset }: Analysis, offset: number): boolean {
  if (place === undefined || place.scriptId !== home.place?.scriptId) return false;
  const at = positionIn(code, offset);
  const base = positionIn(code, placeOffset);
  if (place.line - home.place.line !== at.line - base.line) return false;
  if (at.line > 0) return place.column === at.column;
  // Where the first line begins is only told by what stands in it.
  return base.line > 0 || place.column - home.place.column === offset - placeOffset;
}

function positionIn(code: string, offset: number): { line: number; column: number } {
  const lines = code.slice(0, offset).split(/\r\n|[\n\r\u2028\u2029]/);
  return { line: lines.length - 1, column: (lines.at(-1) as string).length };
}

/** Of two evaluations of one class text, the functions of each see the variables around it. */
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

/** Tells `note` the methods of a class that was just made here, by their names; `keys` are those that stand in brackets. */
export function noteMethods(
  owner: Function,
  keys: readonly PropertyKey[],
  note: (name: string, method: Function) => void,
): void {
  for (const isStatic of [false, true]) {
    const object = (isStatic ? owner : owner.prototype) as object;
    for (const key of Reflect.ownKeys(object)) {
      const descriptor = Object.getOwnPropertyDescriptor(object, key) as Record<string, unknown>;
      // It may stand there by several keys that are the same; the last one of them is left.
      const names = [
        ...keys.flatMap((other, index) => (other === key ? [index] : [])),
        ...(typeof key === "string" ? [key] : []),
      ];
      for (const part of ["value", "get", "set"] as const) {
        const method = descriptor[part];
        if (typeof method !== "function" || method === owner) continue;
        for (const its of names) {
          const name = methodIdOf(isStatic, part, its);
          made.set(method, { owner, name });
          note(name, method);
        }
      }
    }
  }
}

/** The name that a method gets from its key. */
export function nameBy(key: PropertyKey | undefined, part: "value" | "get" | "set"): string {
  const name = typeof key !== "symbol" ? String(key) : key.description === undefined ? "" : `[${key.description}]`;
  return part === "value" ? name : `${part} ${name}`;
}

/** Functions that see the variables that `fn` sees, and how each is entered without running it: itself, or the members of a class. */
export function* entriesOf(fn: Function): Generator<readonly [Function, EntryCall]> {
  const { kind, classNode } = analyse(sourceOf(fn));
  if (classNode === undefined) yield [fn, kind === "generator" ? "next" : "call"];
  else yield* entriesOfClass(fn, classNode);
}

function* entriesOfClass(owner: Function, node: PositionedClass): Generator<readonly [Function, EntryCall]> {
  if (constructorOf(node) !== undefined && !runsInitialValues(node)) yield [owner, "construct"];
  // What was put there later sees something else.
  for (const fn of methodsAmong(owner, functionsOn(owner)).keys())
    yield [fn, analyse(sourceOf(fn)).kind === "generator" ? "next" : "call"];
}

/** In a class without a base, what fields start with is worked out before the constructor begins. */
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
