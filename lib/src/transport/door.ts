/**
 * Stops at the door of a function, before its parameters and its body run, and leaves again: nothing of the function is ever run. The
 * only way to reach what V8 does not list, such as the `this` of an arrow function, and to write into a closure or a
 * private field. A stop takes a millisecond or more, so it is the last resort.
 */
import type { Debugger, Runtime } from "node:inspector";
import { mainGlobal } from "./contexts";
import { GROUP, HANDS, closureOf, handing, hands, local, open, post, release, remote, withDebugger } from "./inspector";

/** How to go on after a pause. */
export type Then = "stepInto" | "stepOut" | "visit" | "leave";
/** How a function is made to run into its door. */
export type Knock = "call" | "construct" | "next";

const KNOCKS: Record<Knock, string> = {
  call: `${HANDS}.called(...${HANDS}.args)`,
  construct: `Reflect.construct(${HANDS}.called, ${HANDS}.args)`,
  // The door of a generator is behind its first next().
  next: `${HANDS}.called(...${HANDS}.args).next()`,
};

const MANY = 100;
/** An argument that can be taken apart in any way: so that neither a pattern fails nor a default value is worked out. */
export const ANYTHING: unknown = new Proxy(function () { /* nothing */ }, {
  get: (_, key) => (key === Symbol.iterator ? [][Symbol.iterator].bind(ARGUMENTS as []) : key === Symbol.toPrimitive ? () => "" : ANYTHING),
});
const ARGUMENTS: readonly unknown[] = new Array<unknown>(MANY).fill(ANYTHING);

/** Calls `visit` at the door of `fn`. False when it cannot be entered. */
export function stopAtTheDoor(fn: Function, knock: Knock, visit: (frame: Debugger.CallFrame) => void): boolean {
  const { place } = closureOf(fn);
  let entered = false;
  let steps = 0;
  let ours: string | undefined;
  // A breakpoint would stand at the first place where the function can stop, which may be a default value that is never worked out.
  withPauses(fn, `debugger; ${KNOCKS[knock]}`, ({ functionLocation: at, location }) => {
    ours ??= location.scriptId;
    if (at?.scriptId === place?.scriptId && at?.lineNumber === place?.line && at?.columnNumber === place?.column) {
      entered = true;
      return "visit";
    }
    // What takes its parameters apart, or makes its class's fields, may come before.
    if (++steps > MOST_STEPS) return "leave";
    return location.scriptId === ours ? "stepInto" : "stepOut";
  }, visit);
  return entered;
}
const MOST_STEPS = 1000;

/** Calls `visit` when the simple function `fn` is called, in the course of a `knock` at `called`; it says how to go on. */
export function stopWhenCalled(fn: Function, called: Function, knock: Knock, next: (frame: Debugger.CallFrame) => Then): boolean {
  let entered = false;
  withDebugger(() => {
    const { breakpointId } = post<Debugger.SetBreakpointReturnType>("Debugger.setBreakpointOnFunctionCall", { objectId: remote(fn) });
    try {
      withPauses(called, KNOCKS[knock], (frame) => {
        entered = true;
        return next(frame);
      });
    } finally {
      post("Debugger.removeBreakpoint", { breakpointId });
    }
  });
  return entered;
}

/** Runs `expression`, which knocks at `called`; at each pause `next` says how to go on. */
function withPauses(called: Function, expression: string, next: (frame: Debugger.CallFrame) => Then, visit?: (frame: Debugger.CallFrame) => void): void {
  const inspect = open();
  let failure: unknown;
  const onPaused = (message: { params: Debugger.PausedEventDataType }): void => {
    let then: Then = "leave";
    try {
      const [frame] = message.params.callFrames;
      then = next(frame);
      if (then === "visit") visit?.(frame);
    } catch (error) {
      failure = error;
    }
    if (then === "stepInto" || then === "stepOut") inspect.post(`Debugger.${then}`);
    else inspect.post("Debugger.resume", { terminateOnResume: true });
  };
  withDebugger(() => {
    inspect.on("Debugger.paused", onPaused);
    hands.called = called;
    hands.args = ARGUMENTS;
    try {
      // Answers "Execution was terminated", always: that is how it leaves again.
      handing(mainGlobal, () => handing(closureOf(called).global ?? mainGlobal, () => inspect.post("Runtime.evaluate", { expression, silent: true })));
    } finally {
      inspect.off("Debugger.paused", onPaused);
      delete hands.called;
      delete hands.args;
      release();
    }
  });
  if (failure !== undefined) throw failure;
}

