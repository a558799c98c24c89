/** What a worker has for itself, since its initializer assigned it. The first message that refers to it makes it. */
import { getOrMake } from "../../base/getOrMake";
import type { MadeScope } from "./generatedCode";

const scopes = new Map<string, MadeScope>();

export function scopeOfWorker(id: string, make: () => MadeScope): MadeScope {
  return getOrMake(scopes, id, make);
}

const exportsOfWorker = new Map<string, Record<string, unknown>>();

/** An object from which others inherit: who assigns to such a property of one of them assigns to it here. */
export function propertiesOfWorker(id: string, names: readonly string[]): Record<string, unknown> {
  return getOrMake(exportsOfWorker, id, () => {
    const values = new Map<string, unknown>();
    const accessors = names.map((name) => [
      name,
      { get: () => values.get(name), set: (value: unknown) => values.set(name, value), enumerable: true },
    ]);
    return Object.create(null, Object.fromEntries(accessors) as PropertyDescriptorMap) as Record<string, unknown>;
  });
}

const objects = new Map<string, unknown>();

/** @param sent a new one, if it came with the message */
export function objectOfWorker(id: string, sent: unknown): unknown {
  if (sent !== undefined) objects.set(id, sent);
  return objects.get(id);
}
