/**
 * What a message brings is made by Node in the main context of the thread. A library that a test runner loaded into another context makes it a thing
 * of its own context, so that its callers find it an instance of their `Array`, their `Map` and so on.
 */
import { types } from "node:util";
import { registerContextOf, mainGlobal } from "../v8/contexts";
import { refreshNames, thingOf } from "./lookup";
import { registeredName } from "../message/names";

/** Gives a received value, which structured clone has made, and all in it the prototypes of our context. */
export function adoptPrototypes(value: unknown): unknown {
  if (globalThis === mainGlobal) return value;
  refreshNames();
  adoptAll(value, new Set());
  return value;
}

function adoptAll(value: unknown, seen: Set<object>): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  registerContextOf(value);
  const name = registeredName(Object.getPrototypeOf(value) as object);
  const proto = name && thingOf(name, false);
  if (proto !== undefined && proto !== Object.getPrototypeOf(value)) Object.setPrototypeOf(value, proto as object);
  if (types.isMap(value))
    for (const entry of Map.prototype.entries.call(value)) for (const part of entry) adoptAll(part, seen);
  else if (types.isSet(value)) for (const part of Set.prototype.values.call(value)) adoptAll(part, seen);
  else if (ArrayBuffer.isView(value)) adoptAll(value.buffer, seen);
  else for (const part of Object.values(value)) adoptAll(part, seen);
}
