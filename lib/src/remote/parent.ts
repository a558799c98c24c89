/**
 * The parent of this worker or child process: who has the queues and locks that were sent here, or asks its own parent. Each room has messages of its
 * own; a request has a number, and its answer the same.
 */
export interface ParentChannel {
  readonly send: (message: ToParent) => void;
  /** `hold` keeps this thread or process alive, until `release`. */
  readonly hold: () => void;
  readonly release: () => void;
  /** Blocks this thread until something has come of what answers locks and the like, and handles it. */
  readonly receive: () => void;
}

export interface ToParent {
  readonly is: string;
  readonly [part: string]: unknown;
}

let parent: ParentChannel | undefined;
let requests = 0;
const pending = new Map<number, (answer: never) => void>();

export function connectToParent(channel: ParentChannel): void {
  parent = channel;
}

/** Is this the worker or child of another? Only there may code that came in a message be run. */
export function hasParent(): boolean {
  return parent !== undefined;
}

export function hasPendingRequests(): boolean {
  return pending.size > 0;
}

export function tellParent(message: ToParent): void {
  parent?.send(message);
}

/**
 * Asks the parent; a pending question keeps this process alive, so that nothing that was asked for is lost.
 *
 * @param answered gets the answer, before anything else is done
 * @returns the number of the request
 */
export function askParent(message: ToParent, answered: (answer: never) => void): number {
  const channel = parent;
  if (channel === undefined) throw new Error("This lives in another process that cannot be reached from here.");
  const request = ++requests;
  if (pending.size === 0) channel.hold();
  pending.set(request, answered);
  channel.send({ ...message, request });
  return request;
}

/** An answer has come. */
export function handleAnswer(answer: { readonly request: number }): void {
  const answered = pending.get(answer.request) as ((answer: object) => void) | undefined;
  if (answered === undefined) return;
  pending.delete(answer.request);
  if (pending.size === 0) parent?.release();
  answered(answer);
}

/** Blocks this thread until `isDone`, which an answer makes so. */
export function blockUntil(isDone: () => boolean): void {
  while (!isDone()) parent?.receive();
}
