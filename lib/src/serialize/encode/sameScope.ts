/**
 * Finds out which of several scopes are one and the same. V8's inspector has no identity of scopes: it makes new objects for them at every question, and
 * its debugger can read a variable of a scope or write one, nothing else. (A heap snapshot would tell, but takes seconds for a large heap.) So this
 * file writes a tag to a variable of one function's scope: the functions that then see the tag share the scope. It is safe: only variables that a
 * function of the message assigns to itself are written, no code of the program runs in between, Stop has to wait, and each variable gets its value back.
 */
import { uninterrupted } from "../../base/interrupt";
import { closureOf, valueIn, type Scope } from "../v8/inspector";
import { evaluateInside } from "./userClass";

/** One scope of one function. */
export interface Entry {
  readonly fn: Function;
  readonly fnName: string;
  readonly scope: Scope;
  readonly scriptId: string;
  /** Which scope of `fn` it is, counted from the outermost. */
  readonly level: number;
  readonly parent: number;
  /** Its name in each worker, if workers keep it for themselves. */
  readonly workerScope?: string | undefined;
  /** The variables of it that its function assigns to. */
  readonly written: Set<string>;
}
/** Stands for the tag of a scope that could not be tagged. */
export const CANNOT_TELL = Symbol("cannot tell");

/** For each scope its tag, equal for those that are the same; undefined for a scope to which no function assigns. */
export function tagsOf(entries: readonly Entry[]): unknown[] {
  const restoreByTag = new Map<unknown, () => void>();
  const tagSeenBy = (entry: Entry): unknown => {
    const scope = currentScope(entry);
    return Object.keys(scope.variables)
      .map((name) => valueIn(scope, name))
      .find((value) => restoreByTag.has(value));
  };
  return uninterrupted(() => {
    try {
      const tagged = entries.map(
        (entry) => entry.written.size === 0 || tagSeenBy(entry) !== undefined || tagScope(entry, restoreByTag),
      );
      return entries.map((entry, index) => (tagged[index] ? tagSeenBy(entry) : CANNOT_TELL));
    } finally {
      for (const restore of restoreByTag.values()) restore();
    }
  });
}

/** Tags the scope of `entry`. False when there is no way in; true also where all that it assigns to are constants. */
function tagScope(entry: Entry, restoreByTag: Map<unknown, () => void>): boolean {
  const tag = Object.freeze({});
  let constants = 0;
  for (const name of entry.written) {
    const before = valueIn(currentScope(entry), name);
    const parameter = name === "value" ? "it" : "value";
    const found = evaluateInside(entry.fn, `(${parameter}) => { ${name} = ${parameter}; }`);
    if (found === undefined) continue;
    const write = found.value as (value: unknown) => void;
    try {
      write(tag);
    } catch (error) {
      if (!/^(Type|Reference)Error$/.test((error as Error).name)) throw error;
      constants++;
      continue;
    }
    // Where a parameter hides the variable, something else was written.
    if (valueIn(currentScope(entry), name) !== tag) continue;
    restoreByTag.set(tag, () => write(before));
    return true;
  }
  return constants === entry.written.size;
}

function currentScope({ fn, level }: Entry): Scope {
  return closureOf(fn).scopes.at(-1 - level) as Scope;
}
