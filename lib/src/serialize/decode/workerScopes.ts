/** What a worker has for itself, since its initializer assigned it: made by the first message that refers to it, and kept. */
import type { MadeScope } from "./generatedCode";

const scopes = new Map<string, MadeScope>();

/** The scope of that name; one that is new is made by `make`. */
export function scopeOfWorker(id: string, make: () => MadeScope): MadeScope {
  const known = scopes.get(id) ?? make();
  scopes.set(id, known);
  return known;
}

const members = new Map<string, Record<string, unknown>>();

/** The object of that name, from which others inherit: whoever assigns to one of those properties assigns to it here. */
export function propertiesOfWorker(id: string, names: readonly string[]): Record<string, unknown> {
  let known = members.get(id);
  if (known === undefined) {
    const values = new Map<string, unknown>();
    known = Object.create(null) as Record<string, unknown>;
    for (const name of names) {
      Object.defineProperty(known, name, {
        get: () => values.get(name),
        set: (value: unknown) => values.set(name, value),
        enumerable: true,
      });
    }
    members.set(id, known);
  }
  return known;
}

const objects = new Map<string, unknown>();

/** The object of that name; `sent` is a new one, if it came with the message. */
export function objectOfWorker(id: string, sent: unknown): unknown {
  if (sent !== undefined) objects.set(id, sent);
  return objects.get(id);
}
