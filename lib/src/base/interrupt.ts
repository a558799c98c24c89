/**
 * Stop, as a notebook's button: a kernel that has one calls what it finds in the set `globalThis[Symbol.for("parallel-typescript.interrupt")]`
 * of its main thread. Then all that is under way ends, and everything stays usable. Elsewhere there is no such set, and nothing happens.
 * The kernel itself ends a synchronous loop: scripts/kernel/interruptMainThread.mjs.
 */

/** The error of what was under way when Stop was pressed. */
export class Interrupted extends Error {
  static {
    Object.defineProperty(this.prototype, "name", { value: "Interrupted", configurable: true, writable: true });
  }
}

const actions = new Set<(error: Interrupted) => void>();

/** Called when all of these were: nobody who was under way waits any more. */
const lastActions = new Set<() => void>();

/** Calls `action` at the end of every Stop, until the returned function is called. */
export function afterStop(action: () => void): () => void {
  lastActions.add(action);
  return () => void lastActions.delete(action);
}

/** Calls `action` at every Stop, until the returned function is called. It must not wait for anything: Stop may have ended the code that would settle a promise. */
export function onStop(action: (error: Interrupted) => void): () => void {
  actions.add(action);
  return () => void actions.delete(action);
}

/**
 * Runs a piece of work that Stop must not end in the middle: what has two sides, such as a process and those who wait for its end.
 * It must be short, and call nothing of the user's.
 */
export function uninterrupted<T>(work: () => T): T {
  const run = (globalThis as { [UNINTERRUPTED]?: (work: () => T) => T })[UNINTERRUPTED];
  return run === undefined ? work() : run(work);
}
const UNINTERRUPTED = Symbol.for("parallel-typescript.uninterrupted");

/** Notes a Stop for work that goes on in steps: `check` throws it, `close` ends the watch. */
export function watchStop(): { check(): void; close(): void } {
  let pressed: Interrupted | undefined;
  const close = onStop((error) => {
    pressed = error;
  });
  return {
    close,
    check() {
      if (pressed !== undefined) throw pressed;
    },
  };
}

const hooks = (globalThis as Record<symbol, unknown>)[Symbol.for("parallel-typescript.interrupt")];
if (hooks instanceof Set) {
  hooks.add(() => {
    const error = new Interrupted("Stop was pressed while this was under way.");
    for (const action of [...actions]) action(error);
    for (const action of [...lastActions]) action();
  });
}
