/**
 * Parallel TypeScript: Python's `multiprocessing`, for TypeScript and its notebooks.
 *
 *     import * as mp from "parallel-typescript";
 *
 * This file re-exports and does nothing else.
 */
import "./ground/runtime";
export { RemoteError, TimeoutError, SerializationError, WorkerDiedError, PoolClosedError } from "./ground/errors";
export { availableCpus, cpuCount, type CpuCountOptions } from "./ground/cpu";
export type { Items } from "./ground/items";
export { range } from "./ground/range";
export { seededRandom, type Random } from "./ground/random";
export { readInChunks, type ReadOptions } from "./ground/files";
export { fileRanges, type FileRange } from "./ground/fileRanges";
export { countWords } from "./ground/countWords";
export { timeit, TimeitResult } from "./timing/timeit";
export type { TimeitOptions } from "./timing/loops";
export type { Comparison } from "./timing/measure";
export { compare, type CompareOptions } from "./pictures/compare";
export { progress, type ProgressOptions } from "./pictures/progress";
export { timeline, type TimelineOptions } from "./pictures/timeline";
export { history, type HistoryOptions } from "./pictures/history";
export { amdahl, type AmdahlOptions, type AmdahlResult } from "./pictures/amdahl";
export { machines, type MachineResult, type MachinesOptions } from "./pictures/machines";
export type { HistoryEntry, KeptVariant } from "./timing/entry";
export type { Machine } from "./timing/machine";
export { Pool } from "./workers/pool";
export { withPool } from "./workers/withPool";
export type { ArgumentList, Callbacks, CallOptions, MapOptions, PoolOptions, RestOfCall } from "./workers/options";
export type { TimeoutOptions } from "./workers/timeout";
export { AsyncResult } from "./workers/asyncResult";
export { transfer } from "./transport/transfer";
export { Process, type ProcessOptions } from "./workers/process";
export { Queue } from "./workers/queue";
