/**
 * Evaluates an expression at the entry of a function, before its body runs; no code of the function runs. This is the only way to what V8 does not list,
 * such as the `this` of an arrow function, and to write to a variable or a private field. It takes a millisecond or more.
 *
 * V8 evaluates the condition of a breakpoint where the breakpoint is. The condition does all the work and is never true, so nothing
 * stops, and an attached debugger sees nothing of it.
 */
import type { Debugger } from "node:inspector";
import { getOrMake } from "../../base/getOrMake";
import { HELPER } from "../message/message";
import { closureOf, positionOf } from "./inspector";
import { BRIDGE, bridge, mainGlobal, open, post, release, withBridge, withDebugger } from "./session";

const ENTRY_CALLS = {
  call: `${BRIDGE}.called(...${BRIDGE}.args)`,
  construct: `Reflect.construct(${BRIDGE}.called, ${BRIDGE}.args)`,
  // The body of a generator begins at its first next().
  next: `${BRIDGE}.called(...${BRIDGE}.args).next()`,
};
/** How a function is called to reach its breakpoint. */
export type EntryCall = keyof typeof ENTRY_CALLS;

/** Conditions call us by this name. No function that travels uses it: see `refuseUnsupported` in encode/closure.ts. */
const CONDITION = `${HELPER}Condition`;

/** An argument that every pattern accepts, so that no default value is computed. */
const ANYTHING: unknown = new Proxy(
  function () {
    /* nothing */
  },
  {
    get: (_, key) => {
      if (key === Symbol.iterator) return ARGUMENTS[Symbol.iterator].bind(ARGUMENTS);
      return key === Symbol.toPrimitive ? () => "" : ANYTHING;
    },
  },
);
const ARGUMENTS: readonly unknown[] = new Array<unknown>(100).fill(ANYTHING);

/** From which the functions of the main context inherit. */
const mainFunctions = (mainGlobal as typeof globalThis).Function.prototype;

interface Found {
  readonly value: unknown;
}
const found = new WeakMap<Function, Map<string, Found>>();

/**
 * The same, evaluated once and kept: for values that never change, such as `this`, and for functions made there, which see the variables that `fn` sees.
 * Undefined when `fn` cannot be entered.
 */
export function evaluateOnceAtEntry(fn: Function, expression: string, call: EntryCall): Found | undefined {
  const known = getOrMake(found, fn, () => new Map<string, Found>());
  const value = known.get(expression) ?? evaluateAtEntry(fn, expression, call);
  if (value !== undefined) known.set(expression, value);
  return value;
}

/** The value of an expression at the entry of `fn`, or at the first point in it where `isReached`; undefined if it does not get there. */
export function evaluateAtEntry(
  fn: Function,
  expression: string,
  call: EntryCall,
  isReached = (): boolean => true,
): Found | undefined {
  const results: (() => Found)[] = [];
  const look = (evaluate: () => unknown): boolean => {
    if (results.length > 0 || !isReached()) return false;
    try {
      const value = evaluate();
      results.push(() => ({ value }));
    } catch (failure) {
      results.push(() => {
        throw failure as Error;
      });
    }
    // This ends the function right after the condition.
    open().post("Runtime.terminateExecution");
    return false;
  };
  withDebugger(() => {
    const global = Object.prototype.isPrototypeOf.call(mainFunctions, fn)
      ? mainGlobal
      : (closureOf(fn).global ?? mainGlobal);
    Object.defineProperty(global, CONDITION, { value: look, configurable: true });
    try {
      enter(fn, call, `${CONDITION}(() => ${expression})`);
    } finally {
      Reflect.deleteProperty(global, CONDITION);
    }
  });
  return results[0]?.();
}

/** Calls `fn` with that condition at every point where V8 could stop. The condition ends the call. */
function enter(fn: Function, call: EntryCall, condition: string): void {
  const breakpoints: string[] = [];
  const locations = locationsIn(fn);
  try {
    for (const location of locations) {
      try {
        breakpoints.push(post("Debugger.setBreakpoint", { location, condition }).breakpointId);
      } catch (error) {
        // Node 26 lists the end of an arrow function in a field of a class, but cannot stop there. It is the last in the list.
        if (breakpoints.length === 0 || location !== locations.at(-1)) throw error;
      }
    }
    if (breakpoints.length === 0) return;
    bridge.called = fn;
    bridge.args = ARGUMENTS;
    // Its answer is always "Execution was terminated".
    withBridge(mainGlobal, () => open().post("Runtime.evaluate", { expression: ENTRY_CALLS[call], silent: true }));
  } finally {
    for (const breakpointId of breakpoints) post("Debugger.removeBreakpoint", { breakpointId });
    bridge.called = bridge.args = undefined;
    release();
  }
}

/** All points in `fn` where V8 can stop. The first in the text need not be the first that runs, as in `for (;; i++) run()`. */
function locationsIn(fn: Function): Debugger.Location[] {
  const position = positionOf(fn);
  if (position === undefined) return [];
  const start = { scriptId: position.scriptId, lineNumber: position.line, columnNumber: position.column };
  const { locations } = post("Debugger.getPossibleBreakpoints", { start, restrictToFunction: true });
  // V8 lists a point once for each reason to stop there.
  const points = new Map(
    locations.map(({ scriptId, lineNumber, columnNumber }) => [
      `${lineNumber}:${columnNumber ?? 0}`,
      { scriptId, lineNumber, columnNumber: columnNumber ?? 0 },
    ]),
  );
  return [...points.values()];
}
