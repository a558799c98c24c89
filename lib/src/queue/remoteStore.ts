/** A queue that lives elsewhere, seen from a process or worker that it was handed to: everything is asked of the parent. */
import { TimeoutError } from "../base/errors";
import type { Store } from "./localStore";
import type { Answer } from "./messages";
import { ask, sendToParent, watchSize } from "./client";

export class RemoteStore implements Store {
  private readonly watchers = new Set<(size: number) => void>();

  /** @param known how many items it held when it was sent here */
  constructor(
    private readonly id: string,
    private known: number,
  ) {
    const self = new WeakRef(this);
    watchSize(id, this, (size) => self.deref()?.learn(size));
  }

  size(): number {
    return this.known;
  }

  async put(item: Uint8Array, _held: readonly object[], timeout: number | undefined): Promise<void> {
    this.settle(await ask({ verb: "put", queue: this.id, item, timeout }));
  }

  async get(timeout: number | undefined): Promise<Uint8Array> {
    return this.settle(await ask({ verb: "get", queue: this.id, timeout })) as Uint8Array;
  }

  giveBack(item: Uint8Array): void {
    sendToParent({ is: "queue", verb: "giveBack", queue: this.id, item });
  }

  watch(tell: (size: number) => void): () => void {
    this.watchers.add(tell);
    tell(this.known);
    return () => this.watchers.delete(tell);
  }

  private learn(size: number): void {
    this.known = size;
    for (const tell of this.watchers) tell(size);
  }

  private settle(answer: Answer): Uint8Array | undefined {
    // Whoever has just put or taken an item must see that in the size.
    this.learn(answer.size);
    if (answer.timedOut !== undefined) throw new TimeoutError(answer.timedOut);
    if (answer.gone !== undefined) throw new Error(answer.gone);
    return answer.item;
  }
}
