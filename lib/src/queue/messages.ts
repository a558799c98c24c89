/** What the process in which a queue lives and those to which the queue was sent say to each other. */

export type QueueQuestion =
  | { readonly verb: "put"; readonly queue: string; readonly item: Uint8Array; readonly timeout: number | undefined }
  | { readonly verb: "get"; readonly queue: string; readonly timeout: number | undefined }
  | { readonly verb: "close"; readonly queue: string };

/** From a worker or child process to its parent. */
export type QueueRequest = { readonly is: "queue" } & (
  | (QueueQuestion & { readonly request: number })
  /** The item that answered that request has arrived. */
  | { readonly verb: "got"; readonly queue: string; readonly request: number }
  | { readonly verb: "giveBack"; readonly queue: string; readonly item: Uint8Array }
  | { readonly verb: "subscribe" | "unsubscribe"; readonly queue: string }
);

export interface Answer {
  readonly is: "answer";
  readonly request: number;
  /** How many items the queue holds now. */
  readonly size: number;
  /** What `get` gets; it gets nothing when the queue was closed, and will have no item any more. */
  readonly item?: Uint8Array;
  readonly timedOut?: string;
  readonly refused?: string;
}

export interface SizeChange {
  readonly is: "size";
  readonly queue: string;
  readonly size: number;
}

/** From a parent to its worker or child process. */
export type QueueAnswer = Answer | SizeChange;
