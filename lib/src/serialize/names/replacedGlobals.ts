/**
 * What the program has put in the place of a global of the language or of Node, or of one of its functions, since this library was loaded: workers
 * have the original. What was there when the library was loaded counts as the environment's, a test runner's for instance.
 */
import { isNotLoaded, loadedParts, STANDARD_GLOBALS } from "./globals";
import { dataProperties, registerName } from "./registry";
import { isOfNode } from "../v8/sourceText";

interface Original {
  readonly descriptor: PropertyDescriptor;
  /** Its functions, by their names. */
  readonly members: ReadonlyMap<string, Function>;
}
const originals = new Map<string, Original>();
const loaded = loadedParts();
for (const name of STANDARD_GLOBALS) {
  const descriptor = isNotLoaded(name, loaded) ? undefined : Object.getOwnPropertyDescriptor(globalThis, name);
  if (descriptor !== undefined) originals.set(name, { descriptor, members: membersOf(descriptor.value) });
}
// Timers that the environment has put in the place of these, as the lesson's kernel does: they are used by the name under which they are imported.
const TIMERS = "timers/promises";
if (loaded.has(TIMERS))
  for (const [key, timer] of dataProperties(require(`node:${TIMERS}`) as object))
    registerName(timer, { from: "module", module: `node:${TIMERS}`, path: [key] });

function membersOf(value: unknown): Map<string, Function> {
  const members = new Map<string, Function>();
  if ((typeof value !== "object" && typeof value !== "function") || value === null || value === globalThis)
    return members;
  for (const key of Object.getOwnPropertyNames(value)) {
    const member: unknown = Object.getOwnPropertyDescriptor(value, key)?.value;
    if (typeof member === "function") members.set(key, member);
  }
  return members;
}

/** Has the program replaced the global of that name? */
export function isReplaced(name: string): boolean {
  const original = originals.get(name)?.descriptor;
  if (original === undefined && !STANDARD_GLOBALS.has(name)) return false;
  const now = Object.getOwnPropertyDescriptor(globalThis, name);
  if (now === undefined) return true;
  // Node had not loaded it then. A getter comes from a test runner that lends its globals.
  if (original === undefined) return "value" in now && isReplacement(now.value);
  if ("value" in original) return now.value !== original.value;
  // Node puts the value in the place of the getter when somebody asks for it.
  return now.get === undefined ? isReplacement(now.value) : now.get !== original.get;
}

const isReplacement = (value: unknown): boolean => typeof value === "function" && !isOfNode(value);

/**
 * The first function of the global of that name that the program has replaced; undefined when there is none. Of the global object itself these are globals.
 *
 * @param used which of them are used; undefined: perhaps all
 */
export function replacedMember(name: string, used: ReadonlySet<string> | undefined): string | undefined {
  if (name === "globalThis" || name === "global") return [...(used ?? [])].find(isReplaced);
  const members = originals.get(name)?.members;
  if (members === undefined || members.size === 0) return undefined;
  return [...(used ?? members.keys())].find((key) => isMemberReplaced(name, key));
}

/** Has the program replaced that function of the global of that name? */
export function isMemberReplaced(name: string, key: string): boolean {
  const member = originals.get(name)?.members.get(key);
  if (member === undefined) return false;
  const holder = (globalThis as Record<string, unknown>)[name] as object;
  return Object.getOwnPropertyDescriptor(holder, key)?.value !== member;
}
