/**
 * The way up to a queue that lives elsewhere: those that it was handed to ask their parent, which knows it or asks its own. This
 * file carries questions and answers; what a queue is stands in `queue`, how a parent answers in `queueDown`.
 */
import type { Answer, QueueAnswer, QueueQuestion, QueueRequest } from "./messages";

/** The way to the parent. `hold` keeps this thread or process alive, `release` no longer. */
export interface ParentChannel {
  send(message: QueueRequest): void;
  hold(): void;
  release(): void;
}

const waiting = new Map<number, (answer: Answer) => void>();
const watching = new Map<string, (size: number) => void>();
let upwards: ParentChannel | undefined;
let requests = 0;

export function connectToParent(way: ParentChannel): void {
  upwards = way;
}

/** Is this the worker or child of another? Only there may code that came in a message be run. */
export function hasParent(): boolean {
  return upwards !== undefined;
}

export function sendToParent(message: QueueRequest): void {
  upwards?.send(message);
}

/** Asks the parent; a pending question keeps this process alive, so that nothing that was put is lost. */
export function ask(question: QueueQuestion): Promise<Answer> {
  const way = upwards;
  if (way === undefined)
    return Promise.reject(new Error("This queue lives in another process that cannot be reached from here."));
  const request = ++requests;
  return new Promise((resolve) => {
    if (waiting.size === 0) way.hold();
    waiting.set(request, (answer) => {
      waiting.delete(request);
      if (waiting.size === 0) way.release();
      // Until it is told so, the parent keeps the item for the case that it never arrived.
      if (answer.item !== undefined) way.send({ is: "queue", verb: "got", queue: question.queue, request });
      resolve(answer);
    });
    way.send({ is: "queue", request, ...question });
  });
}

/** Asks to be told the size of a queue when it has changed, for as long as `reader` is in use. */
export function watchSize(queue: string, reader: object, tell: (size: number) => void): void {
  watching.set(queue, tell);
  unused.register(reader, { queue, tell });
  sendToParent({ is: "queue", verb: "subscribe", queue });
}
const unused = new FinalizationRegistry<{ queue: string; tell: (size: number) => void }>(({ queue, tell }) => {
  // The queue may have come again meanwhile, and be watched anew.
  if (watching.get(queue) !== tell) return;
  watching.delete(queue);
  sendToParent({ is: "queue", verb: "unsubscribe", queue });
});

export function handleAnswer(answer: QueueAnswer): void {
  if (answer.is === "size") watching.get(answer.queue)?.(answer.size);
  else waiting.get(answer.request)?.(answer);
}

/** Is anything asked that was not answered yet? */
export function hasPendingRequests(): boolean {
  return waiting.size > 0;
}
