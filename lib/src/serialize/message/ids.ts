/**
 * Who is who across messages: every function, class and unregistered symbol that travels has an id that no other one of any process
 * has, so that what comes back is recognised as the original, and what was sent before need not be sent again.
 */
let here: string | undefined;
let count = 0;
const ids = new WeakMap<WeakKey, string>();
const things = new Map<string, WeakRef<WeakKey>>();
const gone = new FinalizationRegistry<string>((id) => {
  if (things.get(id)?.deref() === undefined) things.delete(id);
});

/** The id of a function, class or symbol; a new one for what has none yet. */
export function idOf(thing: WeakKey): string {
  const known = ids.get(thing);
  if (known !== undefined) return known;
  here ??= (require("node:crypto") as typeof import("node:crypto")).randomUUID();
  const id = `${here}:${++count}`;
  registerId(id, thing);
  return id;
}

/** Notes that `thing` is the copy, here, of what has that id. */
export function registerId(id: string, thing: WeakKey): void {
  ids.set(thing, id);
  things.set(id, new WeakRef(thing));
  gone.register(thing, id);
}

/** The original, or the latest copy here; undefined when there is none, or no longer. */
export function findById(id: string): WeakKey | undefined {
  return things.get(id)?.deref();
}

/** Was that id given here, that is, is the original here? */
export function isLocalId(id: string): boolean {
  return here !== undefined && id.startsWith(here);
}

/** The id that `thing` brought from elsewhere. */
export function remoteId(thing: WeakKey): string | undefined {
  const id = ids.get(thing);
  return id === undefined || isLocalId(id) ? undefined : id;
}

/** Errors that came from elsewhere. */
const foreignErrors = new WeakSet<object>();

export function noteRemoteError(error: object): void {
  foreignErrors.add(error);
}

export function isRemoteError(error: object): boolean {
  return foreignErrors.has(error);
}
