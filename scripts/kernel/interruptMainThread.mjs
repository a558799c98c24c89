// The main thread's part of Stop.
import { Session } from "node:inspector";
import { createRequire } from "node:module";
import { Interrupted } from "./awaitGuards.mjs";
import { noteCallers } from "./cellFrames.mjs";
import { AGAIN, ASKING, DUE, RUNNING, STOPPED, TERMINATE, UNINTERRUPTED as IS_UNINTERRUPTED } from "./sharedFlags.mjs";

/**
 * Under this symbol the library puts its functions into a Set: the kernel calls each, without arguments, at each Stop. A function ends the running work of its
 * owner (a pool, a process) and returns at once; the owner stays usable.
 */
const ON_STOP = Symbol.for("parallel-typescript.interrupt");

/**
 * Under this symbol the library finds a function that runs a piece of work uninterrupted: Stop waits until the work is done. Ended in the middle of a
 * process's start, for example, the library would not know the process.
 */
const UNINTERRUPTED = Symbol.for("parallel-typescript.uninterrupted");

/** How long (milliseconds) this thread waits for a question of the sockets' thread that is on its way. */
const PATIENCE_MS = 1000;

export class Stop {
  /** Is code of the kernel itself on the stack? Nothing may end that in the middle. */
  busy = false;
  /** The stack that was ended last. */
  where;
  #session;
  /** How many pieces of such work are on the stack. */
  #uninterruptedDepth = 0;

  /** @param {Int32Array} shared the numbers of sharedFlags.mjs */
  constructor(shared) {
    this.shared = shared;
    globalThis[ON_STOP] ??= new Set();
    // The sockets' thread calls it through the inspector, in the middle of whatever this thread is running.
    globalThis[Symbol.for(TERMINATE)] = (cell) => {
      const running = Atomics.load(shared, RUNNING);
      // Between two cells, what is left in the background keeps the cell from its begin.
      if (this.busy || (running !== 0 && running !== cell)) return undefined;
      if (isNodesOwn()) return AGAIN;
      if (this.#uninterruptedDepth > 0) Atomics.store(shared, DUE, cell);
      else this.#terminate();
      return undefined;
    };
    globalThis[UNINTERRUPTED] = (work) => this.uninterrupted(work);
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

  /** Runs code of the learner's on behalf of the kernel's own: that may be ended. */
  whileLearners(work) {
    const before = this.busy;
    this.busy = false;
    try {
      return work();
    } finally {
      this.busy = before;
    }
  }

  /** Calls each function of the Set. */
  tellAll() {
    for (const end of globalThis[ON_STOP]) {
      try {
        end();
      } catch (error) {
        console.error("Something could not be stopped:", error);
      }
    }
  }

  /** To be called when a cell has ended. While a session is open, V8 keeps what is printed, and with it pools that nothing else refers to. */
  rest() {
    this.#session?.post("Runtime.discardConsoleEntries");
    this.#session?.disconnect();
    this.#session = undefined;
  }

  uninterrupted(work) {
    if (this.#uninterruptedDepth === 0) this.#beginUninterrupted();
    this.#uninterruptedDepth++;
    try {
      return work();
    } finally {
      if (--this.#uninterruptedDepth === 0) this.#endUninterrupted();
    }
  }

  /** Sets this thread's flag, then reads the other's; the sockets' thread does it the other way round. So one of them sees the other. Questions on their way are answered first, and may end this thread's code. */
  #beginUninterrupted() {
    const { shared } = this;
    const late = performance.now() + PATIENCE_MS;
    Atomics.store(shared, IS_UNINTERRUPTED, 1);
    while (Atomics.load(shared, ASKING) > 0 && performance.now() < late) {
      Atomics.store(shared, IS_UNINTERRUPTED, 0);
      while (Atomics.load(shared, ASKING) > 0 && performance.now() < late) {
        /* V8 answers in a loop; the sockets' thread then lowers the number */
      }
      Atomics.store(shared, IS_UNINTERRUPTED, 1);
    }
  }

  #endUninterrupted() {
    const { shared } = this;
    Atomics.store(shared, IS_UNINTERRUPTED, 0);
    const cell = Atomics.exchange(shared, DUE, 0);
    if (cell !== 0 && !this.busy && Atomics.load(shared, RUNNING) === cell) this.#terminate();
  }

  /** Ends the code on the stack below. That code cannot catch it, and its `finally` does not run. */
  #terminate() {
    this.where = new Error().stack;
    forgetHalves();
    if (this.#session === undefined) {
      this.#session = new Session();
      this.#session.connect();
    }
    forgetAsyncCallers();
    this.#session.post("Runtime.terminateExecution");
  }
}

const { cache } = createRequire(import.meta.url);

/** A module that is ended while it loads would be half of itself for all who import it later. */
function forgetHalves() {
  for (const [path, module] of Object.entries(cache)) if (module?.loaded === false) delete cache[path];
}

/** How many frames of the stack are looked at. */
const FRAMES = 100;
const kernels = new URL(".", import.meta.url).href;

/** The script of Node that loads its modules, some of them when they are first used, as `fetch` does. One that is ended in the middle would stay half of itself for good. */
const LOADER = "node:internal/bootstrap/realm";

/**
 * Is there nothing on the stack but Node's own, which is about to call or to leave a callback? Ended there, it would lose a message, the very Stop perhaps, or end the
 * process, as its list of running callbacks would be wrong. Or is it about to load a module of its own? It is asked again soon: a loop of awaits of what is there
 * already spends most of its time so.
 */
function isNodesOwn() {
  // The first is the inspector's, which calls this.
  const callers = noteCallers(globalThis[Symbol.for(TERMINATE)], FRAMES).slice(1);
  if (callers.some(({ script }) => script === LOADER)) return true;
  const isOwn = ({ script }) => script.startsWith("node:") || script.startsWith(kernels);
  // There are none when the learner has a way of his own to make stacks.
  return callers.length > 0 && callers.length < FRAMES - 1 && callers.every(isOwn);
}

/**
 * Node keeps a list of the running asynchronous callbacks, and ends the process when the list and the stack disagree, as they do after a
 * termination. Node clears the list after an uncaught error, so this reports one to it.
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

/** Tells the sockets' thread that the main thread has done what a Stop asks for. */
export const dealtWith = (shared, turn) => Atomics.store(shared, STOPPED, turn);
