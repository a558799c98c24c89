/**
 * Tells which scopes are one and the same by leaving marks: through each function a mark of its own is written to a
 * variable of its scope; whoever then sees the same mark shares the scope. Nothing of the functions is run, and every variable has its value
 * back before anybody can look.
 */
import { analyse } from "./analyse";
import { writeVariable } from "./door";
import type { Knock } from "./door";
import { isHarmless } from "./harmless";
import { closureOf, valueIn, withDebugger } from "./inspector";
import type { Scope } from "./inspector";
import type { Entry, Marked } from "./scopes";
import { sourceOf } from "./sources";

/** For each scope its mark: equal for those that are the same. Marks are left by functions that assign; undefined where none is seen. */
export function marksOf(entries: readonly Marked[], name: string): unknown[] {
  const before = valueIn(entries[0].scope, name);
  return withDebugger(() => {
    const marked = new Set<number>();
    const current = (entry: Entry): unknown => valueIn(closureOf(entry.fn).scopes.at(-1 - entry.level) as Scope, name);
    try {
      entries.forEach((entry, index) => {
        if (entry.writes && write(entry, name, Object.freeze({ index }))) marked.add(index);
      });
      return entries.map((entry) => {
        const seen = current(entry);
        return Object.is(seen, before) ? undefined : seen;
      });
    } finally {
      for (const index of marked) {
        if (!Object.is(current(entries[index]), before)) write(entries[index], name, before);
      }
    }
  });
}

function write({ fn, level }: Entry, name: string, value: unknown): boolean {
  const knock = knockFor(fn);
  return knock !== undefined && writeVariable(fn, knock, level, name, value);
}

/** How to get to the door of `fn` without running anything of it; undefined when there is no way. */
function knockFor(fn: Function): Knock | undefined {
  const { kind, classNode } = analyse(sourceOf(fn));
  if (kind === "generator") return "next";
  if (classNode === undefined) return "call";
  return isHarmless(classNode) ? "construct" : undefined;
}
