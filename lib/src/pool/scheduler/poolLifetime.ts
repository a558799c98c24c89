/** How long a scheduler is needed: until it is closed and has nothing left to do, or is terminated. */
import { setMaxListeners } from "node:events";
import { PoolClosedError } from "../../base/errors";
import { collectGarbage } from "../../base/garbage";
import { Deferred } from "./deferred";

/** So many pools may be there, or be made, before the garbage collector is asked to look for those that nobody refers to. */
const FEW_POOLS = 4;
let living = 0;
let made = 0;
/** Pools that nobody refers to any more, as when a cell of a notebook that makes one is run again. */
const forgotten = new FinalizationRegistry<Lifetime>((lifetime) => lifetime.close());

export class Lifetime {
  private readonly gone = new Deferred<void>();
  private readonly stop = new AbortController();
  /** What it was told. */
  state: "open" | "closed" | "terminated" = "open";
  /** Are its workers gone, or about to be? */
  isOver = false;
  private isJoined = false;
  private expected = 0;
  private iterations = 0;

  /** @param lookAgain is called when it may be over now */
  constructor(private readonly lookAgain: () => void) {
    // Every iteration that goes on listens to it, which Node 20 would take for a leak.
    setMaxListeners(0, this.terminated);
  }

  /** Resolves when all workers have ended. */
  get ended(): Promise<void> {
    return this.gone.promise();
  }

  /** Aborts when the scheduler is terminated, with the error for those who wait. */
  get terminated(): AbortSignal {
    return this.stop.signal;
  }

  /** Would it be over, if nothing is under way? */
  get mayEnd(): boolean {
    return this.expected === 0 && (this.isJoined || (this.state === "closed" && this.iterations === 0));
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

  /** Closes it when nobody refers to `pool` any more. Only V8's garbage collector knows of that, and it does not know what a thread costs. */
  closeWhenForgotten(pool: object): void {
    forgotten.register(pool, this);
    living++;
    void this.ended.then(() => living--);
    if (++made < FEW_POOLS || living <= FEW_POOLS) return;
    made = 0;
    collectGarbage({ all: true });
  }

  close(): void {
    if (this.state === "open") this.state = "closed";
    this.lookAgain();
  }

  join(): Promise<void> {
    this.isJoined = true;
    this.lookAgain();
    return this.ended;
  }

  /** @returns the error for those who wait */
  terminate(): unknown {
    this.state = "terminated";
    this.stop.abort(new PoolClosedError("The pool was terminated before this call had ended."));
    return this.terminated.reason;
  }

  /** It is over, and its workers will have ended when `workersEnded` resolves. */
  end(workersEnded: Promise<void>): void {
    this.isOver = true;
    void workersEnded.then(() => this.gone.resolve());
  }
}
