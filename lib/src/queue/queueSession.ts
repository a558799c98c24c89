/** How a parent answers what its workers and child processes ask of the queues that it has sent them. */
import { setMaxListeners } from "node:events";
import { TimeoutError } from "../base/errors";
import { goneFromHome, publishedWithId } from "../remote/published";
import type { Store } from "./queueStore";
import type { Answer, QueueAnswer, QueueRequest } from "./messages";

/** One worker or child process, and what it has asked for. */
export class QueueSession {
  private readonly gone = new AbortController();
  private readonly killed = new AbortController();
  private readonly subscriptions = new Map<string, () => void>();
  /** Items that are on their way to it. */
  private readonly sent = new Map<number, { readonly item: Uint8Array; readonly store: Store }>();

  /** @param held the queues and locks that were sent to it: kept as long as it lives */
  constructor(
    private readonly send: (answer: QueueAnswer) => void,
    protected held: readonly object[] = [],
  ) {
    // Very many calls may wait at a time: Node would take that for a leak.
    setMaxListeners(0, this.gone.signal, this.killed.signal);
  }

  /** It has ended: what it waited for is dropped, what it never got goes back, in the old order. If it was killed, what it waited to put is dropped, too. */
  closed(killed: boolean): void {
    this.gone.abort();
    if (killed) this.killed.abort();
    for (const stop of this.subscriptions.values()) stop();
    for (const { item, store } of [...this.sent.values()].reverse()) {
      store.giveBack(item);
      store.arrived();
    }
    this.sent.clear();
    this.held = [];
  }

  handle(message: QueueRequest): void {
    const store = publishedWithId<Store>(message.queue)?.store;
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
        this.sent.get(message.request)?.store.arrived();
        return void this.sent.delete(message.request);
      case "giveBack":
        return store?.giveBack(message.item);
      case "put":
      case "get":
      case "close":
        if (store === undefined) this.answer(message.request, { size: 0, refused: goneFromHome("queue") });
        else if (message.verb === "put") this.put(message, store);
        else if (message.verb === "get") this.get(message, store);
        else {
          store.close();
          this.answer(message.request, { size: store.size() });
        }
    }
  }

  private put({ request, item, timeout }: Extract<QueueRequest, { verb: "put" }>, store: Store): void {
    store.put(item, [], timeout, this.killed.signal).then(
      () => this.answer(request, { size: store.size() }),
      (error: unknown) => this.refuse(request, store, error as Error),
    );
  }

  private get({ request, timeout }: Extract<QueueRequest, { verb: "get" }>, store: Store): void {
    let isGiven = false;
    const given = (item: Uint8Array | undefined): void => {
      isGiven = true;
      if (item === undefined) return this.answer(request, { size: store.size() });
      if (this.gone.signal.aborted) {
        store.giveBack(item);
        return store.arrived();
      }
      this.sent.set(request, { item, store });
      this.answer(request, { size: store.size(), item });
    };
    store.get(timeout, this.gone.signal, given).then(
      (item) => {
        if (!isGiven) given(item);
      },
      (error: unknown) => this.refuse(request, store, error as Error),
    );
  }

  private refuse(request: number, store: Store, error: Error): void {
    const why = error instanceof TimeoutError ? { timedOut: error.message } : { refused: error.message };
    this.answer(request, { size: store.size(), ...why });
  }

  private answer(request: number, rest: Omit<Answer, "is" | "request">): void {
    if (!this.gone.signal.aborted) this.send({ is: "answer", request, ...rest });
  }
}
