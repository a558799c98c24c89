/** Queue: first in, first out, between this process and any Process or Pool task that it is handed to. */
import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
import { TimeoutError, describe } from "../ground/errors";
import { decode, registerUnpack } from "../transport/decode";
import { encode, registerSpecial } from "../transport/encode";
import { pack, unpack } from "../transport/pack";
import { ask, mayRunCode, queueWithId, serve, watchSize } from "./queueLink";
import type { Served } from "./queueLink";
import { checkTimeout } from "./timeout";

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  /** Gives up waiting, with this message. */
  readonly giveUp: (message: string) => void;
}

/** Where the items are: in this very process and thread, or elsewhere, asked for through its parent. */
interface Store extends Served {
  size(): number;
}

/** The queue itself, in the process that made it. Items are bytes, so that each getter gets a copy of its own. */
class OwnStore implements Store {
  private readonly items: Uint8Array[] = [];
  private readonly getters = new Set<Waiter<Uint8Array>>();
  private readonly putters = new Set<Waiter<void> & { readonly item: Uint8Array }>();
  private readonly watchers = new Set<(size: number) => void>();

  constructor(readonly maxSize: number) {}

  size(): number {
    return this.items.length;
  }

  putBytes(item: Uint8Array, timeout: number | undefined): Promise<void> {
    if (this.items.length < this.maxSize && this.putters.size === 0) {
      this.add(item);
      return Promise.resolve();
    }
    return this.wait<void, { item: Uint8Array }>(this.putters, { item }, timeout, `put: the queue was full (${this.maxSize} items) for ${timeout} ms`);
  }

  getBytes(timeout: number | undefined, gone?: AbortSignal): Promise<Uint8Array> {
    const item = this.items.shift();
    if (item !== undefined) {
      this.letIn();
      this.changed();
      return Promise.resolve(item);
    }
    return this.wait<Uint8Array, object>(this.getters, {}, timeout, `get: the queue was empty for ${timeout} ms`, gone);
  }

  watch(tell: (size: number) => void): () => void {
    this.watchers.add(tell);
    tell(this.items.length);
    return () => this.watchers.delete(tell);
  }

  private add(item: Uint8Array): void {
    const [getter] = this.getters;
    if (getter === undefined) this.items.push(item);
    else getter.resolve(item);
    this.changed();
  }

  /** Lets those in who wait to put, as far as there is room. */
  private letIn(): void {
    for (const putter of this.putters) {
      if (this.items.length >= this.maxSize) return;
      this.items.push(putter.item);
      putter.resolve();
    }
  }

  private changed(): void {
    for (const tell of this.watchers) tell(this.items.length);
  }

  private wait<T, More>(line: Set<Waiter<T> & More>, more: More, timeout: number | undefined, message: string, gone?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        line.delete(waiter);
        clearTimeout(timer);
        gone?.removeEventListener("abort", onGone);
      };
      const waiter: Waiter<T> & More = {
        ...more,
        resolve: (value) => {
          leave();
          resolve(value);
        },
        giveUp: (why) => {
          leave();
          reject(new TimeoutError(why));
        },
      };
      const onGone = (): void => waiter.giveUp("get: the process that waited has ended");
      const timer = timeout === undefined ? undefined : setTimeout(() => waiter.giveUp(message), Math.min(timeout, 2 ** 31 - 1));
      gone?.addEventListener("abort", onGone);
      line.add(waiter);
    });
  }
}

/** A queue that lives elsewhere. */
class FarStore implements Store {
  private known = 0;

  constructor(private readonly id: string) {
    watchSize(id, (size) => { this.known = size; });
  }

  size(): number {
    return this.known;
  }

  async putBytes(item: Uint8Array, timeout: number | undefined): Promise<void> {
    settle(await ask({ queue: this.id, verb: "put", item, timeout }));
  }

  async getBytes(timeout: number | undefined): Promise<Uint8Array> {
    return settle(await ask({ queue: this.id, verb: "get", timeout })) as Uint8Array;
  }

  watch(tell: (size: number) => void): () => void {
    tell(this.known);
    return () => undefined;
  }
}

function settle(answer: { item?: Uint8Array; timedOut?: string; gone?: string }): Uint8Array | undefined {
  if (answer.timedOut !== undefined) throw new TimeoutError(answer.timedOut);
  if (answer.gone !== undefined) throw new Error(answer.gone);
  return answer.item;
}

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
   * @param maxSize how many items it holds before `put` waits; no limit when left out, 0 or less (as Python)
   * @throws RangeError when it is no integer
   */
  constructor(maxSize: number = 0) {
    if (maxSize !== Infinity && !Number.isSafeInteger(maxSize)) throw new RangeError(`Queue: maxSize must be an integer; got ${describe(maxSize)}.`);
    const limit = maxSize > 0 ? maxSize : Infinity;
    const store = new OwnStore(limit);
    const id = randomUUID();
    stores.set(this, { id, store, maxSize: limit });
    serve(id, this, store);
  }

  /**
   * Puts an item at the end. On a full queue it waits for room.
   *
   * @param item what to put; it is copied at once
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first; SerializationError when the item cannot travel
   */
  async put(item: T, options?: { timeout?: number }): Promise<void> {
    const timeout = checkTimeout("put", options?.timeout);
    const { bytes } = pack(encode(item, { what: "the item", shared: false }).message);
    await storeOf(this).store.putBytes(bytes, timeout);
  }

  /**
   * Takes the first item; waits for one when there is none.
   *
   * @param options.timeout wait at most so many milliseconds
   * @throws TimeoutError when `timeout` passes first
   */
  async get(options?: { timeout?: number }): Promise<T> {
    const timeout = checkTimeout("get", options?.timeout);
    const bytes = await storeOf(this).store.getBytes(timeout);
    return (await decode(unpack({ bytes, shared: [] }), { evaluate: mayRunCode(), reuseClasses: true })).value as T;
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

registerSpecial<Queue>("queue", (value) => stores.has(value), (queue) => {
  const { id, maxSize } = storeOf(queue);
  return { id, maxSize };
});
registerUnpack("queue", ({ id, maxSize }: { id: string; maxSize: number }) => {
  const known = queueWithId(id);
  if (known !== undefined) return known.queue;
  const queue = Object.create(Queue.prototype) as Queue;
  const store = new FarStore(id);
  stores.set(queue, { id, store, maxSize });
  // Children of this process may be handed it on.
  serve(id, queue, store);
  return queue;
});
