/** The texts of scripts and functions, and where they stand. V8 tells the address and text of a script on request only. */
import { Script } from "node:vm";
import { uninterrupted } from "../../base/interrupt";
import type { FunctionNode } from "../message/message";
import { closureOf } from "./inspector";
import { moduleUrls, post, release, toRemote, urls, withDebugger } from "./session";
import type { Position } from "./inspector";

/** Functions that were made here from a message, whose text here is not what their author wrote. */
const received = new WeakMap<
  Function,
  { source: string; position: FunctionNode["position"]; keys: readonly PropertyKey[] }
>();

/** @param keys those of a class that stand in brackets */
export function noteSource(
  fn: Function,
  source: string,
  position: FunctionNode["position"],
  keys: readonly PropertyKey[],
): void {
  received.set(fn, { source, position, keys });
}

export function isReceived(fn: Function): boolean {
  return received.has(fn);
}

export function receivedKeysOf(fn: Function): readonly PropertyKey[] | undefined {
  return received.get(fn)?.keys;
}

export function sourceOf(fn: Function): string {
  return received.get(fn)?.source ?? Function.prototype.toString.call(fn);
}

export function isNative(fn: Function): boolean {
  return sourceOf(fn).endsWith("{ [native code] }");
}

/** Where its author wrote it: the address of its script, line and column. `place` is where V8 says that it stands. */
export function authorPositionOf(fn: Function, position: Position | undefined): FunctionNode["position"] {
  return received.get(fn)?.position ?? (position && [urlOf(position.scriptId), position.line, position.column]);
}

/** A number that tells the sources of two functions apart. */
export function fingerprint(fn: Function): number {
  let sum = 0;
  for (const character of sourceOf(fn)) sum = (Math.imul(sum, 31) + (character.codePointAt(0) as number)) | 0;
  return sum;
}

/** The address of a script, by the id that `closureOf` gave. */
export function urlOf(scriptId: string): string {
  // Most functions are sent by the very script in which they stand, which is then on the stack.
  if (!urls.has(scriptId)) learnFromTheStack();
  // Whoever starts the debugger is told of all scripts.
  if (!urls.has(scriptId)) learnAll();
  return urls.get(scriptId) ?? "";
}

/** Is a function part of Node: native, or written in one of its internal scripts? */
export function isOfNode(fn: Function): boolean {
  if (isNative(fn)) return !fn.name.startsWith("bound ");
  const { position } = closureOf(fn);
  return position !== undefined && urlOf(position.scriptId).startsWith("node:");
}

/** V8 notes the scripts of an error's stack, 200 frames of it and more where Error.stackTraceLimit is higher; where it is Infinity, that ends Node 26. */
function learnFromTheStack(): void {
  uninterrupted(() => {
    const { stackTraceLimit } = Error;
    const isLong = stackTraceLimit > NOTED;
    post("Runtime.enable");
    try {
      if (isLong) Object.defineProperty(Error, "stackTraceLimit", { value: NOTED });
      const { exceptionDetails } = post("Runtime.getExceptionDetails", { errorObjectId: toRemote(new Error()) });
      for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? []) urls.set(scriptId, url);
    } finally {
      if (isLong) Object.defineProperty(Error, "stackTraceLimit", { value: stackTraceLimit });
      post("Runtime.disable");
      release();
    }
  });
}
const NOTED = 200;

/** The whole text of a script. */
export function textOf(scriptId: string): string {
  return withDebugger(() => post("Debugger.getScriptSource", { scriptId }).scriptSource);
}

/** The scripts at an address. */
export function scriptsWith(url: string): string[] {
  learnAll();
  return [...urls].flatMap(([id, its]) => (its === url ? [id] : []));
}

/** The addresses of all ES modules; undefined when there are no other scripts than at the last call. */
export function newModules(): Iterable<string> | undefined {
  if (newestScript() === newest + 1) {
    newest++;
    return undefined;
  }
  learnAll();
  newest = newestScript();
  return moduleUrls;
}
let newest = -1;

/** The number of a new script: they are counted, and to ask costs less than to start the debugger. */
function newestScript(): number {
  return Number(closureOf(new Script(`() => ${++asked}`).runInThisContext() as Function).position?.scriptId);
}
let asked = 0;

function learnAll(): void {
  withDebugger(() => undefined);
}
