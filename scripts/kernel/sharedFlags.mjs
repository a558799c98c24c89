// The few numbers that the kernel's two threads share, so that each knows of the other while it is busy.

/** The cell that runs, 0 for none. Written by the main thread. */
export const RUNNING = 0;
/** The last Stop that the main thread has dealt with. */
export const STOPPED = 1;
/** Characters printed that have not been sent yet. */
export const UNSENT = 2;

/** 1 while the main thread does something that a Stop must wait for. It may be asking its own debugger then, and nobody else may. */
export const WHOLE = 3;
/** So many questions to the main thread, through the inspector, are on their way. */
export const ASKING = 4;
/** The cell that is to be ended as soon as such a thing is done, 0 for none. */
export const DUE = 5;

export const makeShared = () => new Int32Array(new SharedArrayBuffer(6 * 4));

/** The name of the function that ends what the main thread is running, called in the midst of it. */
export const TERMINATE = "parallel-typescript.kernel.terminate";
