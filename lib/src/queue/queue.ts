/** Queue: first in, first out, between this process and any Process or Pool task that it is handed to. */
import { inspect } from "node:util";
import { needNode } from "../base/runtime";
import { describe } from "../base/errors";
import { decode, registerDecoder } from "../serialize/decode/decode";
import { encode, registerEncoder } from "../serialize/encode/encode";
import { pack, unpack } from "../serialize/message/bytes";
import { hasParent } from "../remote/parent";
import { publish, publishNew, publishedWithId, refuseOwn } from "../remote/published";
import { LocalStore } from "./queueStore";
import type { Store } from "./queueStore";
import { RemoteStore } from "./client";
import { readTimeout } from "../base/timeout";
import type { TimeoutOptions } from "../base/timeout";

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
export class Queue<T = any> implements AsyncIterable<T> {
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
    stores.set(this, { id: publishNew(this, store), store, maxSize: limit });
  }

  /**
   * Puts an item at the end. On a full queue it waits for room.
   *
   * @param item what to put; it is copied at once
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first; SerializationError when the item cannot travel; Error after `close()`
   */
  async put(item: T, options?: TimeoutOptions): Promise<void> {
    const timeout = readTimeout("put", options);
    const { message, held } = encode(item, { what: "the item", shared: false });
    const { store } = storeOf(this);
    if (store instanceof RemoteStore) refuseOwn(held, "the item");
    await store.put(pack(message).bytes, held, timeout);
  }

  /**
   * Takes the first item; waits for one when there is none.
   *
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first; Error when the queue was closed, and nothing is left in it
   */
  async get(options?: TimeoutOptions): Promise<T> {
    const timeout = readTimeout("get", options);
    const bytes = await storeOf(this).store.get(timeout);
    if (bytes === undefined)
      throw new Error(
        "get: expected an item, but the queue was closed and is empty. A loop `for await (const item of queue)` ends there by itself.",
      );
    return (await itemOf(bytes)) as T;
  }

  /**
   * No more items: readers get what is there, then their loops end, and a later `put` rejects. Who waits in `put` for room still gets it. Closing twice is the same as once.
   *
   * @example
   * for (const name of names) await queue.put(name);
   * queue.close();
   */
  close(): void {
    storeOf(this).store.close();
  }

  /**
   * The items one after the other, until `close()` was called and nothing is left. Several loops, in several processes, share the items: each item goes to one of them.
   *
   * @example
   * for await (const item of queue) console.log(item);
   */
  async *[Symbol.asyncIterator](): AsyncIterableIterator<T> {
    for (;;) {
      const bytes = await storeOf(this).store.get(undefined);
      if (bytes === undefined) return;
      yield (await itemOf(bytes)) as T;
    }
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

async function itemOf(bytes: Uint8Array): Promise<unknown> {
  return (await decode(unpack({ bytes, shared: [] }), { evaluate: hasParent(), reuseClasses: true })).value;
}

function storeOf(queue: object): { id: string; store: Store; maxSize: number } {
  const found = stores.get(queue);
  if (found === undefined) throw new TypeError("This is no queue: make one with new Queue().");
  return found;
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
  const known = publishedWithId(id);
  if (known !== undefined) return known.object;
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