/** Evaluates an expression where a function has stopped. */
export function evaluateIn({ callFrameId }: Debugger.CallFrame, expression: string): unknown {
  const answer = post<Debugger.EvaluateOnCallFrameReturnType>("Debugger.evaluateOnCallFrame", {
    callFrameId, expression, objectGroup: GROUP, silent: true,
  });
  if (answer.exceptionDetails !== undefined) throw new Error(String(answer.exceptionDetails.exception?.description));
  const { objectId } = answer.result;
  if (objectId === undefined) return local(answer.result);
  // V8 hands an object of one context on to code of that context only.
  post("Runtime.callFunctionOn", { objectId, functionDeclaration: `function () { "use strict"; ${HANDS}.value = this; }` });
  return hands.value;
}

const kept = new WeakMap<Function, Map<string, { readonly value: unknown }>>();

/**
 * The value of an expression at the door of `fn`, found once and kept: for what never changes there, such as `this`, and for functions
 * made there, which go on seeing the variables that `fn` sees. Undefined when `fn` cannot be entered.
 */
export function keptFromTheDoor(fn: Function, expression: string, knock: Knock): { readonly value: unknown } | undefined {
  const known = kept.get(fn) ?? new Map<string, { readonly value: unknown }>();
  if (!known.has(expression)) {
    const values = evaluateAtTheDoor(fn, [expression], knock);
    if (values === undefined) return undefined;
    known.set(expression, { value: values[0] });
    kept.set(fn, known);
  }
  return known.get(expression);
}

/** Evaluates expressions at the door of `fn`; undefined when it cannot be entered. */
export function evaluateAtTheDoor(fn: Function, expressions: readonly string[], knock: Knock = "call"): unknown[] | undefined {
  let values: unknown[] | undefined;
  stopAtTheDoor(fn, knock, (frame) => {
    values = expressions.map((expression) => evaluateIn(frame, expression));
  });
  return values;
}

/** Sets variables around `fn`, constants included. False when it cannot be entered. */
export function overwrite(fn: Function, knock: Knock, variables: ReadonlyMap<string, { readonly level: number; readonly value: unknown }>): boolean {
  return stopAtTheDoor(fn, knock, (frame) => {
    const closed = frame.scopeChain.filter(({ type }) => type !== "global");
    for (const [variableName, { level, value }] of variables) {
      post("Debugger.setVariableValue", { callFrameId: frame.callFrameId, scopeNumber: closed.length - 1 - level, variableName, newValue: argumentFor(value, frame) });
    }
  });
}

function argumentFor(value: unknown, { scopeChain }: Debugger.CallFrame): Runtime.CallArgument {
  if ((typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol") {
    hands.value = value;
    // By any object of the frame's context, as only ids of that context are taken there.
    const { objectId } = scopeChain[0].object;
    return { objectId: post<Runtime.CallFunctionOnReturnType>("Runtime.callFunctionOn", { objectId, functionDeclaration: `function () { return ${HANDS}.value; }`, objectGroup: GROUP }).result.objectId };
  }
  if (typeof value === "bigint") return { unserializableValue: `${value}n` };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))) return { unserializableValue: Object.is(value, -0) ? "-0" : String(value) };
  return value === undefined ? {} : { value };
}

