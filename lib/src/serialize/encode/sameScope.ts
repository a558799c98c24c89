/**
 * Tells which scopes are one and the same: through each function a tag is written to a variable of its scope; the functions that then see the
 * same tag share the scope. V8 has no other way to tell. No code of the functions runs, and every variable has its value back before other code runs.
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
/** Stands for the tag of a scope that could not be tagged. */
export const CANNOT_TELL = Symbol("cannot tell");

/**
 * For each scope its tag: equal for those that are the same. Tags are left by functions that assign to a variable; undefined for a
 * scope where none does.
 */
export function tagsOf(entries: readonly Entry[]): unknown[] {
  const tags = new Map<unknown, () => void>();
  const seenBy = (entry: Entry): unknown => {
    const { variables } = currentScope(entry);
    return Object.keys(variables)
      .map((name) => valueIn({ kind: "", variables }, name))
      .find((value) => tags.has(value));
  };
  // A Stop in between would leave a tag in a variable of the user's.
  return uninterrupted(() => {
    try {
      const tagged = entries.map(
        (entry) => entry.written.size === 0 || seenBy(entry) !== undefined || tagScope(entry, tags),
      );
      return entries.map((entry, index) => (tagged[index] ? seenBy(entry) : CANNOT_TELL));
    } finally {
      for (const restore of tags.values()) restore();
    }
  });
}

/** Tags the scope of `entry`. False when there is no way in; true also where all that it assigns to are constants. */
function tagScope(entry: Entry, tags: Map<unknown, () => void>): boolean {
  const tag = Object.freeze({});
  let constants = 0;
  for (const name of entry.written) {
    const before = valueIn(entry.scope, name);
    const write = writerOf(entry.fn, name);
    if (write === undefined) continue;
    try {
      write(tag);
    } catch (error) {
      if (!/^(Type|Reference)Error$/.test((error as Error).name)) throw error;
      constants++;
      continue;
    }
    // Where a parameter hides the variable, something else was written.
    if (valueIn(currentScope(entry), name) !== tag) continue;
    tags.set(tag, () => write(before));
    return true;
  }
  return constants === entry.written.size;
}

/** Assigns to a variable that `fn` sees. */
export function writerOf(fn: Function, name: string): ((value: unknown) => void) | undefined {
  const parameter = name === "value" ? "it" : "value";
  for (const [entry, entryCall] of entriesOf(fn)) {
    const found = evaluateOnceAtEntry(entry, `(${parameter}) => { ${name} = ${parameter}; }`, entryCall);
    if (found !== undefined) return found.value as (value: unknown) => void;
  }
  return undefined;
}

function currentScope({ fn, level }: Entry): Scope {
  return closureOf(fn).scopes.at(-1 - level) as Scope;
}
