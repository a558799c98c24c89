/** Where items come from: whatever a loop can go over, strings and other primitives included. */
import { types } from "node:util";

export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** A list of arguments, or one that nobody may change (`as const`). */
export type ArgumentList<Args extends readonly unknown[]> = Args | Readonly<Args>;

export function isIterable(items: unknown): items is Iterable<unknown> {
  return typeof (items as Partial<Iterable<unknown>> | null | undefined)?.[Symbol.iterator] === "function";
}

/** As `for await`, which prefers it to the other iterator where there are both. */
export function isAsyncIterable(items: unknown): items is AsyncIterable<unknown> {
  return typeof (items as Partial<AsyncIterable<unknown>> | null | undefined)?.[Symbol.asyncIterator] === "function";
}

/** The items as a list that may be kept: an array is taken as it is, if a loop over it would see what its indices say. */
export function listOf(items: Iterable<unknown>): readonly unknown[] {
  const plain =
    Array.isArray(items) &&
    items[Symbol.iterator] === Array.prototype[Symbol.iterator] &&
    Object.getPrototypeOf(items) === Array.prototype &&
    !types.isProxy(items);
  return plain ? items : [...items];
}
