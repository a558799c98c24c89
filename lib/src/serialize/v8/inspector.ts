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

/** The variables that `fn` closes over, innermost scope first, and its position in its script. */
export function closureOf(fn: Function): Closure {
  return inspect(fn, ({ internal }) => {
    const position = internal("[[FunctionLocation]]")?.value as
      { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
    const list = internal("[[Scopes]]")?.objectId;
    const scopes: Scope[] = [];
    let global: object | undefined;
    for (const { name, value } of list === undefined ? [] : propertiesOf(list).result) {
      if (value?.objectId === undefined || name === "__proto__") continue;
      const kind = String(value.description).replace(/ \(.*/s, "");
      const { object } = fromRemote(value) as { object: Record<string, unknown> };
      if (kind === "Global") global = object;
      else scopes.push({ kind, variables: object });
    }
    return {
      position: position && { scriptId: position.scriptId, line: position.lineNumber, column: position.columnNumber },
      scopes,
      global,
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
