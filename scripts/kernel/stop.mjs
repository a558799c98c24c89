// The main thread's part of Stop.
import { Session } from "node:inspector";
import { Interrupted } from "./guard.mjs";
import { RUNNING, STOPPED, TERMINATE } from "./shared.mjs";

/**
 * The library's part of the bargain: a Set of functions that are called, without arguments, at each Stop. Each ends what its owner has
 * under way, and returns at once; its owner stays usable.
 */
const ON_STOP = Symbol.for("parallel-typescript.interrupt");

/**
 * Its other part: a function that runs a piece of work, which Stop then ends only after it. What is ended in the middle of starting
 * a process, say, would leave behind one that nobody knows.
 */
const WHOLE = Symbol.for("parallel-typescript.whole");

export class Stop {
  /** Code of the kernel itself is on the stack, which nothing may end in the middle. */
  busy = false;
  /** The stack that was ended last. */
  where;
  #session;
  /** So many such pieces of work are on the stack. */
  #whole = 0;
  /** What is below them is to be ended. */
  #due = false;

  constructor(shared) {
    this.shared = shared;
    globalThis[ON_STOP] ??= new Set();
    // Called by the second thread, through the inspector, in the midst of whatever this thread is running.
    globalThis[Symbol.for(TERMINATE)] = (cell) => {
      if (this.busy || Atomics.load(shared, RUNNING) !== cell) return;
      if (this.#whole > 0) this.#due = true;
      else this.#terminate();
    };
    globalThis[WHOLE] = (work) => this.#runWhole(work);
  }

  /** Runs a piece of the kernel's own code. */
  whileBusy(work) {
    const before = this.busy;
    this.busy = true;
    try {
      return work();
    } finally {
      this.busy = before;
    }
  }

  /** Has everybody end what he is doing. */
  tellAll() {
    for (const end of globalThis[ON_STOP]) {
      try {
        end();
      } catch (error) {
        console.error("Something could not be stopped:", error);
      }
    }
  }

  #runWhole(work) {
    this.#whole++;
    try {
      return work();
    } finally {
      if (--this.#whole === 0 && this.#due) {
        this.#due = false;
        this.#terminate();
      }
    }
  }

  /** Ends what is on the stack below. It cannot be caught, not even by `finally`. */
  #terminate() {
    this.where = new Error().stack;
    if (this.#session === undefined) {
      this.#session = new Session();
      this.#session.connect();
    }
    forgetAsyncCallers();
    this.#session.post("Runtime.terminateExecution");
  }
}

/**
 * Node keeps a list of who is being called back, and ends the process when the list and the stack disagree, as they would
 * after a termination. It clears the list when an error was thrown that nobody caught; so it is told of one.
 */
function forgetAsyncCallers() {
  if (process.hasUncaughtExceptionCaptureCallback()) return;
  process.setUncaughtExceptionCaptureCallback(() => undefined);
  try {
    process._fatalException(new Interrupted());
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
}

/** Notes in what is shared that a Stop has been dealt with. */
export const dealtWith = (shared, turn) => Atomics.store(shared, STOPPED, turn);
