/**
 * What only V8 itself can tell about a function or an object: the variables that a function closes over, the parts of
 * a bound function, private fields. Asked of V8's own inspector, in this thread, without a port or a debugger.
 * This file must not learn what any of it is for.
 *
 * Each question is a piece of work that Stop must not end in the middle: the inspector takes the end for that of its own question,
 * and a thread that has stopped at a door would never leave it.
 */
import type { Runtime, Session } from "node:inspector";
// Not the global one, which a program may replace.
import { setTimeout } from "node:timers";
import { runInThisContext } from "node:vm";
import { onStop, uninterrupted } from "../../base/interrupt";

/** The global object of the thread, in which V8's inspector works; test runners run this library in a context of its own. */
export const mainGlobal = runInThisContext("globalThis") as object;

/** One scope that a function closes over, innermost first in a list of them. */
export interface Scope {
  /** V8's name of its kind: "Closure", "Block", "Catch", "Script", "Module", "Eval", "With Block". */
  readonly kind: string;
  /** Its variables, by value at the time of the question. To be read by `valueIn` only. */
  readonly variables: Record<string, unknown>;
}

/** Kinds of scopes of which a script has one only. */
export const SINGLETON_SCOPES: ReadonlySet<string> = new Set(["Script", "Global", "Module"]);

/** What `valueIn` gives for a variable whose declaration has not been reached. */
export const UNINITIALIZED = Symbol("not yet");

/** The value of a variable, or NOT_YET. V8 of Node 20 does not tell: it says undefined. */
export function valueIn({ variables }: Scope, name: string): unknown {
  try {
    return variables[name];
  } catch (error) {
    // Of the context of the function, which may be another one than ours.
    if ((error as Error).name === "ReferenceError") return UNINITIALIZED;
    throw error;
  }
}
export interface Place {
  readonly scriptId: string;
  readonly line: number;
  readonly column: number;
}
export interface Closure {
  readonly place: Place | undefined;
  readonly scopes: readonly Scope[];
  /** The global object that it sees: that of its context; undefined for a native function. */
  readonly global: object | undefined;
}

/** Where values change hands between our code and V8's remote objects: a property of this object each. */
export const bridge: Record<string, unknown> = Object.create(null);
/** `hands`, in code that runs within `handing`. */
export const BRIDGE = "globalThis[Symbol.for('parallel-typescript.hands')]";

/** Does something while code of the context of that global object reaches `hands`. Nobody else ever finds them there. */
export function withBridge<T>(global: object, use: () => T): T {
  const key = Symbol.for("parallel-typescript.hands");
  Object.defineProperty(global, key, { value: bridge, configurable: true });
  try {
    return use();
  } finally {
    Reflect.deleteProperty(global, key);
  }
}
export const GROUP = "parallel-typescript";

/** The addresses of scripts, as far as they were told; see `scripts`. */
export const urls = new Map<string, string>();
/** The addresses of those that are ES modules. */
export const moduleUrls = new Set<string>();
/** Where the text of a script begins, for those that begin elsewhere than in line 0 and column 0. */
export const begins = new Map<string, { readonly line: number; readonly column: number }>();

/**
 * How long a session stays open, in milliseconds: opening one for each question would double what it costs. While one is open, V8 keeps the
 * newest thousand things that were printed, and with them pools and arrays that nobody else refers to.
 */
const OPEN_MS = 100;

let session: Session | undefined;
let handsId = "";

export function open(): Session {
  if (session === undefined) {
    setTimeout(close, OPEN_MS).unref();
    session = new (require("node:inspector") as typeof import("node:inspector")).Session();
    session.connect();
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url, isModule, startLine, startColumn } }) => {
      urls.set(scriptId, url);
      if (isModule === true) moduleUrls.add(url);
      if (startLine !== 0 || startColumn !== 0) begins.set(scriptId, { line: startLine, column: startColumn });
    });
    handsId = withBridge(mainGlobal, () => post<Runtime.EvaluateReturnType>("Runtime.evaluate", { expression: BRIDGE }))
      .result.objectId as string;
  }
  return session;
}

function close(): void {
  if (session === undefined) return;
  session.post("Runtime.discardConsoleEntries");
  session.disconnect();
  session = undefined;
}

/** Asks V8; its answer comes before post() returns, because the session lives in this very thread. */
export function post<Answer>(method: string, params: object = {}): Answer {
  let failure: Error | null = null;
  let answer: unknown;
  open().post(method, params, (error: Error | null, result?: object) => {
    failure = error;
    answer = result;
  });
  if (failure !== null) throw new Error(`V8's inspector refused ${method}: ${(failure as Error).message}`);
  return answer as Answer;
}

