/**
 * Identity across messages. Every function, class and unregistered symbol that travels gets an id, unique among all processes. So a process recognizes
 * its own when they come back, and sends nothing twice.
 */
import { threadId } from "node:worker_threads";

/** Of this thread. Random parts alone would do, had no program a Math.random of its own; Node's crypto takes several milliseconds to load. */
let here: string | undefined;
let count = 0;
const ids = new WeakMap<WeakKey, string>();
const things = new Map<string, WeakRef<WeakKey>>();
const gone = new FinalizationRegistry<string>((id) => {
  if (things.get(id)?.deref() === undefined) things.delete(id);
});

export function idOf(thing: WeakKey): string {
  const known = ids.get(thing);
  if (known !== undefined) return known;
  here ??= [process.pid, threadId, performance.timeOrigin, Math.random(), Math.random()].join("-");
  const id = `${here}:${++count}`;
  registerId(id, thing);
  return id;
}

/** Notes that `thing` is the copy here of what has that id. */
export function registerId(id: string, thing: WeakKey): void {
  ids.set(thing, id);
  things.set(id, new WeakRef(thing));
  gone.register(thing, id);
}

/** The original, or the latest copy here; undefined when there is none (any more). */
export function findById(id: string): WeakKey | undefined {
  return things.get(id)?.deref();
}

/** Is the original here? */
export function isLocalId(id: string): boolean {
  return here !== undefined && id.startsWith(here);
}

/** The id of `thing` if its original is elsewhere. */
export function remoteId(thing: WeakKey): string | undefined {
  const id = ids.get(thing);
  return id === undefined || isLocalId(id) ? undefined : id;
}

/** Errors that came from another thread or process. */
export const remoteErrors = new WeakSet<object>();
