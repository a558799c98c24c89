/** What a timeline is drawn from: what a pool tells of its work. Types only. */

/** One finished task of a pool. Times in milliseconds of `clock()`; queued <= sent <= received <= started <= ended <= replied <= arrived <= done. */
export interface TaskRecord {
  /** Which of the pool's places ran it, 1 to pool.size; a worker that replaces a dead one takes its place. */
  readonly worker: number;
  /** The call it belongs to: Payload.call. */
  readonly call: number;
  /** The function's name, "" when it has none: Payload.name. */
  readonly name: string;
  /** Number of its first item in the call, undefined for apply: Task.first. */
  readonly first: number | undefined;
  /** How many items it has; 1 for apply. */
  readonly items: number;
  /** How long the main thread took to encode its items (chunkOf). A duration. */
  readonly packing: number;
  /** When it could have been sent, had a worker been free: crew.add for map and apply; for imap when its chunk was read. */
  readonly queued: number;
  /** Just before piscina.run. */
  readonly sent: number;
  /** In the worker: `run` of poolWorker.ts was entered. */
  readonly received: number;
  /** In the worker: initializer, function and items are ready; the function is called for the first item. */
  readonly started: number;
  /** In the worker: the last item's result is there, or the function threw. */
  readonly ended: number;
  /** In the worker: results (or failure) are encoded, last thing before `return reply`. */
  readonly replied: number;
  /** piscina.run resolved on the main thread. */
  readonly arrived: number;
  /** The main thread has decoded the results (after job.done). */
  readonly done: number;
  /** The function threw (the reply is a "failure"). */
  readonly failed: boolean;
  /** Bytes of the message there / back where that is known WITHOUT extra work (length of a packed buffer); else undefined. */
  readonly bytesOut: number | undefined;
  readonly bytesBack: number | undefined;
}

/** One start of a worker thread: the first ones, and each replacement. */
export interface WorkerStart {
  readonly worker: number;
  /** When the pool was made, or when its forerunner was found dead. */
  readonly asked: number;
  /** In the worker: poolWorker.ts is loaded and says hello (time taken in the worker, carried by the "hello" message). */
  readonly ready: number;
}

/** Sums over ALL tasks since the last reset, kept exactly however many there are; one entry a worker, index worker - 1. */
export interface WorkerTotals {
  tasks: number;
  items: number;
  /** Sum of ended - started. */
  computing: number;
  /** Sum of done - sent less ended - started: what a task cost beside its computing. */
  overhead: number;
  /** Sums of received - sent, started - received, replied - ended, done - replied. */
  sending: number;
  unpacking: number;
  packingBack: number;
  sendingBack: number;
  /** Sum of `packing`. */
  packing: number;
}

export interface PoolRecord {
  readonly size: number;
  /** When recording (re)started: the pool's constructor, or the last takeRecord. */
  readonly since: number;
  /** Now. */
  readonly until: number;
  /** The newest tasks, oldest first; at most MOST_TASKS of them. */
  readonly tasks: readonly TaskRecord[];
  /** How many older ones are in the totals only. */
  readonly dropped: number;
  readonly totals: readonly WorkerTotals[];
  /** Starts since `since`. For the first record these are all first starts. */
  readonly starts: readonly WorkerStart[];
  /** Tasks whose worker died or whose call was aborted while they ran: nobody knows their times. */
  readonly lost: number;
  /** Tasks under way right now; they will be in the next record. */
  readonly running: number;
}
