/** Functions and classes that ES modules export: they travel by a module's address and their name in it. */
import { types } from "node:util";
import { exportsOf, offsetOf } from "../v8/declarations";
import { closureOf, positionOf, valueIn, type Position, type Scope } from "../v8/inspector";
import { loadedModules, workersCanImport } from "./loadedModules";
import { registerName, registeredName, dataProperties } from "./registry";
import type { Name } from "../message/message";
import { textOf, urlOf } from "../v8/sourceText";

/** Functions that no module exports. */
const unnamed = new WeakSet<Function>();
/** Functions that were assigned to an exported variable later: a worker that loads the module finds another one there. */
const assigned = new WeakSet<Function>();
/** The named functions by module and path. */
const things = new Map<string, WeakRef<object>>();

/** The name of `fn` in the ES module that exports it; undefined where none does that workers can load. */
export function exportNameOf(fn: Function): Name | undefined {
  const noted = registeredName(fn);
  if (noted?.from === "import") return noted;
  if (noted !== undefined || unnamed.has(fn)) return undefined;
  const position = positionOf(fn);
  if (position === undefined ? fn.name.startsWith("bound ") : workersCanImport(position.scriptId)) {
    const module = closureOf(fn).scopes.find(({ kind }) => kind === "Module");
    if (module !== undefined) nameExports(module, fn, position as Position);
    // A function of another module may have made it.
    if (registeredName(fn) === undefined && !assigned.has(fn))
      for (const [url, exports] of loadedModules()) nameAll(url, Object.entries(exports), fn);
  }
  const name = registeredName(fn);
  if (name === undefined) unnamed.add(fn);
  return name;
}

/** Does its module export it only since the program assigned it there? */
export function isReassignedExport(fn: Function): boolean {
  return assigned.has(fn);
}

/** The thing of that name, if this thread has loaded it. */
export function loadedExport(url: string, path: readonly string[]): unknown {
  const noted = things.get(keyOf(url, path))?.deref();
  if (noted !== undefined) return noted;
  let thing: unknown = loadedModules().get(url);
  for (const key of path) thing = (thing as Record<string, unknown> | undefined)?.[key];
  return thing;
}

/** Names all exports of the module of `fn`: others of them may come back from a worker. */
function nameExports(module: Scope, fn: Function, { scriptId }: Position): void {
  const text = textOf(scriptId);
  const found = exportsOf(scriptId).flatMap(({ variable, what, start, end, isConstant }): [string, unknown][] => {
    if (variable === undefined)
      return text.slice(start, end) === String(fn) && isWithin(fn, scriptId, start, end) ? [[what, fn]] : [];
    const value = Object.hasOwn(module.variables, variable) ? valueIn(module, variable) : undefined;
    if (isConstant || (typeof value === "function" && isWithin(value, scriptId, start, end))) return [[what, value]];
    if (typeof value === "function") assigned.add(value);
    return [];
  });
  nameAll(urlOf(scriptId), found);
}

/** @param only the one function to name; without it all */
function nameAll(url: string, exports: readonly (readonly [what: string, value: unknown])[], only?: Function): void {
  const nameOne = (path: readonly string[], value: unknown): void => {
    if (typeof value !== "function" || (only ?? value) !== value || !registerName(value, { from: "import", url, path }))
      return;
    things.set(keyOf(url, path), new WeakRef(value));
  };
  for (const [what, value] of exports) {
    nameOne([what], value);
    if (
      typeof value !== "object" ||
      value === null ||
      types.isProxy(value) ||
      Object.getPrototypeOf(value) !== Object.prototype
    )
      continue;
    for (const [member, inner] of dataProperties(value)) nameOne([what, member], inner);
  }
}

function keyOf(url: string, path: readonly string[]): string {
  return [url, ...path].join("\n");
}

/** Does a function stand in that part of that script? */
function isWithin(fn: Function, scriptId: string, start: number, end: number): boolean {
  const position = positionOf(fn);
  if (position?.scriptId !== scriptId) return false;
  const offset = offsetOf(position);
  return start <= offset && offset < end;
}
