/** How long a scheduler is needed: until it is closed and has nothing left to do, or is terminated. */
import { setMaxListeners } from "node:events";
import { PoolClosedError } from "../../base/errors";

export class Lifetime {
  /** Resolves when all workers have ended. */
  readonly ended: Promise<void>;
  private tellEnded!: () => void;
  private readonly stop = new AbortController();
  private state: "open" | "closing" | "joined" | "over" = "open";
  private expected = 0;
  private iterations = 0;

  /** @param lookAgain is called when it may be over now */
  constructor(private readonly lookAgain: () => void) {
    this.ended = new Promise((resolve) => {
      this.tellEnded = resolve;
    });
    // Every iteration that goes on listens to it, which Node 20 would take for a leak.
    setMaxListeners(0, this.terminated);
  }

  /** Aborts when the scheduler is terminated, with the error for those who wait. */
  get terminated(): AbortSignal {
    return this.stop.signal;
  }

  get isOver(): boolean {
    return this.state === "over";
  }

  /** Would it be over, if nothing is under way? */
  get mayEnd(): boolean {
    return this.expected === 0 && (this.state === "joined" || (this.state === "closing" && this.iterations === 0));
  }

  /** Why nothing can be done any more. */
  get reason(): Error {
    return (
      (this.terminated.reason as Error | undefined) ??
      new PoolClosedError("The pool was closed, and its workers have ended.")
    );
  }

  /** A call that was accepted but has nothing to do yet: the scheduler waits for it. */
  expect<T>(call: Promise<T>): Promise<T> {
    this.expected++;
    return call.finally(() => {
      this.expected--;
      this.lookAgain();
    });
  }

  /** An iteration that may be continued: a closed scheduler stays for it, unless somebody waits for the scheduler's end. Returns how to end it. */
  holdFor(): () => void {
    let held = true;
    this.iterations++;
    return () => {
      if (held) this.iterations--;
      held = false;
      this.lookAgain();
    };
  }

  close(): void {
    if (this.state === "open") this.state = "closing";
    this.lookAgain();
  }

  join(): Promise<void> {
    if (!this.isOver) this.state = "joined";
    this.lookAgain();
    return this.ended;
  }

  /** @returns the error for those who wait */
  terminate(): unknown {
    this.stop.abort(new PoolClosedError("The pool was terminated before this call had ended."));
    return this.terminated.reason;
  }

  /** It is over, and its workers will have ended when `gone` resolves. */
  end(gone: Promise<void>): void {
    this.state = "over";
    void gone.then(this.tellEnded);
  }
}
