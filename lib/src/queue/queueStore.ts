/** The items of a queue, in the process and thread that made it. Items are bytes, so that each getter gets a copy of its own. */
import { counted } from "../base/counted";
import { TimeoutError } from "../base/errors";
import { waitIn } from "../base/waiters";
import type { Wait, Waiter } from "../base/waiters";

/** What a queue does, wherever its items are. `gone` is of somebody who waits in another thread or process, and ends the wait. */
export interface Store {
  size(): number;
  /** `held`: queues in the item, to be kept as long as it waits here. */
  put(item: Uint8Array, held: readonly object[], timeout: number | undefined, gone?: AbortSignal): Promise<void>;
  /** Undefined when the queue was closed, and no item will come any more; `given` gets the same (see Wait). What goes to another thread or process is on its way until `arrived` is called. */
  get(timeout: number | undefined, gone?: AbortSignal, given?: Given): Promise<Uint8Array | undefined>;
  close(): void;
  arrived(): void;
  /** Puts an item back at the front: its getter died before it had it. */
  giveBack(item: Uint8Array): void;
  /** Tells the size now and then, when it has changed; returns how to stop that. */
  subscribe(tell: (size: number) => void): () => void;
}

type Given = (item: Uint8Array | undefined) => void;
interface Item {
  readonly bytes: Uint8Array;
  readonly held: readonly object[];
}
interface Getter {
  readonly isRemote: boolean;
}

export class LocalStore implements Store {
  /** By their numbers, which follow each other: to take the first one out of a long array takes time. */
  private readonly items = new Map<number, Item>();
  private first = 0;
  private readonly getters = new Set<Waiter<Uint8Array | undefined> & Getter>();
  private readonly putters = new Set<Waiter<undefined> & { readonly item: Item }>();
  private readonly subscribers = new Set<(size: number) => void>();
  private onTheirWay = 0;
  private isClosed = false;
  private isTelling = false;

  constructor(readonly maxSize: number) {}

  size(): number {
    return this.items.size;
  }

  async put(
    bytes: Uint8Array,
    held: readonly object[],
    timeout: number | undefined,
    gone?: AbortSignal,
  ): Promise<void> {
    if (this.isClosed)
      throw new Error("put: expected an open queue, but it was closed, so no more items go in. Put before close().");
    const item = { bytes, held };
    if (this.items.size < this.maxSize && this.putters.size === 0) {
      this.add(item, "last");
      return;
    }
    const late = `put: the queue was full (${counted(this.maxSize, "item")}) for ${timeout} ms. Take items out, wait longer, or make a larger queue.`;
    await waitIn<undefined, { item: Item }>(
      this.putters,
      { item },
      waitOf(timeout, gone),
      () => new TimeoutError(late),
    );
  }

  async get(timeout: number | undefined, gone?: AbortSignal, given?: Given): Promise<Uint8Array | undefined> {
    const item = this.items.get(this.first);
    const getter = { isRemote: gone !== undefined };
    if (item !== undefined) {
      this.items.delete(this.first++);
      this.admitPutters();
      this.changed();
      this.noteWay(getter);
      given?.(item.bytes);
      return item.bytes;
    }
    if (this.isOver) return undefined;
    const late = `get: the queue was empty for ${timeout} ms.`;
    return waitIn<Uint8Array | undefined, Getter>(
      this.getters,
      getter,
      { ...waitOf(timeout, gone), given },
      () => new TimeoutError(late),
    );
  }

  /** Who waits to put has put before: it is let in, as room comes. */
  close(): void {
    this.isClosed = true;
    this.endIfOver();
  }

  arrived(): void {
    this.onTheirWay--;
    this.endIfOver();
  }

  giveBack(bytes: Uint8Array): void {
    this.add({ bytes, held: [] }, "first");
  }

  subscribe(tell: (size: number) => void): () => void {
    this.subscribers.add(tell);
    tell(this.items.size);
    return () => this.subscribers.delete(tell);
  }

  /** There will be no items any more. One on its way may come back. */
  private get isOver(): boolean {
    return this.isClosed && this.items.size === 0 && this.onTheirWay === 0;
  }

  private endIfOver(): void {
    if (this.isOver) for (const getter of this.getters) getter.resolve(undefined);
  }

  private noteWay({ isRemote }: Getter): void {
    if (isRemote) this.onTheirWay++;
  }

  private add(item: Item, where: "first" | "last"): void {
    const [getter] = this.getters;
    if (getter !== undefined) {
      this.noteWay(getter);
      getter.resolve(item.bytes);
    } else if (where === "last") this.append(item);
    else this.items.set(--this.first, item);
    this.changed();
  }

  private append(item: Item): void {
    this.items.set(this.first + this.items.size, item);
  }

  /** Lets those in who wait to put, as far as there is room. */
  private admitPutters(): void {
    for (const putter of this.putters) {
      if (this.items.size >= this.maxSize) return;
      this.append(putter.item);
      putter.resolve(undefined);
    }
  }

  /** Many changes in a row are told as one. */
  private changed(): void {
    if (this.isTelling || this.subscribers.size === 0) return;
    this.isTelling = true;
    setImmediate(() => {
      this.isTelling = false;
      for (const tell of this.subscribers) tell(this.items.size);
    });
  }
}

function waitOf(timeout: number | undefined, gone: AbortSignal | undefined): Wait {
  return { timeout, signal: gone, isRemote: gone !== undefined };
}
