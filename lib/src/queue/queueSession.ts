/** How a parent answers what its workers and child processes ask of the queues that it has sent them. */
import type { Store } from "./queueStore";
import type { Answer, QueueAnswer, QueueRequest } from "./messages";

const served = new Map<string, { queue: WeakRef<object>; store: Store }>();
const unused = new FinalizationRegistry<string>((id) => {
  // A queue that came a second time has an entry of its own.
  if (served.get(id)?.queue.deref() === undefined) served.delete(id);
});

/** Lets workers and child processes reach a queue by its id, for as long as somebody here refers to the queue. */
export function publish(id: string, queue: object, store: Store): void {
  served.set(id, { queue: new WeakRef(queue), store });
  unused.register(queue, id);
}

export function queueWithId(id: string): { queue: object; store: Store } | undefined {
  const entry = served.get(id);
  const queue = entry?.queue.deref();
  return entry === undefined || queue === undefined ? undefined : { queue, store: entry.store };
}

/** One worker or child process, and what it has asked for. */
export class QueueSession {
  private readonly gone = new AbortController();
  private readonly killed = new AbortController();
  private readonly subscriptions = new Map<string, () => void>();
  /** Items that are on their way to it. */
  private readonly sent = new Map<number, { readonly item: Uint8Array; readonly store: Store }>();

  /** @param held the queues that were sent to it: kept as long as it lives */
  constructor(
    private readonly send: (answer: QueueAnswer) => void,
    readonly held: readonly object[] = [],
  ) {}

  /** It has ended: what it waited for is dropped, what it never got goes back, in the old order. If it was killed, what it waited to put is dropped, too. */
  closed(killed: boolean): void {
    this.gone.abort();
    if (killed) this.killed.abort();
    for (const stop of this.subscriptions.values()) stop();
    for (const { item, store } of [...this.sent.values()].reverse()) store.giveBack(item);
    this.sent.clear();
  }

  handle(message: QueueRequest): void {
    const store = queueWithId(message.queue)?.store;
    switch (message.verb) {
      case "subscribe":
        if (store !== undefined && !this.subscriptions.has(message.queue)) {
          this.subscriptions.set(
            message.queue,
            store.subscribe((size) => this.send({ is: "size", queue: message.queue, size })),
          );
        }
        return;
      case "unsubscribe":
        this.subscriptions.get(message.queue)?.();
        this.subscriptions.delete(message.queue);
        return;
      case "got":
        return void this.sent.delete(message.request);
      case "giveBack":
        return store?.giveBack(message.item);
      case "put":
      case "get":
        if (store === undefined)
          this.answer(message.request, {
            size: 0,
            gone: "The queue no longer exists: nothing in the program that made it refers to it. Keep it in a variable there.",
          });
        else if (message.verb === "put") this.put(message, store);
        else this.get(message, store);
    }
  }

  private put({ request, item, timeout }: Extract<QueueRequest, { verb: "put" }>, store: Store): void {
    store.put(item, [], timeout, this.killed.signal).then(
      () => this.answer(request, { size: store.size() }),
      (error: unknown) => this.answer(request, { size: store.size(), timedOut: (error as Error).message }),
    );
  }

  private get({ request, timeout }: Extract<QueueRequest, { verb: "get" }>, store: Store): void {
    store.get(timeout, this.gone.signal).then(
      (item) => {
        if (this.gone.signal.aborted) {
          store.giveBack(item);
          return;
        }
        this.sent.set(request, { item, store });
        this.answer(request, { size: store.size(), item });
      },
      (error: unknown) => this.answer(request, { size: store.size(), timedOut: (error as Error).message }),
    );
  }

  private answer(request: number, rest: Omit<Answer, "is" | "request">): void {
    if (!this.gone.signal.aborted) this.send({ is: "answer", request, ...rest });
  }
}
