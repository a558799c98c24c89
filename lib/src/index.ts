/**
 * Parallel TypeScript: Python's `multiprocessing`, for TypeScript and its notebooks.
 *
 *     import * as mp from "parallel-typescript";
 *
 * This file re-exports and does nothing else.
 */
export { RemoteError, TimeoutError, SerializationError, WorkerDiedError, PoolClosedError } from "./ground/errors";
export { availableCpus, cpuCount } from "./ground/cpu";
export { range } from "./ground/range";
export { seededRandom, type Random } from "./ground/random";
export { readInChunks } from "./ground/files";
export { fileRanges, type FileRange } from "./ground/fileRanges";
export { countWords } from "./ground/countWords";
export { timeit, TimeitResult } from "./timing/timeit";
export type { Comparison } from "./timing/measure";
export { compare } from "./pictures/compare";
export { progress } from "./pictures/progress";
export { timeline } from "./pictures/timeline";
export { history } from "./pictures/history";
export { amdahl } from "./pictures/amdahl";
export { machines, type MachineResult } from "./pictures/machines";
export type { HistoryEntry } from "./timing/entry";
export { Pool } from "./workers/pool";
export { withPool } from "./workers/withPool";
export type { PoolOptions, MapOptions, AsyncOptions } from "./workers/pool";
export { AsyncResult } from "./workers/asyncResult";
export { transfer } from "./transport/transfer";
export { Process } from "./workers/process";
export { Queue } from "./workers/queue";
