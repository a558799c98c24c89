/**
 * A session with V8's inspector in this thread, without a port.
 *
 * Stop must not end a question in the middle: the inspector would take that for the end of its own question, and a thread at a breakpoint
 * would never leave it.
 */
import type { Debugger, Runtime, Session } from "node:inspector";
import { runInThisContext } from "node:vm";
import { onStop, uninterrupted } from "../../base/interrupt";
import { setTimeout } from "../../base/timers";

/** The global object of the thread's main context, where V8's inspector works. Some test runners run this library in another context. */
export const mainGlobal = runInThisContext("globalThis") as object;

/** Values pass between our code and V8's remote objects as properties of this object. */
export const bridge = Object.create(null) as Record<"called" | "args" | "value", unknown>;
/** `bridge`, in code that runs within `withBridge`. */
export const BRIDGE = "globalThis[Symbol.for('parallel-typescript.bridge')]";

/** During `use`, code of the context of that global object reaches `bridge`. */
export function withBridge<T>(global: object, use: () => T): T {
  const key = Symbol.for("parallel-typescript.bridge");
  Object.defineProperty(global, key, { value: bridge, configurable: true });
  try {
    return use();
  } finally {
    Reflect.deleteProperty(global, key);
  }
}
const GROUP = "parallel-typescript";

/** The addresses of scripts that V8 has told so far; see `urlOf`. */
export const urls = new Map<string, string>();
export const moduleUrls = new Set<string>();
/** For scripts whose text does not begin in line 0 and column 0. */
export const begins = new Map<string, { readonly line: number; readonly column: number }>();

/**
 * How long a session stays open, in milliseconds: after it was opened, and, with the debugger on, after that was used. Opening one for each question would
 * double its cost, but while one is open, V8 keeps the newest thousand printed values alive, and with the debugger on all scripts.
 */
const OPEN_MS = 100;
const LONGEST_MS = 2000;

let session: Session | undefined;
let bridgeId = "";
/** When it was opened, and when the debugger was last used. */
let opened = 0;
let used = 0;

export function open(): Session {
  if (session === undefined) {
    opened = used = performance.now();
    setTimeout(closeUnlessInUse, OPEN_MS).unref();
    session = new (require("node:inspector") as typeof import("node:inspector")).Session();
    session.connect();
    session.on("Debugger.scriptParsed", ({ params: { scriptId, url, isModule, startLine, startColumn } }) => {
      urls.set(scriptId, url);
      if (isModule === true) moduleUrls.add(url);
      if (startLine !== 0 || startColumn !== 0) begins.set(scriptId, { line: startLine, column: startColumn });
    });
    const { result } = withBridge(mainGlobal, () => post("Runtime.evaluate", { expression: BRIDGE }));
    bridgeId = result.objectId as string;
  }
  return session;
}

function closeUnlessInUse(): void {
  const now = performance.now();
  if (now - used < OPEN_MS && now - opened < LONGEST_MS) setTimeout(closeUnlessInUse, OPEN_MS).unref();
  else close();
}

function close(): void {
  if (session === undefined) return;
  session.post("Runtime.discardConsoleEntries");
  session.disconnect();
  session = undefined;
  debugging = false;
}

export interface Answers {
  "Runtime.evaluate": Runtime.EvaluateReturnType;
  "Runtime.callFunctionOn": Runtime.CallFunctionOnReturnType;
  "Runtime.getProperties": Runtime.GetPropertiesReturnType & {
    privateProperties?: { name: string; value?: Runtime.RemoteObject }[];
  };
  "Runtime.getExceptionDetails": { exceptionDetails?: Runtime.ExceptionDetails };
  "Debugger.getScriptSource": Debugger.GetScriptSourceReturnType;
  "Debugger.getPossibleBreakpoints": Debugger.GetPossibleBreakpointsReturnType;
  "Debugger.setBreakpoint": Debugger.SetBreakpointReturnType;
}
type Commands =
  | `Runtime.${"enable" | "disable" | "releaseObjectGroup"}`
  | `Debugger.${"enable" | "setSkipAllPauses" | "removeBreakpoint"}`;
type AllAnswers = Answers & Record<Commands, unknown>;

/** V8 answers before `post` returns, because the session is in this thread. */
export function post<Method extends keyof AllAnswers>(method: Method, params: object = {}): AllAnswers[Method] {
  let answered: { readonly failure: Error | null; readonly answer: unknown } | undefined;
  open().post(method, params, (failure: Error | null, answer?: object) => {
    answered = { failure, answer };
  });
  const { failure, answer } = answered ?? { failure: new Error("it gave no answer"), answer: undefined };
  if (failure !== null) throw new Error(`V8's inspector refused ${method}: ${failure.message}`);
  return answer as AllAnswers[Method];
}

/** The id of the remote object of a value. */
export function toRemote(value: unknown): string {
  open();
  bridge.value = value;
  const { result } = post("Runtime.callFunctionOn", {
    objectId: bridgeId,
    functionDeclaration: "function () { return this.value; }",
    objectGroup: GROUP,
  });
  return result.objectId as string;
}

export function fromRemote(object: Runtime.RemoteObject | undefined): unknown {
  if (object === undefined) return undefined;
  post("Runtime.callFunctionOn", {
    objectId: bridgeId,
    functionDeclaration: "function (value) { this.value = value; }",
    arguments: [object],
  });
  return bridge.value;
}

export function release(): void {
  bridge.value = undefined;
  post("Runtime.releaseObjectGroup", { objectGroup: GROUP });
}

/**
 * With the debugger on. It takes 15 ms to start, with much memory 50 ms and more, and so stays on as long as the session is open. Between two uses it stops nowhere.
 */
export function withDebugger<T>(use: () => T): T {
  return uninterrupted(() => {
    open();
    startDebugger();
    const isInner = isInUse;
    if (!isInner) post("Debugger.setSkipAllPauses", { skip: false });
    isInUse = true;
    try {
      return use();
    } finally {
      isInUse = isInner;
      used = performance.now();
      if (!isInner && debugging) post("Debugger.setSkipAllPauses", { skip: true });
    }
  });
}

function startDebugger(): void {
  if (!debugging) post("Debugger.enable");
  debugging = true;
}
let isInUse = false;
let debugging = false;

// Stop may have skipped a `finally`. A debugger that stays on slows every await and keeps every script.
onStop(() => {
  bridge.called = bridge.args = bridge.value = undefined;
  isInUse = false;
  close();
});
