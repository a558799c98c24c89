/** One clock for all threads of this process: `performance.now()` begins anew in each. */

function hrtime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** How far apart the two clocks are: the closest of several looks, as a thread may be interrupted between two of them for milliseconds. */
function offsetOfThread(): number {
  let closest = { apart: Infinity, offset: 0 };
  for (let look = 0; look < 8; look++) {
    const before = hrtime();
    const now = performance.now();
    const apart = hrtime() - before;
    if (apart < closest.apart) closest = { apart, offset: before + apart / 2 - now };
  }
  return closest.offset;
}
const offset = offsetOfThread();

/** Milliseconds on the clock that all threads of this process share. */
export function clock(): number {
  return performance.now() + offset;
}
