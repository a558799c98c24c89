/** Milliseconds on the clock that all threads of this process share: `performance.now()` begins anew in each. */
export function clock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}
