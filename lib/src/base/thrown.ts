/** Reads what was thrown, so that none of its parts can throw: getters, proxies, methods such as toString. */
import { inspect } from "node:util";

/** A part of an object; undefined where it cannot be read. */
export function partOf(value: unknown, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    // A getter or a Proxy has thrown, and this is read to show an error: it is shown without that part.
    return undefined;
  }
}

/** The message of an error, or why it cannot be read; undefined where there is none. */
export function messageOf(value: unknown): string | undefined {
  try {
    const { message } = value as { message?: string | number };
    return message === undefined ? undefined : String(message);
  } catch (error) {
    return value === null || value === undefined
      ? undefined
      : `What was thrown cannot be read; that failed with: ${textOf(error)}`;
  }
}

/** A value in words. */
export function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  const [name, message] = [partOf(value, "name"), partOf(value, "message")];
  if (typeof name === "string" && typeof message === "string") return `${name}: ${message}`;
  try {
    return inspect(value, { breakLength: Infinity, depth: 2 });
  } catch {
    return "a value that cannot be shown";
  }
}
