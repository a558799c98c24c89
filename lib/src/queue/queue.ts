/** Queue: first in, first out, between this process and any Process or Pool task that it is handed to. */
import { inspect } from "node:util";
import { needNode } from "../base/runtime";
import { SerializationError, describe } from "../base/errors";
import { decode, registerDecoder } from "../serialize/decode/decode";
import { encode, registerEncoder } from "../serialize/encode/encode";
import { pack, unpack } from "../serialize/message/bytes";
import { LocalStore } from "./queueStore";
import type { Store } from "./queueStore";
import { publish, queueWithId } from "./queueSession";
import { RemoteStore, hasParent } from "./client";
import { readTimeout } from "../base/timeout";
import type { TimeoutOptions } from "../base/timeout";
import { nodeCrypto } from "../base/loadLate";

/** The stores of queues, so that a queue has no other properties than its methods. */
const stores = new WeakMap<object, { id: string; store: Store; maxSize: number }>();

/**
 * A queue between processes: first in, first out. Items are copied, as arguments are. As Python's `multiprocessing.Queue`.
 *
 * @example
 * const queue = new mp.Queue();
 * const child = new mp.Process({ target: (q) => q.put("hello"), args: [queue] });
 * child.start();
 * await queue.get(); // "hello"
 */
export class Queue<T = any> {
  /**
   * Makes a queue between processes: first in, first out.
   *
   * @param maxSize how many items it holds before `put` waits; no limit when left out, 0 or less (as Python)
   * @throws RangeError when it is no integer
   */
  constructor(maxSize: number = 0) {
    needNode("A Queue");
    if (maxSize !== Infinity && !Number.isSafeInteger(maxSize))
      throw new RangeError(`Queue: maxSize must be an integer; got ${describe(maxSize)}.`);
    const limit = maxSize > 0 ? maxSize : Infinity;
    const store = new LocalStore(limit);
    const id = nodeCrypto().randomUUID();
    stores.set(this, { id, store, maxSize: limit });
    publish(id, this, store);
  }

  /**
   * Puts an item at the end. On a full queue it waits for room.
   *
   * @param item what to put; it is copied at once
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first; SerializationError when the item cannot travel
   */
  async put(item: T, options?: TimeoutOptions): Promise<void> {
    const timeout = readTimeout("put", options);
    const { message, held } = encode(item, { what: "the item", shared: false });
    const { store } = storeOf(this);
    if (store instanceof RemoteStore) refuseOwnQueues(held, "the item");
    await store.put(pack(message).bytes, held, timeout);
  }

  /**
   * Takes the first item; waits for one when there is none.
   *
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first
   */
  async get(options?: TimeoutOptions): Promise<T> {
    const timeout = readTimeout("get", options);
    const bytes = await storeOf(this).store.get(timeout);
    return (await decode(unpack({ bytes, shared: [] }), { evaluate: hasParent(), reuseClasses: true })).value as T;
  }

  /** How many items there are; in another process than the one that made the queue, how many there were a moment ago. */
  qsize(): number {
    return storeOf(this).store.size();
  }

  /** Are there none? */
  empty(): boolean {
    return this.qsize() === 0;
  }

  /** Would `put` wait? */
  full(): boolean {
    return this.qsize() >= storeOf(this).maxSize;
  }

  /** @internal */
  [inspect.custom](): string {
    const { maxSize } = storeOf(this);
    return `Queue { size: ${this.qsize()}${maxSize === Infinity ? "" : `, maxSize: ${maxSize}`} }`;
  }
}

function storeOf(queue: object): { id: string; store: Store; maxSize: number } {
  const found = stores.get(queue);
  if (found === undefined) throw new TypeError("This is no queue: make one with new Queue().");
  return found;
}

/** What goes to the parent must not refer to queues of this worker or process: the parent could not reach them. */
export function refuseOwnQueues(held: readonly object[], what: string): void {
  if (!held.some((queue) => stores.get(queue)?.store instanceof LocalStore)) return;
  throw new SerializationError(
    `${what} holds a Queue that was made in this worker or process, and a queue can only be handed down. ` +
      "Make the queue in the main program, and hand it over as an argument.",
  );
}

registerEncoder(
  "queue",
  (value) => stores.has(value),
  (queue): Sent => {
    const { id, maxSize, store } = storeOf(queue);
    return { id, maxSize, size: store.size() };
  },
);
/** A queue that was sent here, or the one that it is here already. */
export function receiveQueue(sent: unknown): object {
  const { id, maxSize, size } = sent as Sent;
  const known = queueWithId(id);
  if (known !== undefined) return known.queue;
  const queue = Object.create(Queue.prototype) as Queue;
  const store = new RemoteStore(id, size);
  stores.set(queue, { id, store, maxSize });
  // Children of this process may be handed it on.
  publish(id, queue, store);
  return queue;
}
registerDecoder("queue", receiveQueue);
interface Sent {
  readonly id: string;
  readonly maxSize: number;
  readonly size: number;
}
