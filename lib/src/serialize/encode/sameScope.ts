/**
 * Tells which scopes are one and the same by leaving marks: through each function a mark of its own is written to a
 * variable of its scope; whoever then sees the same mark shares the scope. Nothing of the functions is run, and every variable has its value
 * back before anybody can look.
 */
import { uninterrupted } from "../../base/interrupt";
import { evaluateOnceAtEntry } from "../v8/entryBreakpoint";
import { entriesOf } from "./methods";
import { closureOf, valueIn } from "../v8/inspector";
import type { Scope } from "../v8/inspector";

/** One scope of one function. */
export interface Entry {
  readonly fn: Function;
  readonly fnName: string;
  readonly scope: Scope;
  readonly scriptId: string;
  /** Which scope of `fn` it is, counted from the outermost. */
  readonly level: number;
  readonly parent: number;
  /** By which each worker knows it, if it has one of its own. */
  readonly workerScope?: string | undefined;
  /** The variables of it that its function assigns to. */
  readonly written: Set<string>;
}
/** The mark of a scope that could not be given one. */
export const CANNOT_TELL = Symbol("cannot tell");

/**
 * For each scope its mark: equal for those that are the same. Marks are left by functions that assign to a variable; undefined for a
 * scope where none does.
 */
export function tagsOf(entries: readonly Entry[]): unknown[] {
  const given = new Map<unknown, () => void>();
  const seenBy = (entry: Entry): unknown => {
    const { variables } = currentScope(entry);
    return Object.keys(variables)
      .map((name) => valueIn({ kind: "", variables }, name))
      .find((value) => given.has(value));
  };
  // A Stop in between would leave a mark in a variable of the user's.
  return uninterrupted(() => {
    try {
      const marked = entries.map(
        (entry) => entry.written.size === 0 || seenBy(entry) !== undefined || give(entry, given),
      );
      return entries.map((entry, index) => (marked[index] ? seenBy(entry) : CANNOT_TELL));
    } finally {
      for (const restore of given.values()) restore();
    }
  });
}

/** Marks the scope of `entry`. False when there is no way in; true also where all that it assigns to are constants. */
function give(entry: Entry, given: Map<unknown, () => void>): boolean {
  const mark = Object.freeze({});
  let constants = 0;
  for (const name of entry.written) {
    const before = valueIn(entry.scope, name);
    const write = writerOf(entry.fn, name);
    if (write === undefined) continue;
    try {
      write(mark);
    } catch (error) {
      if (!/^(Type|Reference)Error$/.test((error as Error).name)) throw error;
      constants++;
      continue;
    }
    // Where a parameter hides the variable, something else was written.
    if (valueIn(currentScope(entry), name) !== mark) continue;
    given.set(mark, () => write(before));
    return true;
  }
  return constants === entry.written.size;
}

/** Assigns to a variable that `fn` sees. */
export function writerOf(fn: Function, name: string): ((value: unknown) => void) | undefined {
  const parameter = name === "value" ? "it" : "value";
  for (const [door, knock] of entriesOf(fn)) {
    const found = evaluateOnceAtEntry(door, `(${parameter}) => { ${name} = ${parameter}; }`, knock);
    if (found !== undefined) return found.value as (value: unknown) => void;
  }
  return undefined;
}

function currentScope({ fn, level }: Entry): Scope {
  return closureOf(fn).scopes.at(-1 - level) as Scope;
}
