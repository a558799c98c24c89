/**
 * V8 13 and 14, of Node 24 and 26, unroll loops, and take out of some the place at which a loop can be ended, as of `for (;;) new Array(100).fill(0)`. A thread in such a loop cannot be ended, nor can its
 * process exit; and where it runs out of memory, it ends the process. So nothing is unrolled while workers have something to do. Before that it is, for Node's own modules
 * and the library are kept compiled for V8's default options, and a thread that had to compile them would start half as fast.
 */
import { isAnyAtWork } from "./busyWorkers";
import { v8 } from "./loadLate";
import { isNode } from "./runtime";

const HAS_FAULT = isNode && /^1[34]\./.test(process.versions.v8);
/** Under this symbol stands whether V8 was told to unroll none; "always" by the lesson's kernel, whose own thread runs cells that may have to be ended. */
const UNROLLS_NONE = Symbol.for("parallel-typescript.unrollsNoLoops");
const state = globalThis as { [UNROLLS_NONE]?: "meanwhile" | "always" | undefined };

/** Before a thread gets something to do. */
export function unrollNoLoops(): void {
  if (!HAS_FAULT || state[UNROLLS_NONE] !== undefined) return;
  unroll(false);
  state[UNROLLS_NONE] = "meanwhile";
}

/** Before threads start. */
export function unrollLoops(): void {
  if (state[UNROLLS_NONE] !== "meanwhile" || isAnyAtWork()) return;
  unroll(true);
  state[UNROLLS_NONE] = undefined;
}

/** Reads or writes what V8 keeps of code, which is only good for its default options. */
export function whileUnrolling<R>(work: () => R): R {
  if (!HAS_FAULT) return work();
  unroll(true);
  try {
    return work();
  } finally {
    // Whether another thread had turned it off cannot be known here.
    unroll(false);
  }
}

/** In all threads of the process. */
function unroll(on: boolean): void {
  v8().setFlagsFromString(`--${on ? "" : "no-"}turboshaft-loop-unrolling`);
}
