/** The one place where the code of a message is run. Only workers and child processes get here; see `DecodeOptions.evaluate`. */

/** Evaluates an expression in the global scope. */
export function evaluateHere(code: string): unknown {
  return (0, eval)(code) as unknown;
}
