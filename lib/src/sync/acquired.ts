/** What acquiring a Lock or a Semaphore gives, and the form with a function. */
import { describe } from "../base/errors";
import { afterStop } from "../base/interrupt";

declare global {
  /** As the types of Node declare it: a program that is compiled without them, or by TypeScript before 5.2, may not know it. */
  interface SymbolConstructor {
    readonly dispose: unique symbol;
  }
  interface Disposable {
    [Symbol.dispose](): void;
  }
}

/** What `acquire` of a Lock or a Semaphore gives: it is released at the end of the block with `using _ = await lock.acquire()`. */
export interface Acquired extends Disposable {
  /**
   * The one who had it before died with it: a worker that was ended or exited, or a process. What it guards may be half done. Only the next one who gets it is told.
   *
   * @example
   * using held = await lock.acquire();
   * if (held.abandoned) table.fill(0); // start anew
   */
  readonly abandoned: boolean;
}

/** How each is released for one that will not do so itself. */
const abandons = new WeakMap<Acquired, () => void>();

/**
 * @param died 1 when the one before died with it
 * @param release is told whether the one that has it will not release it itself
 */
export function acquired(died: number, release: (self: Acquired, died: boolean) => void): Acquired {
  const self: Acquired = { abandoned: died === 1, [Symbol.dispose]: () => release(self, false) };
  abandons.set(self, () => release(self, true));
  return self;
}

/** @param acquire tells at once what it has acquired, and then its promise does */
export async function runWith<R>(
  acquire: (given: (held: Acquired) => void) => Promise<Acquired>,
  body: () => R,
): Promise<Awaited<R>> {
  if (typeof body !== "function")
    throw new TypeError(
      `with: expected a function to run meanwhile, got ${describe(body)}. Write lock.with(() => work()).`,
    );
  let held: Acquired | undefined;
  const given = (what: Acquired): void => {
    held = what;
  };
  // Stop ends the body, perhaps in the middle, and the callbacks of promises that would go on here.
  const forgetStop = afterStop(() => {
    forgetStop();
    if (held !== undefined) abandons.get(held)?.();
  });
  try {
    held = await acquire(given);
    return await body();
  } finally {
    // In this order: Stop may come between the two.
    held?.[Symbol.dispose]();
    forgetStop();
  }
}
