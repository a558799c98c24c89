/** What a function and its prototype have beside what the source of the function makes. */
import type { ClassFacts } from "./classes";
import type { Encoder } from "./encode";
import { extrasOf } from "./extras";
import { sourceOf } from "./sources";
import type { Extras } from "./wire";

export function ownPartsOf(to: Encoder, fn: Function, source: string, facts: ClassFacts | undefined): Extras & { prototypeParts?: Extras } {
  const madeBySource = (owner: object, key: string | symbol): boolean => {
    if (facts === undefined) return false;
    const descriptor = Object.getOwnPropertyDescriptor(owner, key) as PropertyDescriptor;
    if (owner === fn && typeof key === "string" && facts.staticFields.has(key)) return false;
    return [descriptor.value, descriptor.get, descriptor.set].every((part) => part === undefined || (typeof part === "function" && source.includes(sourceOf(part as Function))));
  };
  const usual = facts !== undefined || ANY_FUNCTION.has(Object.getPrototypeOf(fn)) ? Object.getPrototypeOf(fn) as object : Function.prototype;
  const parts: Extras & { prototypeParts?: Extras } = extrasOf(to, fn, usual, (key) => STANDARD.has(key) || madeBySource(fn, key));
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
  if (typeof prototype === "object" && prototype !== null) {
    const base = Object.getPrototypeOf(prototype) as object | null;
    const own = extrasOf(to, prototype, facts !== undefined || ANY_GENERATOR.has(base) ? base : Object.prototype, (key) => key === "constructor" || madeBySource(prototype, key));
    if (Object.keys(own).length > 0) parts.prototypeParts = own;
  }
  return parts;
}

const STANDARD = new Set<string | symbol>(["length", "name", "prototype", "arguments", "caller"]);

function* nothing(): Generator { /* only its prototypes are wanted */ }
async function* nothingLater(): AsyncGenerator { /* the same */ }
const ANY_FUNCTION = new Set<unknown>([Function.prototype, ...[async () => undefined, nothing, nothingLater].map((fn) => Object.getPrototypeOf(fn) as unknown)]);
const ANY_GENERATOR = new Set<unknown>([nothing, nothingLater].map((fn) => Object.getPrototypeOf(fn.prototype) as unknown));