export function toRemote(value: unknown): string {
  open();
  bridge.value = value;
  const answer = post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", {
    objectId: handsId,
    functionDeclaration: "function () { return this.value; }",
    objectGroup: GROUP,
  });
  return answer.result.objectId as string;
}

export function fromRemote(object: Runtime.RemoteObject): unknown {
  const argument: Runtime.CallArgument =
    object.objectId !== undefined
      ? { objectId: object.objectId }
      : object.unserializableValue !== undefined
        ? { unserializableValue: object.unserializableValue }
        : { value: object.value };
  post("Runtime.callFunctionOn", {
    objectId: handsId,
    functionDeclaration: "function (value) { this.value = value; }",
    arguments: [argument],
  });
  return bridge.value;
}

export function release(): void {
  bridge.value = undefined;
  post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
}

function propertiesOf(objectId: string): Runtime.GetPropertiesReturnType {
  return post("Runtime.getProperties", { objectId, ownProperties: true });
}

/** The variables that `fn` closes over, innermost scope first, and the place in its script where it stands. */
export function closureOf(fn: Function): Closure {
  return uninterrupted(() => {
    const internal = propertiesOf(toRemote(fn)).internalProperties ?? [];
    const place = internal.find((property) => property.name === "[[FunctionLocation]]")?.value?.value as
      { scriptId: string; lineNumber: number; columnNumber: number } | undefined;
    const list = internal.find((property) => property.name === "[[Scopes]]")?.value?.objectId;
    const scopes: Scope[] = [];
    let global: object | undefined;
    for (const property of list === undefined ? [] : propertiesOf(list).result) {
      const objectId = property.value?.objectId;
      if (objectId === undefined || property.name === "__proto__") continue;
      const kind = String(property.value?.description).replace(/ \(.*/s, "");
      const { object } = fromRemote({ type: "object", objectId }) as { object: Record<string, unknown> };
      if (kind === "Global") global = object;
      else scopes.push({ kind, variables: object });
    }
    release();
    return {
      place: place && { scriptId: place.scriptId, line: place.lineNumber, column: place.columnNumber },
      scopes,
      global,
    };
  });
}

/** The function, `this` and arguments inside a bound function; undefined when `fn` is not one. */
export function boundPartsOf(fn: Function): { target: Function; self: unknown; args: unknown[] } | undefined {
  return uninterrupted(() => {
    const internal = propertiesOf(toRemote(fn)).internalProperties ?? [];
    const part = (name: string): unknown => {
      const value = internal.find((property) => property.name === name)?.value;
      return value && fromRemote(value);
    };
    const target = part("[[TargetFunction]]");
    const args: unknown = part("[[BoundArgs]]");
    const parts =
      target === undefined
        ? undefined
        : {
            target: target as Function,
            self: part("[[BoundThis]]"),
            args: Array.from((args ?? []) as ArrayLike<unknown>),
          };
    release();
    return parts;
  });
}

/** What is behind a Proxy. */
export function proxyTargetOf(proxy: object): unknown {
  return uninterrupted(() => {
    const target = (propertiesOf(toRemote(proxy)).internalProperties ?? []).find(
      ({ name }) => name === "[[Target]]",
    )?.value;
    const value = target && fromRemote(target);
    release();
    return value;
  });
}

/** The private members of an object in the order in which its classes made them, those of base classes first. */
export function privateMembersOf(object: object): { name: string; value: unknown; isAccessor: boolean }[] {
  return uninterrupted(() => {
    const answer = propertiesOf(toRemote(object)) as Runtime.GetPropertiesReturnType & {
      privateProperties?: { name: string; value?: Runtime.RemoteObject }[];
    };
    const members = (answer.privateProperties ?? []).map(({ name, value }) => ({
      name,
      value: value && fromRemote(value),
      isAccessor: value === undefined,
    }));
    release();
    return members;
  });
}

/** Does something that needs V8's debugger. */
export function withDebugger<T>(use: () => T): T {
  return uninterrupted(() =>
    keepingDebugger(() => {
      if (!debugging) post("Debugger.enable");
      debugging = true;
      return use();
    }),
  );
}

/** The debugger is slow to start, the slower the more memory is in use: started within `use`, it stays until `use` ends. */
export function keepingDebugger<T>(use: () => T): T {
  keepers++;
  try {
    return use();
  } finally {
    uninterrupted(() => {
      if (--keepers > 0 || !debugging) return;
      debugging = false;
      post("Debugger.disable");
    });
  }
}
let keepers = 0;
let debugging = false;

// Stop may have ended something in the middle, `finally` included. A debugger that is left on slows every await and keeps every script.
onStop(() => {
  for (const name of Object.keys(bridge)) delete bridge[name];
  keepers = 0;
  debugging = false;
  close();
});
