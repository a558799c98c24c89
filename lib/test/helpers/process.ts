import type { TestContext } from "node:test";
import * as mp from "parallel-typescript";

/** Starts a process that is gone when the test is. */
export function startProcess<Args extends unknown[]>(
  t: TestContext,
  target: (...args: Args) => unknown,
  ...args: Args
): mp.Process<Args> {
  const child = new mp.Process({ target, args });
  child.start();
  t.after(() => child.kill());
  return child;
}
