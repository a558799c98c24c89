/**
 * A queue that lives in another process or thread. Everything is asked of the parent, which has the queue or asks its own parent: see
 * `queueSession` for how it answers.
 */
import { TimeoutError } from "../base/errors";
import { askParent, tellParent } from "../remote/parent";
import type { Store } from "./queueStore";
import type { Answer, QueueQuestion, QueueRequest, SizeChange } from "./messages";

const subscribers = new Map<string, (size: number) => void>();
const unused = new FinalizationRegistry<{ queue: string; tell: (size: number) => void }>(({ queue, tell }) => {
  // The queue may have been sent here again meanwhile.
  if (subscribers.get(queue) !== tell) return;
  subscribers.delete(queue);
  tellParent({ is: "queue", verb: "unsubscribe", queue } satisfies QueueRequest);
});

export function handleSize({ queue, size }: SizeChange): void {
  subscribers.get(queue)?.(size);
}

function ask(question: QueueQuestion): Promise<Answer> {
  return new Promise((resolve) => {
    const request = askParent({ is: "queue", ...question }, (answer: Answer) => {
      // Until it is told so, the parent keeps the item for the case that it never arrived.
      if (answer.item !== undefined)
        tellParent({ is: "queue", verb: "got", queue: question.queue, request } satisfies QueueRequest);
      resolve(answer);
    });
  });
}

export class RemoteStore implements Store {
  private readonly subscribers = new Set<(size: number) => void>();

  /** @param knownSize how many items it held when it was sent here */
  constructor(
    private readonly id: string,
    private knownSize: number,
  ) {
    const self = new WeakRef(this);
    const tell = (size: number): void => self.deref()?.setSize(size);
    subscribers.set(id, tell);
    unused.register(this, { queue: id, tell });
    tellParent({ is: "queue", verb: "subscribe", queue: id } satisfies QueueRequest);
  }

  size(): number {
    return this.knownSize;
  }

  async put(item: Uint8Array, _held: readonly object[], timeout: number | undefined): Promise<void> {
    this.itemIn(await ask({ verb: "put", queue: this.id, item, timeout }));
  }

  async get(timeout: number | undefined): Promise<Uint8Array | undefined> {
    return this.itemIn(await ask({ verb: "get", queue: this.id, timeout }));
  }

  close(): void {
    // A question, though nobody waits for its answer: a process that closes the queue and ends has closed it.
    void ask({ verb: "close", queue: this.id });
  }

  arrived(): void {
    // It had arrived when it came here.
  }

  giveBack(item: Uint8Array): void {
    tellParent({ is: "queue", verb: "giveBack", queue: this.id, item } satisfies QueueRequest);
  }

  subscribe(tell: (size: number) => void): () => void {
    this.subscribers.add(tell);
    tell(this.knownSize);
    return () => this.subscribers.delete(tell);
  }

  private setSize(size: number): void {
    this.knownSize = size;
    for (const tell of this.subscribers) tell(size);
  }

  private itemIn(answer: Answer): Uint8Array | undefined {
    // Who has just put or taken an item must see that in the size.
    this.setSize(answer.size);
    if (answer.timedOut !== undefined) throw new TimeoutError(answer.timedOut);
    if (answer.refused !== undefined) throw new Error(answer.refused);
    return answer.item;
  }
}
