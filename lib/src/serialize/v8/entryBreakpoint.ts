/**
 * Looks around at the door of a function, before its body runs, and leaves again: nothing of the function is ever run. The
 * only way to reach what V8 does not list, such as the `this` of an arrow function, and to write into a closure or a
 * private field. It takes a millisecond or more, so it is the last resort.
 *
 * V8 works out the condition of a breakpoint where the breakpoint stands. All that is done is done there, and the condition is never true:
 * so nothing stops, and a debugger that is attached does not see any of it.
 */
import type { Debugger } from "node:inspector";
import { HELPER } from "../message/message";
import { BRIDGE, bridge, closureOf, mainGlobal, open, post, release, withBridge, withDebugger } from "./inspector";

/** How a function is made to run into its door. */
export type EntryCall = "call" | "construct" | "next";

const KNOCKS: Record<EntryCall, string> = {
  call: `${BRIDGE}.called(...${BRIDGE}.args)`,
  construct: `Reflect.construct(${BRIDGE}.called, ${BRIDGE}.args)`,
  // The door of a generator is behind its first next().
  next: `${BRIDGE}.called(...${BRIDGE}.args).next()`,
};
/** By this name conditions find us. No function that travels uses it: see `refuseOdd` in capture. */
const DOOR = `${HELPER}Door`;

const MANY = 100;
/** An argument that can be taken apart in any way: so that neither a pattern fails nor a default value is worked out. */
const ANYTHING: unknown = new Proxy(
  function () {
    /* nothing */
  },
  {
    get: (_, key) =>
      key === Symbol.iterator
        ? [][Symbol.iterator].bind(ARGUMENTS as [])
        : key === Symbol.toPrimitive
          ? () => ""
          : ANYTHING,
  },
);
const ARGUMENTS: readonly unknown[] = new Array<unknown>(MANY).fill(ANYTHING);

/** The values of expressions at the door of `fn`; undefined when it does not come there. */
function evaluateAtEntry(fn: Function, expressions: readonly string[], knock: EntryCall): unknown[] | undefined {
  let found: { readonly values: unknown[] } | { readonly failure: unknown } | undefined;
  const look = (evaluate: () => unknown[]): boolean => {
    if (found !== undefined) return false;
    try {
      found = { values: evaluate() };
    } catch (failure) {
      found = { failure };
    }
    // The function ends where it is, as soon as the condition has been worked out.
    open().post("Runtime.terminateExecution");
    return false;
  };
  withDebugger(() => {
    const global = closureOf(fn).global ?? mainGlobal;
    Object.defineProperty(global, DOOR, { value: look, configurable: true });
    try {
      knockAt(fn, knock, `${DOOR}(() => [${expressions.join(", ")}])`);
    } finally {
      Reflect.deleteProperty(global, DOOR);
    }
  });
  if (found !== undefined && "failure" in found) throw found.failure;
  return found?.values;
}

/** Makes `fn` run until it ends by what a condition does, which is worked out wherever it could stop. */
function knockAt(fn: Function, knock: EntryCall, condition: string): void {
  const breakpoints: string[] = [];
  const stops = stopsOf(fn);
  try {
    for (const location of stops) {
      try {
        breakpoints.push(
          post<Debugger.SetBreakpointReturnType>("Debugger.setBreakpoint", { location, condition }).breakpointId,
        );
      } catch (error) {
        // The end of an arrow function in a field of a class is told by Node 26, which cannot stop there; all else comes before it.
        if (breakpoints.length === 0 || location !== stops.at(-1)) throw error;
      }
    }
    if (breakpoints.length === 0) return;
    bridge.called = fn;
    bridge.args = ARGUMENTS;
    // Answers "Execution was terminated", always: that is how it leaves again.
    withBridge(mainGlobal, () => open().post("Runtime.evaluate", { expression: KNOCKS[knock], silent: true }));
  } finally {
    for (const breakpointId of breakpoints) post("Debugger.removeBreakpoint", { breakpointId });
    delete bridge.called;
    delete bridge.args;
    release();
  }
}

/** All places in `fn` where it can stop: which of them comes first is not told by where it stands, as in `for (;; i++) run()`. */
function stopsOf(fn: Function): Debugger.Location[] {
  const { place } = closureOf(fn);
  if (place === undefined) return [];
  const start: Debugger.Location = { scriptId: place.scriptId, lineNumber: place.line, columnNumber: place.column };
  const { locations } = post<Debugger.GetPossibleBreakpointsReturnType>("Debugger.getPossibleBreakpoints", {
    start,
    restrictToFunction: true,
  });
  // It names a place once for each reason to stop there.
  const places = new Map(
    locations.map(({ scriptId, lineNumber, columnNumber }) => [
      `${lineNumber}:${columnNumber}`,
      { scriptId, lineNumber, columnNumber },
    ]),
  );
  return [...places.values()];
}

const kept = new WeakMap<Function, Map<string, { readonly value: unknown }>>();

/**
 * The value of an expression at the door of `fn`, found once and kept: for what never changes there, such as `this`, and for functions
 * made there, which go on seeing the variables that `fn` sees. Undefined when `fn` cannot be entered.
 */
export function evaluateOnceAtEntry(
  fn: Function,
  expression: string,
  knock: EntryCall,
): { readonly value: unknown } | undefined {
  const known = kept.get(fn) ?? new Map<string, { readonly value: unknown }>();
  if (!known.has(expression)) {
    const values = evaluateAtEntry(fn, [expression], knock);
    if (values === undefined) return undefined;
    known.set(expression, { value: values[0] });
    kept.set(fn, known);
  }
  return known.get(expression);
}
