/** What will come of a call, or of something else that is waited for. A promise of it is made only for those who ask: there may be many thousands of calls at a time. */

/** How many were settled. */
let settled = 0;

const PENDING = { is: "pending" } as const;
export type State<T> =
  | { readonly is: "pending" }
  | { readonly is: "done"; readonly value: T }
  | { readonly is: "failed"; readonly error: unknown };

/** Is told, once, that it is settled. */
export interface Handle {
  settled(): void;
}

/** Cancels a call: true when it has not begun, and will not. */
export interface Canceller {
  cancel(error: Error): boolean;
}

/** It is a Receiver of tasks as well; not declared so, as a program that uses an AsyncResult would then need the types of Node. */
export class Deferred<T> {
  state: State<T> = PENDING;
  /** That of its call, where there is one. */
  canceller: Canceller | undefined;
  /** The how manieth it was to be settled. */
  order = 0;
  private handle: Handle | undefined;
  private listeners: Set<() => void> | undefined;
  private asked: Promise<T> | undefined;
  private answer: { resolve(value: T): void; reject(error: unknown): void } | undefined;

  /** What will come of a promise. */
  static of<T>(promise: Promise<T>): Deferred<T> {
    const deferred = new Deferred<T>();
    promise.then(
      (value) => deferred.resolve(value),
      (error: unknown) => deferred.reject(error),
    );
    return deferred;
  }

  get isOver(): boolean {
    return this.state.is !== "pending";
  }

  /** The result of its only task, that of a single call. */
  done(results: ArrayLike<unknown>): void {
    this.resolve(results[0] as T);
  }

  failed(error: unknown): void {
    this.reject(error);
  }

  resolve(value: T): void {
    if (this.state.is === "pending") this.settle({ is: "done", value });
  }

  reject(error: unknown): void {
    if (this.state.is === "pending") this.settle({ is: "failed", error });
  }

  /** Its handle; it has one at the most. */
  handleBy(handle: Handle): void {
    this.handle = handle;
    if (this.state.is !== "pending") handle.settled();
  }

  /** Calls `listener` when it is settled, which it is not yet, unless the returned function is called before. */
  onSettled(listener: () => void): () => void {
    const listeners = (this.listeners ??= new Set());
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  promise(): Promise<T> {
    this.asked ??= new Promise((resolve, reject) => {
      this.answer = { resolve, reject };
      this.tell();
    });
    return this.asked;
  }

  private settle(state: State<T>): void {
    this.state = state;
    this.order = ++settled;
    this.handle?.settled();
    this.handle = undefined;
    this.tell();
    for (const listener of this.listeners ?? []) listener();
    this.listeners = undefined;
  }

  private tell(): void {
    if (this.state.is === "done") this.answer?.resolve(this.state.value);
    else if (this.state.is === "failed") this.answer?.reject(this.state.error);
  }
}
