/**
 * How a queue is reached from elsewhere. A queue lives in the process and thread that made it; those that it was handed to ask for
 * it upwards, from child to parent, until it is found. This file carries questions and answers; what a queue is stands in `queue`.
 */
import type { QueueAnswer, QueueRequest } from "./protocol";

/** The way up to the parent. `hold` keeps this thread or process alive, `release` no longer. */
export interface Upwards {
  send(message: QueueRequest): void;
  hold(): void;
  release(): void;
}
/** The way back down to the one who asked. */
export interface Downwards {
  send(answer: QueueAnswer): void;
  /** Calls `end` when the one who asked is gone; returns how to say that it need not any more. */
  onClose(end: () => void): () => void;
}
/** What a queue does for those who ask from elsewhere. */
export interface Served {
  putBytes(item: Uint8Array, timeout: number | undefined): Promise<void>;
  getBytes(timeout: number | undefined, gone?: AbortSignal): Promise<Uint8Array>;
  watch(tell: (size: number) => void): () => void;
}

const served = new Map<string, { queue: WeakRef<object>; store: Served }>();
const waiting = new Map<number, (answer: Extract<QueueAnswer, { is: "answer" }>) => void>();
const watching = new Map<string, (size: number) => void>();
let upwards: Upwards | undefined;
let requests = 0;
const forgotten = new FinalizationRegistry<string>((id) => served.delete(id));

/** Lets those below reach a queue by its id, for as long as somebody here refers to the queue. */
export function serve(id: string, queue: object, store: Served): void {
  served.set(id, { queue: new WeakRef(queue), store });
  forgotten.register(queue, id);
}

export function queueWithId(id: string): { queue: object; store: Served } | undefined {
  const entry = served.get(id);
  const queue = entry?.queue.deref();
  return entry === undefined || queue === undefined ? undefined : { queue, store: entry.store };
}

/** Only below another process or thread may code that came in a message be run. */
export function mayRunCode(): boolean {
  return upwards !== undefined;
}

export function connectUpwards(way: Upwards): void {
  upwards = way;
}

/** Asks upwards; a pending question keeps this process alive, so that nothing that was put is lost. */
export function ask(question: Record<string, unknown> & Pick<QueueRequest, "queue" | "verb">): Promise<Extract<QueueAnswer, { is: "answer" }>> {
  if (upwards === undefined) return Promise.reject(new Error("This queue lives in another process that cannot be reached from here."));
  const way = upwards;
  const request = ++requests;
  return new Promise((resolve) => {
    if (waiting.size === 0) way.hold();
    waiting.set(request, (answer) => {
      waiting.delete(request);
      if (waiting.size === 0) way.release();
      resolve(answer);
    });
    way.send({ is: "queue", request, ...question } as QueueRequest);
  });
}

/** Asks to be told the size of a queue whenever it changes. */
export function watchSize(queue: string, tell: (size: number) => void): void {
  watching.set(queue, tell);
  upwards?.send({ is: "queue", queue, request: ++requests, verb: "watch" });
}

export function answerArrived(answer: QueueAnswer): void {
  if (answer.is === "size") watching.get(answer.queue)?.(answer.size);
  else waiting.get(answer.request)?.(answer);
}

/** Is anything asked that was not answered yet? */
export function isWaiting(): boolean {
  return waiting.size > 0;
}

/** Answers a question from below. */
export function handleRequest(request: QueueRequest, way: Downwards): void {
  const queue = queueWithId(request.queue)?.store;
  const answer = (rest: Omit<Extract<QueueAnswer, { is: "answer" }>, "is" | "request">): void => way.send({ is: "answer", request: request.request, ...rest });
  if (queue === undefined) {
    if (request.verb !== "watch") answer({ gone: "The queue no longer exists: nothing in the process that made it refers to it." });
    return;
  }
  switch (request.verb) {
    case "watch":
      way.onClose(queue.watch((size) => way.send({ is: "size", queue: request.queue, size })));
      return;
    case "put":
      queue.putBytes(request.item, request.timeout).then(() => answer({}), (error: Error) => answer({ timedOut: error.message }));
      return;
    case "get": {
      const gone = new AbortController();
      const settled = way.onClose(() => gone.abort());
      queue.getBytes(request.timeout, gone.signal)
        .then((item) => answer({ item }), (error: Error) => answer({ timedOut: error.message }))
        .finally(settled);
      return;
    }
  }
}
