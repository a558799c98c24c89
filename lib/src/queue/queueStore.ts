/** The items of a queue, in the process and thread that made it. Items are bytes, so that each getter gets a copy of its own. */
import { TimeoutError } from "../base/errors";
import { onStop } from "../base/interrupt";

/** What a queue does, wherever its items are. */
export interface Store {
  size(): number;
  /** `held`: queues in the item, to be kept as long as it waits here. Both stop waiting when `gone` aborts. */
  put(item: Uint8Array, held: readonly object[], timeout: number | undefined, gone?: AbortSignal): Promise<void>;
  get(timeout: number | undefined, gone?: AbortSignal): Promise<Uint8Array>;
  /** Puts an item back at the front: its getter died before it had it. */
  giveBack(item: Uint8Array): void;
  /** Tells the size now and then, when it has changed; returns how to stop that. */
  subscribe(tell: (size: number) => void): () => void;
}

interface Item {
  readonly bytes: Uint8Array;
  readonly held: readonly object[];
}
interface Waiter<T> {
  readonly resolve: (value: T) => void;
}

export class LocalStore implements Store {
  private readonly items: Item[] = [];
  private readonly getters = new Set<Waiter<Uint8Array>>();
  private readonly putters = new Set<Waiter<unknown> & { readonly item: Item }>();
  private readonly subscribers = new Set<(size: number) => void>();
  private isTelling = false;

  constructor(readonly maxSize: number) {}

  size(): number {
    return this.items.length;
  }

  put(bytes: Uint8Array, held: readonly object[], timeout: number | undefined, gone?: AbortSignal): Promise<void> {
    const item = { bytes, held };
    if (this.items.length < this.maxSize && this.putters.size === 0) {
      this.add(item, "last");
      return Promise.resolve();
    }
    return wait<unknown, { item: Item }>(
      this.putters,
      { item },
      timeout,
      `put: the queue was full (${this.maxSize} items) for ${timeout} ms. Take items out, wait longer, or make a larger queue.`,
      gone,
    ) as Promise<void>;
  }

  get(timeout: number | undefined, gone?: AbortSignal): Promise<Uint8Array> {
    const item = this.items.shift();
    if (item === undefined)
      return wait<Uint8Array, object>(this.getters, {}, timeout, `get: the queue was empty for ${timeout} ms.`, gone);
    this.admitPutters();
    this.changed();
    return Promise.resolve(item.bytes);
  }

  giveBack(bytes: Uint8Array): void {
    this.add({ bytes, held: [] }, "first");
  }

  subscribe(tell: (size: number) => void): () => void {
    this.subscribers.add(tell);
    tell(this.items.length);
    return () => this.subscribers.delete(tell);
  }

  private add(item: Item, where: "first" | "last"): void {
    const [getter] = this.getters;
    if (getter !== undefined) getter.resolve(item.bytes);
    else if (where === "last") this.items.push(item);
    else this.items.unshift(item);
    this.changed();
  }

  /** Lets those in who wait to put, as far as there is room. */
  private admitPutters(): void {
    for (const putter of this.putters) {
      if (this.items.length >= this.maxSize) return;
      this.items.push(putter.item);
      putter.resolve(undefined);
    }
  }

  /** Many changes in a row are told as one. */
  private changed(): void {
    if (this.isTelling || this.subscribers.size === 0) return;
    this.isTelling = true;
    setImmediate(() => {
      this.isTelling = false;
      for (const tell of this.subscribers) tell(this.items.length);
    });
  }
}

/** Waits in `line` until somebody resolves, time is up (TimeoutError with `late`), or the one who waited is gone. */
function wait<T, More>(
  line: Set<Waiter<T> & More>,
  more: More,
  timeout: number | undefined,
  late: string,
  gone?: AbortSignal,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const leave = (): void => {
      line.delete(waiter);
      clearTimeout(timer);
      forgetStop();
      gone?.removeEventListener("abort", onGone);
    };
    const waiter: Waiter<T> & More = {
      ...more,
      resolve: (value) => {
        leave();
        resolve(value);
      },
    };
    const giveUp = (why: string | Error): void => {
      leave();
      reject(typeof why === "string" ? new TimeoutError(why) : why);
    };
    // Who waits in a worker or child process is ended by Stop there.
    const forgetStop = gone === undefined ? onStop(giveUp) : () => undefined;
    const onGone = (): void => giveUp("The one who waited is gone.");
    const timer = timeout === undefined ? undefined : setTimeout(() => giveUp(late), timeout);
    gone?.addEventListener("abort", onGone);
    line.add(waiter);
  });
}
