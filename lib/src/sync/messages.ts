/** What the thread in which a lock or the like was made and those to which it was sent say to each other. All of it can be written as JSON. */

/** What is done at once, and answered by nothing. `wake`: somebody who shares the memory of an event or barrier has changed it, and others wait. */
export type Action = "release" | "set" | "wake" | "clear" | "reset" | "abort";

/** From a worker or child process to its parent. */
export type SyncRequest = { readonly is: "sync" } & (
  | { readonly verb: "wait"; readonly id: string; readonly request: number; readonly timeout?: number | undefined }
  /** The one that waits with that request gives up. */
  | { readonly verb: "cancel"; readonly wait: number }
  | { readonly verb: "look"; readonly id: string; readonly request: number }
  | { readonly verb: "act"; readonly id: string; readonly action: Action; readonly died: boolean }
);

/** From a parent to its worker or child process. */
export interface SyncAnswer {
  readonly is: "synced";
  readonly request: number;
  /** What the wait has come to. */
  readonly value?: number;
  /** What `look` has seen. */
  readonly words?: readonly number[];
  /** The wait has failed, or there is no such thing any more. */
  readonly failure?: { readonly name: string; readonly message: string };
}
