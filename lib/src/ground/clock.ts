/** One clock for all threads of this process: `performance.now()` begins anew in each. */

const [seconds, nanoseconds] = process.hrtime();
const offset = seconds * 1e3 + nanoseconds / 1e6 - performance.now();

/** Milliseconds on the clock that all threads of this process share. */
export function clock(): number {
  return performance.now() + offset;
}
