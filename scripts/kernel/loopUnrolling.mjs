// V8 13 and 14, of Node 24 and 26, unroll loops, and some of these can never be ended again: see lib/src/base/loopUnrolling.ts. So nothing is unrolled
// while cells run. What V8 has kept of code is only good for its default options, so those hold while it is read and written.
import { setFlagsFromString } from "node:v8";

const HAS_FAULT = /^1[34]\./.test(process.versions.v8);
/** Under this symbol the library finds that V8 was told so, and lets it be. */
const UNROLLS_NONE = Symbol.for("parallel-typescript.unrollsNoLoops");

const unroll = (on) => setFlagsFromString(`--${on ? "" : "no-"}turboshaft-loop-unrolling`);

/** Before learners' code runs. */
export function unrollNoLoops() {
  if (!HAS_FAULT || globalThis[UNROLLS_NONE] === "always") return;
  unroll(false);
  globalThis[UNROLLS_NONE] = "always";
}

/** @template R @param {() => R} work @returns {R} */
export function whileUnrolling(work) {
  if (globalThis[UNROLLS_NONE] !== "always") return work();
  unroll(true);
  try {
    return work();
  } finally {
    unroll(false);
  }
}
