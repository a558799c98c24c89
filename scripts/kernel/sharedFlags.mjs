// The numbers that the kernel's main thread and its sockets' thread share: each reads the other's state while the other is busy.

/** The cell that runs, 0 for none. Written by the main thread. */
export const RUNNING = 0;
/** The last Stop that the main thread has dealt with. */
export const STOPPED = 1;
/** Characters printed that have not been sent yet. */
export const UNSENT = 2;

/** 1 while the main thread does something that a Stop must wait for. The main thread may use the inspector then; the sockets' thread must not. */
export const UNINTERRUPTED = 3;
/** How many questions of the sockets' thread, through the inspector, are on their way to the main thread. */
export const ASKING = 4;
/** The cell that the main thread ends as soon as the work that Stop waits for is done, 0 for none. */
export const DUE = 5;

/** The cell that Stop was pressed for last. Written by the sockets' thread. */
export const ASKED = 6;

export const makeShared = () => new Int32Array(new SharedArrayBuffer(7 * 4));

/** The name of the global function that ends what the main thread is running. The sockets' thread calls it through the inspector. */
export const TERMINATE = "parallel-typescript.kernel.terminate";
/** What that function answers when the main thread is at a place where nothing may be ended, which it leaves at once. */
export const AGAIN = "again";
