/**
 * Evaluates an expression at the entry of a function, before its body runs, and leaves again: nothing of the function is ever run. The
 * only way to reach what V8 does not list, such as the `this` of an arrow function, and to write into a closure or a
 * private field. It takes a millisecond or more, so it is the last resort.
 *
 * V8 evaluates the condition of a breakpoint where the breakpoint stands. All that is done is done there, and the condition is never true:
 * so nothing stops, and a debugger that is attached does not see any of it.
 */
import type { Debugger } from "node:inspector";
import { HELPER } from "../message/message";
import { closureOf } from "./inspector";
import { BRIDGE, bridge, mainGlobal, open, post, release, withBridge, withDebugger } from "./session";

const ENTRY_CALLS = {
  call: `${BRIDGE}.called(...${BRIDGE}.args)`,
  construct: `Reflect.construct(${BRIDGE}.called, ${BRIDGE}.args)`,
  // The entry of a generator is behind its first next().
  next: `${BRIDGE}.called(...${BRIDGE}.args).next()`,
};
/** How a function is made to run into its breakpoint. */
export type EntryCall = keyof typeof ENTRY_CALLS;

/** By this name conditions find us. No function that travels uses it: see `refuseOdd` in encode/closure.ts. */
const CONDITION = `${HELPER}Condition`;

/** An argument that can be taken apart in any way: so that neither a pattern fails nor a default value is worked out. */
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

interface Found {
  readonly value: unknown;
}
const found = new WeakMap<Function, Map<string, Found>>();

/**
 * The value of an expression at the entry of `fn`, evaluated once and kept: for what never changes there, such as `this`, and for functions
 * made there, which go on seeing the variables that `fn` sees. Undefined when `fn` cannot be entered.
 */
export function evaluateOnceAtEntry(fn: Function, expression: string, call: EntryCall): Found | undefined {
  const known = found.get(fn) ?? new Map<string, Found>();
  const value = known.get(expression) ?? evaluateAtEntry(fn, expression, call);
  if (value !== undefined) found.set(fn, known.set(expression, value));
  return value;
}

/** The value of an expression at the entry of `fn`, or at the first place in it where `isReached`; undefined when it does not come there. */
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
    // The function ends where it is, as soon as the condition has been worked out.
    open().post("Runtime.terminateExecution");
    return false;
  };
  withDebugger(() => {
    const global = closureOf(fn).global ?? mainGlobal;
    Object.defineProperty(global, CONDITION, { value: look, configurable: true });
    try {
      enter(fn, call, `${CONDITION}(() => ${expression})`);
    } finally {
      Reflect.deleteProperty(global, CONDITION);
    }
  });
  return results[0]?.();
}

/** Makes `fn` run until it ends by what a condition does, which is worked out wherever it could stop. */
function enter(fn: Function, call: EntryCall, condition: string): void {
  const breakpoints: string[] = [];
  const locations = locationsIn(fn);
  try {
    for (const location of locations) {
      try {
        breakpoints.push(post("Debugger.setBreakpoint", { location, condition }).breakpointId);
      } catch (error) {
        // The end of an arrow function in a field of a class is told by Node 26, which cannot stop there; all else comes before it.
        if (breakpoints.length === 0 || location !== locations.at(-1)) throw error;
      }
    }
    if (breakpoints.length === 0) return;
    bridge.called = fn;
    bridge.args = ARGUMENTS;
    // Answers "Execution was terminated", always: that is how it leaves again.
    withBridge(mainGlobal, () => open().post("Runtime.evaluate", { expression: ENTRY_CALLS[call], silent: true }));
  } finally {
    for (const breakpointId of breakpoints) post("Debugger.removeBreakpoint", { breakpointId });
    bridge.called = bridge.args = undefined;
    release();
  }
}

/** All places in `fn` where it can stop: which of them comes first is not told by where it stands, as in `for (;; i++) run()`. */
function locationsIn(fn: Function): Debugger.Location[] {
  const { position } = closureOf(fn);
  if (position === undefined) return [];
  const start = { scriptId: position.scriptId, lineNumber: position.line, columnNumber: position.column };
  const { locations } = post("Debugger.getPossibleBreakpoints", { start, restrictToFunction: true });
  // It names a place once for each reason to stop there.
  const places = new Map(
    locations.map(({ scriptId, lineNumber, columnNumber }) => [
      `${lineNumber}:${columnNumber ?? 0}`,
      { scriptId, lineNumber, columnNumber: columnNumber ?? 0 },
    ]),
  );
  return [...places.values()];
}
