/** The texts of scripts and functions, and their positions. V8 tells the address and text of a script only on request. */
import { Script } from "node:vm";
import { uninterrupted } from "../../base/interrupt";
import type { FunctionNode } from "../message/message";
import { positionOf, type Position } from "./inspector";
import { moduleUrls, post, release, toRemote, urls, withDebugger } from "./session";

/** Functions that were made here from a message: their text here is not what their author wrote. */
const received = new WeakMap<
  Function,
  { source: string; position: FunctionNode["position"]; keys: readonly PropertyKey[] }
>();

/** @param keys the values of a class's keys in brackets */
export function noteSource(
  fn: Function,
  source: string,
  position: FunctionNode["position"],
  keys: readonly PropertyKey[],
): void {
  received.set(fn, { source, position, keys });
}

/** Undefined for a function that was not made from a message. */
export function receivedKeysOf(fn: Function): readonly PropertyKey[] | undefined {
  return received.get(fn)?.keys;
}

export function sourceOf(fn: Function): string {
  return received.get(fn)?.source ?? Function.prototype.toString.call(fn);
}

export function isNative(fn: Function): boolean {
  return sourceOf(fn).endsWith("{ [native code] }");
}

/** Where its author wrote it: address, line and column. `position` is where V8 says that it stands. */
export function authorPositionOf(fn: Function, position: Position | undefined): FunctionNode["position"] {
  return received.get(fn)?.position ?? (position && [urlOf(position.scriptId), position.line, position.column]);
}

/** A number that tells the sources of two functions apart. */
export function fingerprint(fn: Function): number {
  let sum = 0;
  for (const character of sourceOf(fn)) sum = (Math.imul(sum, 31) + (character.codePointAt(0) as number)) | 0;
  return sum;
}

export function urlOf(scriptId: string): string {
  // Mostly the script of a function sends it, so the script is on the stack.
  if (!urls.has(scriptId)) learnFromTheStack();
  // V8 tells all scripts when the debugger starts.
  if (!urls.has(scriptId)) learnAll();
  return urls.get(scriptId) ?? "";
}

/** Is a function part of Node: native, or written in one of its internal scripts? */
export function isOfNode(fn: Function): boolean {
  if (isNative(fn)) return !fn.name.startsWith("bound ");
  const position = positionOf(fn);
  return position !== undefined && urlOf(position.scriptId).startsWith("node:");
}

/** V8 notes the scripts of an error's stack: 200 frames, or Error.stackTraceLimit if it is higher. Infinity ends Node 26. */
function learnFromTheStack(): void {
  uninterrupted(() => {
    const { stackTraceLimit } = Error;
    const isLong = stackTraceLimit > NOTED;
    post("Runtime.enable");
    try {
      if (isLong) Object.defineProperty(Error, "stackTraceLimit", { value: NOTED });
      // V8 knows the frames of an error beside their text, which would take milliseconds to be written.
      const error = new Error();
      error.stack = "";
      const { exceptionDetails } = post("Runtime.getExceptionDetails", { errorObjectId: toRemote(error) });
      for (const { scriptId, url } of exceptionDetails?.stackTrace?.callFrames ?? []) urls.set(scriptId, url);
    } finally {
      if (isLong) Object.defineProperty(Error, "stackTraceLimit", { value: stackTraceLimit });
      post("Runtime.disable");
      release();
    }
  });
}
const NOTED = 200;

export function textOf(scriptId: string): string {
  return withDebugger(() => post("Debugger.getScriptSource", { scriptId }).scriptSource);
}

export function scriptsWith(url: string): string[] {
  learnAll();
  return [...urls].flatMap(([id, address]) => (address === url ? [id] : []));
}

/** The addresses of all ES modules; undefined when there are no new scripts since the last call. */
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

/** The number of a script that is made now: V8 counts scripts. This costs less than to start the debugger. */
function newestScript(): number {
  return Number(positionOf(new Script(`() => ${++asked}`).runInThisContext() as Function)?.scriptId);
}
let asked = 0;

function learnAll(): void {
  withDebugger(() => undefined);
}
