/** What only V8 knows of a function or an object: the variables that a function closes over, the parts of a bound function, private members. */
import type { Runtime } from "node:inspector";
import { uninterrupted } from "../../base/interrupt";
import { fromRemote, post, release, toRemote, type Answers } from "./session";

/** One scope that a function closes over, innermost first in a list of them. */
export interface Scope {
  /** V8's name of its kind: "Closure", "Block", "Catch", "Script", "Module", "Eval", "With Block". */
  readonly kind: string;
  /** A copy of its variables. Read it by `valueIn` only. */
  readonly variables: Record<string, unknown>;
}

/** Kinds of scopes of which a script has one only. */
export const SINGLETON_SCOPES: ReadonlySet<string> = new Set(["Script", "Global", "Module"]);

/** Stands for the value of a variable whose declaration has not been reached. */
export const UNINITIALIZED = Symbol("uninitialized");

/** The value of a variable, or UNINITIALIZED; in Node 20 undefined instead. */
export function valueIn({ variables }: Scope, name: string): unknown {
  try {
    return variables[name];
  } catch (error) {
    // The error class may be of another context, so `instanceof` would miss it.
    if ((error as Error).name === "ReferenceError") return UNINITIALIZED;
    throw error;
  }
}
export interface Position {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}
export interface Closure {
  readonly position: Position | undefined;
  readonly scopes: readonly Scope[];
  /** The global object of its context; undefined for a native function. */
  readonly global: object | undefined;
}

function propertiesOf(objectId: string): Answers["Runtime.getProperties"] {
  return post("Runtime.getProperties", { objectId, ownProperties: true });
}

interface Location {
  readonly scriptId?: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}
/** It has no prototype. */
type ScopeList = ArrayLike<{ readonly description: string; readonly object: Record<string, unknown> }>;

interface Properties {
  readonly privates: Answers["Runtime.getProperties"]["privateProperties"];
  /** What V8 keeps of the value under names such as "[[Scopes]]". */
  readonly internal: (name: string) => Runtime.RemoteObject | undefined;
}

function inspect<T>(value: object, read: (properties: Properties) => T): T {
  return uninterrupted(() => {
    const { internalProperties = [], privateProperties } = propertiesOf(toRemote(value));
    const result = read({
      privates: privateProperties,
      internal: (name) => internalProperties.find((property) => property.name === name)?.value,
    });
    release();
    return result;
  });
}

/** Where `fn` stands in its script; undefined for a native function. */
export function positionOf(fn: Function): Position | undefined {
  if (!positions.has(fn)) inspect(fn, ({ internal }) => notePosition(fn, internal));
  return positions.get(fn);
}

export function isPositionKnown(fn: Function): boolean {
  return positions.has(fn);
}
const positions = new WeakMap<Function, Position | undefined>();

function notePosition(fn: Function, internal: Properties["internal"]): void {
  const { scriptId, lineNumber, columnNumber } = (internal("[[FunctionLocation]]")?.value ?? {}) as Location;
  positions.set(fn, scriptId === undefined ? undefined : { scriptId, line: lineNumber, column: columnNumber });
}

/** The variables that `fn` closes over, innermost scope first, and its position in its script. */
export function closureOf(fn: Function): Closure {
  return inspect(fn, ({ internal }) => {
    notePosition(fn, internal);
    const list = (fromRemote(internal("[[Scopes]]")) ?? []) as ScopeList;
    const all = Array.from(list, ({ description, object }): Scope => ({
      kind: description.replace(/ \(.*/s, ""),
      variables: object,
    }));
    return {
      position: positions.get(fn),
      scopes: all.filter(({ kind }) => kind !== "Global"),
      global: all.find(({ kind }) => kind === "Global")?.variables,
    };
  });
}

/** The function, `this` and arguments inside a bound function; undefined when `fn` is not one. */
export function boundPartsOf(fn: Function): { target: Function; self: unknown; args: unknown[] } | undefined {
  return inspect(fn, ({ internal }) => {
    const target = fromRemote(internal("[[TargetFunction]]")) as Function | undefined;
    if (target === undefined) return undefined;
    const args = fromRemote(internal("[[BoundArgs]]")) as ArrayLike<unknown> | undefined;
    return { target, self: fromRemote(internal("[[BoundThis]]")), args: Array.from(args ?? []) };
  });
}

export function proxyTargetOf(proxy: object): unknown {
  return inspect(proxy, ({ internal }) => fromRemote(internal("[[Target]]")));
}

/** The keys of a typed array that are no index. `Reflect.ownKeys` would take a second for a megabyte. */
export function namedKeysOf(array: NodeJS.TypedArray): (string | symbol)[] {
  return uninterrupted(() => {
    const options = { objectId: toRemote(array), ownProperties: true, nonIndexedPropertiesOnly: true };
    const { result } = post("Runtime.getProperties", options);
    const keys = result.map(({ name, symbol }) => (symbol === undefined ? name : (fromRemote(symbol) as symbol)));
    release();
    return keys;
  });
}

/** The private members of an object in the order in which its classes made them, those of base classes first. */
export function privateMembersOf(object: object): { name: string; value: unknown; isAccessor: boolean }[] {
  return inspect(object, ({ privates = [] }) =>
    privates.map(({ name, value }) => ({ name, value: fromRemote(value), isAccessor: value === undefined })),
  );
}
