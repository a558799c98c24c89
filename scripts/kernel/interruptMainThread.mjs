// The main thread's part of Stop.
import { Session } from "node:inspector";
import { Interrupted } from "./awaitGuards.mjs";
import { ASKING, DUE, RUNNING, STOPPED, TERMINATE, WHOLE as IS_WHOLE } from "./sharedFlags.mjs";

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

/** How long (milliseconds) a question of the second thread's may be on its way. */
const PATIENCE_MS = 1000;

export class Stop {
  /** Code of the kernel itself is on the stack, which nothing may end in the middle. */
  busy = false;
  /** The stack that was ended last. */
  where;
  #session;
  /** So many such pieces of work are on the stack. */
  #whole = 0;

  /** @param {Int32Array} shared the numbers of sharedFlags.mjs */
  constructor(shared) {
    this.shared = shared;
    globalThis[ON_STOP] ??= new Set();
    // Called by the second thread, through the inspector, in the midst of whatever this thread is running.
    globalThis[Symbol.for(TERMINATE)] = (cell) => {
      Atomics.sub(shared, ASKING, 1);
      if (this.busy || Atomics.load(shared, RUNNING) !== cell) return;
      if (this.#whole > 0) Atomics.store(shared, DUE, cell);
      else this.#terminate();
    };
    globalThis[WHOLE] = (work) => this.runWhole(work);
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

  /** A cell has ended. While a session is open, V8 keeps what is printed, and with it pools that nobody else refers to. */
  rest() {
    this.#session?.post("Runtime.discardConsoleEntries");
    this.#session?.disconnect();
    this.#session = undefined;
  }

  runWhole(work) {
    if (this.#whole === 0) this.#beWhole();
    this.#whole++;
    try {
      return work();
    } finally {
      if (--this.#whole === 0) this.#endWhole();
    }
  }

  /** First one's own sign, then a look at the other's; the second thread does the same. Its questions are answered first, and may end this. */
  #beWhole() {
    const { shared } = this;
    const late = performance.now() + PATIENCE_MS;
    Atomics.store(shared, IS_WHOLE, 1);
    while (Atomics.load(shared, ASKING) > 0 && performance.now() < late) {
      Atomics.store(shared, IS_WHOLE, 0);
      while (Atomics.load(shared, ASKING) > 0 && performance.now() < late) {
        /* V8 answers in a loop */
      }
      Atomics.store(shared, IS_WHOLE, 1);
    }
  }

  #endWhole() {
    const { shared } = this;
    Atomics.store(shared, IS_WHOLE, 0);
    const cell = Atomics.exchange(shared, DUE, 0);
    if (cell !== 0 && !this.busy && Atomics.load(shared, RUNNING) === cell) this.#terminate();
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
    /** @type {any} */ (process)._fatalException(new Interrupted());
  } finally {
    process.setUncaughtExceptionCaptureCallback(null);
  }
}

/** Notes in what is shared that a Stop has been dealt with. */
export const dealtWith = (shared, turn) => Atomics.store(shared, STOPPED, turn);
