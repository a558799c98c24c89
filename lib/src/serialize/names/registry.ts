/** The names of things that travel by their name, since every worker has them or can load them. The other files of this room fill it. */
import type { Name } from "../message/message";

/** The names of what is Node's or the language's own, and of what the program's modules export. One thing may have both. */
const own = new WeakMap<object | symbol, Name>();
const exported = new WeakMap<object | symbol, Name>();

/** The name that was noted of a thing; whether it is to be used is said by `nameInWorkers`. */
export function registeredName(value: object | symbol): Name | undefined {
  return own.get(value) ?? exported.get(value);
}

/** Is it the name of something that a module exports, other than Node's own? */
export function isModuleExport(name: Name): boolean {
  return name.from === "import" || (name.from === "module" && !name.module.startsWith("node:"));
}

/** Names a thing; false for what has a name, or can have none. */
export function registerName(value: unknown, name: Name): boolean {
  if ((typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") || value === null)
    return false;
  const names = isModuleExport(name) ? exported : own;
  if (own.has(value) || names.has(value)) return false;
  names.set(value, name);
  return true;
}

/** For what was put in the place of what a module exports. */
export function unregisterName(value: object): void {
  exported.delete(value);
}

/** Values only: a getter may load something, or warn. */
export function* dataProperties(object: object): Generator<[string, unknown]> {
  for (const key of Object.getOwnPropertyNames(object)) {
    const descriptor = Object.getOwnPropertyDescriptor(object, key);
    if (descriptor !== undefined && "value" in descriptor) yield [key, descriptor.value];
  }
}
