/** The objects that several threads and processes share by reference, such as queues and locks: where each is found by its id, and where it was made. */
import { SerializationError } from "../base/errors";
import { nodeCrypto } from "../base/loadLate";

interface Published<Store> {
  readonly object: object;
  /** What it does, wherever that is done. */
  readonly store: Store;
}

const published = new Map<string, { object: WeakRef<object>; store: unknown }>();
const madeHere = new WeakSet<object>();
const unused = new FinalizationRegistry<string>((id) => {
  // What came a second time has an entry of its own.
  if (published.get(id)?.object.deref() === undefined) published.delete(id);
});

/** Lets workers and child processes reach an object by its id, for as long as somebody here refers to the object. */
export function publish(id: string, object: object, store: object): void {
  published.set(id, { object: new WeakRef(object), store });
  unused.register(object, id);
}

/** The same for one that was made here; the id. */
export function publishNew(object: object, store: object): string {
  const id = nodeCrypto().randomUUID();
  madeHere.add(object);
  publish(id, object, store);
  return id;
}

export function publishedWithId<Store>(id: string): Published<Store> | undefined {
  const entry = published.get(id);
  const object = entry?.object.deref();
  return entry === undefined || object === undefined ? undefined : { object, store: entry.store as Store };
}

/** The stores of all. */
export function* publishedStores(): Iterable<unknown> {
  for (const { store } of published.values()) yield store;
}

/** Why it is not found any more. */
export const goneFromHome = (what: string): string =>
  `The ${what} no longer exists: nothing in the program that made it refers to it. Keep it in a variable there.`;

/** What goes to the parent must not refer to what was made in this worker or process: the parent could not reach it. */
export function refuseOwn(held: readonly object[], what: string): void {
  const own = held.find((object) => madeHere.has(object));
  if (own === undefined) return;
  const name = own.constructor.name;
  throw new SerializationError(
    `${what} holds a ${name} that was made in this worker or process, and it can only be handed down. ` +
      `Make the ${name} in the main program, and hand it over as an argument.`,
  );
}
