/**
 * A queue that lives in another process or thread. Everything is asked of the parent, which has the queue or asks its own parent: see
 * `queueSession` for how it answers.
 */
import { TimeoutError } from "../base/errors";
import type { Store } from "./queueStore";
import type { Answer, QueueAnswer, QueueQuestion, QueueRequest } from "./messages";

/** `hold` keeps this thread or process alive, until `release`. */
export interface ParentChannel {
  readonly send: (message: QueueRequest) => void;
  readonly hold: () => void;
  readonly release: () => void;
}

let parent: ParentChannel | undefined;
let requests = 0;
const pending = new Map<number, (answer: Answer) => void>();
const subscribers = new Map<string, (size: number) => void>();
const unused = new FinalizationRegistry<{ queue: string; tell: (size: number) => void }>(({ queue, tell }) => {
  // The queue may have been sent here again meanwhile.
  if (subscribers.get(queue) !== tell) return;
  subscribers.delete(queue);
  parent?.send({ is: "queue", verb: "unsubscribe", queue });
});

export function connectToParent(channel: ParentChannel): void {
  parent = channel;
}

/** Is this the worker or child of another? Only there may code that came in a message be run. */
export function hasParent(): boolean {
  return parent !== undefined;
}

export function handleAnswer(answer: QueueAnswer): void {
  if (answer.is === "size") subscribers.get(answer.queue)?.(answer.size);
  else pending.get(answer.request)?.(answer);
}

export function hasPendingRequests(): boolean {
  return pending.size > 0;
}

/** Asks the parent; a pending question keeps this process alive, so that nothing that was put is lost. */
function ask(question: QueueQuestion): Promise<Answer> {
  const channel = parent;
  if (channel === undefined)
    return Promise.reject(new Error("This queue lives in another process that cannot be reached from here."));
  const request = ++requests;
  return new Promise((resolve) => {
    if (pending.size === 0) channel.hold();
    pending.set(request, (answer) => {
      pending.delete(request);
      if (pending.size === 0) channel.release();
      // Until it is told so, the parent keeps the item for the case that it never arrived.
      if (answer.item !== undefined) channel.send({ is: "queue", verb: "got", queue: question.queue, request });
      resolve(answer);
    });
    channel.send({ is: "queue", request, ...question });
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
    parent?.send({ is: "queue", verb: "subscribe", queue: id });
  }

  size(): number {
    return this.knownSize;
  }

  async put(item: Uint8Array, _held: readonly object[], timeout: number | undefined): Promise<void> {
    this.itemIn(await ask({ verb: "put", queue: this.id, item, timeout }));
  }

  async get(timeout: number | undefined): Promise<Uint8Array> {
    return this.itemIn(await ask({ verb: "get", queue: this.id, timeout })) as Uint8Array;
  }

  giveBack(item: Uint8Array): void {
    parent?.send({ is: "queue", verb: "giveBack", queue: this.id, item });
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
    if (answer.gone !== undefined) throw new Error(answer.gone);
    return answer.item;
  }
}
