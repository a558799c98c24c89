/** What acquiring a Lock or a Semaphore gives, and the form with a function. */
import { describe } from "../base/errors";

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

/** @param died 1 when the one before died with it */
export function acquired(died: number, release: (self: Acquired) => void): Acquired {
  const self: Acquired = { abandoned: died === 1, [Symbol.dispose]: () => release(self) };
  return self;
}

export async function runWith<R>(acquire: () => Promise<Acquired>, body: () => R): Promise<Awaited<R>> {
  if (typeof body !== "function")
    throw new TypeError(
      `with: expected a function to run meanwhile, got ${describe(body)}. Write lock.with(() => work()).`,
    );
  const held = await acquire();
  try {
    return await body();
  } finally {
    held[Symbol.dispose]();
  }
}
