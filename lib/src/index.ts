/**
 * Parallel TypeScript: Python's `multiprocessing`, for TypeScript and its notebooks.
 *
 *     import * as mp from "parallel-typescript";
 *
 * This file re-exports and does nothing else.
 */
import "./base/runtime";
// The first notes the globals as they are now, to tell later which of them the program has replaced; the second lets calls show bars.
import "./serialize/names/replacedGlobals";
import "./notebook/progress/barsOfCalls";
export {
  RemoteError,
  TimeoutError,
  SerializationError,
  WorkerDiedError,
  PoolClosedError,
  CancelledError,
  BrokenBarrierError,
} from "./base/errors";
export { availableCpus, cpuCount, type CpuCountOptions } from "./base/cpus";
export type { ArgumentList, Items } from "./base/items";
export { range } from "./base/range";
export { seededRandom, type Random } from "./base/random";
export { readInChunks, type ReadOptions } from "./words/readInChunks";
export { fileRanges, type FileRange } from "./words/fileRanges";
export { countWords } from "./words/countWords";
export { timeit, TimeitResult } from "./timing/timeit";
export type { TimeitOptions } from "./timing/timeLoops";
export type { Comparison } from "./timing/measure";
export type { Verdict } from "./timing/verdict";
export { compare, type CompareOptions } from "./notebook/compare/compare";
export { sweep, type Sweep, type SweepOptions } from "./notebook/sweep/sweep";
export { progress, type ProgressOptions } from "./notebook/progress/progress";
export { timeline, type TimelineOptions } from "./notebook/timeline/timeline";
export { trace } from "./notebook/timeline/trace";
export { history, type HistoryOptions } from "./notebook/history/history";
export { amdahl, type AmdahlOptions, type AmdahlResult } from "./notebook/amdahl/amdahl";
export { machines, type MachineResult, type MachinesOptions } from "./notebook/history/machines";
export { share } from "./notebook/share/share";
export type { HistoryEntry, KeptVariant, Machine } from "./timing/historyEntry";
export { Pool } from "./pool/pool";
export type { Durations, PoolStats } from "./pool/record/statistics";
export { withPool } from "./pool/withPool";
export type { Callbacks, CallOptions, MapOptions, RestOfCall } from "./pool/calls/options";
export type { PoolOptions, WorkerLimits } from "./pool/calls/poolOptions";
export type { TimeoutOptions, WaitOptions } from "./base/timeout";
export { ClusterPool, type ClusterMachine } from "./cluster/clusterPool";
export type { ClusterOptions } from "./cluster/options";
export type { Launcher } from "./cluster/launchers/kinds";
export { local, type LocalOptions } from "./cluster/launchers/local";
export { ssh, type SshOptions } from "./cluster/launchers/ssh";
export { slurm, type SlurmOptions } from "./cluster/launchers/slurm";
export { connect } from "./cluster/launchers/connect";
export { AsyncResult } from "./pool/asyncResult";
export { asCompleted, type CompletedResults } from "./pool/asCompleted";
export { currentWorker, type CurrentWorker } from "./pool/worker/currentWorker";
export { transfer } from "./serialize/message/transfer";
export { Process, type ProcessOptions } from "./process/process";
export { Queue } from "./queue/queue";
export { Lock } from "./sync/lock";
export { Semaphore } from "./sync/semaphore";
export { Event } from "./sync/event";
export { Barrier } from "./sync/barrier";
export type { Acquired } from "./sync/acquired";
export { sharedArray, type SharedTypedArray } from "./sync/sharedArray";
export { task, type FileTask } from "./serialize/names/fileTask";
export { setWorkerFile, type FileUrl } from "./base/workerFile";
