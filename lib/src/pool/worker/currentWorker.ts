/** Which worker this thread is. The module is one and the same for the library in this thread and for the tasks that import the library. */

/** A worker of a pool, as its tasks see it. */
export interface CurrentWorker {
  /** Counted from 1 to the size of the pool. A worker that replaces another has its number. */
  readonly number: number;
  /** The machine's name, of a ClusterPool: workers are counted on each. */
  readonly machine?: string;
}

/**
 * Inside a task, an initializer or a finalizer: the worker that runs it; undefined in the program itself and in a notebook.
 * Read it where it is needed, as `mp.currentWorker` or imported by its name: a variable that the program has set to it travels as undefined.
 *
 * @example
 * await pool.map(() => mp.currentWorker?.number, mp.range(4)); // such as [1, 2, 1, 2]
 */
export let currentWorker: CurrentWorker | undefined;

/** This thread is that worker. To be called before anything of the program's is loaded: `import * as mp` copies what it finds. */
export function becomeWorker(number: number, machine: string | undefined): void {
  currentWorker = Object.freeze({ number, ...(machine !== undefined && { machine }) });
}
