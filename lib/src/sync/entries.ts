/** The locks, semaphores, events and barriers that there are here: what does the work of each, and how each is sent to workers and child processes. */
import { threadId } from "node:worker_threads";
import { needNode } from "../base/runtime";
import { publish, publishNew, publishedWithId } from "../remote/published";
import { registerDecoder } from "../serialize/decode/decode";
import { registerEncoder } from "../serialize/encode/encode";
import { RemoteHome } from "./client";
import type { Home } from "./home";

export type Kind = "Lock" | "Semaphore" | "Event" | "Barrier";

/** What an object has; kept apart, so that it has no other properties than its methods. */
export interface Entry {
  readonly id: string;
  readonly kind: Kind;
  readonly home: Home;
  /** This thread may take the lock without a message, by that number: its parent, who has made the lock, hears of its death. */
  readonly thread: number | undefined;
  /** What its constructor was told. */
  readonly settings: readonly (number | undefined)[];
}

const entries = new WeakMap<object, Entry>();
const prototypes = new Map<Kind, object>();

/** So that one can be made again where it is sent. */
export function registerKind(kind: Kind, prototype: object): void {
  prototypes.set(kind, prototype);
}

/** One is made here. */
export function makeEntry(object: object, kind: Kind, home: Home, ...settings: (number | undefined)[]): void {
  needNode(`${kind === "Event" ? "An" : "A"} ${kind}`);
  entries.set(object, { id: publishNew(object, home), kind, home, thread: undefined, settings });
}

export function entryOf(object: object, kind: Kind): Entry {
  const entry = entries.get(object);
  if (entry?.kind !== kind) throw new TypeError(`This is no ${kind}: make one with new ${kind}().`);
  return entry;
}

interface Sent extends Omit<Entry, "home" | "thread"> {
  /** The index of its words in the shared memory of the message. */
  readonly words: number | undefined;
  /** The one who sends it has made it. */
  readonly isMakers: boolean;
}

registerEncoder(
  "sync",
  (value) => entries.has(value),
  (object, share): Sent => {
    const { id, kind, settings, home } = entries.get(object) as Entry;
    const { words } = home;
    return {
      id,
      kind,
      settings,
      words: words instanceof Int32Array ? share(words.buffer as SharedArrayBuffer) : undefined,
      isMakers: !(home instanceof RemoteHome),
    };
  },
);

/** One that was sent here, or the one that it is here already. */
export function receiveSync(sent: unknown, shared: readonly object[]): object {
  const { id, kind, settings, words, isMakers } = sent as Sent;
  const known = publishedWithId(id);
  if (known !== undefined) return known.object;
  const object = Object.create(prototypes.get(kind) as object) as object;
  const memory = words === undefined ? undefined : new Int32Array(shared[words] as SharedArrayBuffer);
  const home = new RemoteHome(id, kind === "Lock" || kind === "Semaphore", memory);
  entries.set(object, { id, kind, home, settings, thread: isMakers && memory !== undefined ? threadId : undefined });
  // Children of this worker or process may be handed it on.
  publish(id, object, home);
  return object;
}
registerDecoder("sync", receiveSync);
