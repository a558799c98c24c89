/**
 * Parallel TypeScript: Python's `multiprocessing`, for TypeScript and its notebooks.
 *
 *     import * as mp from "parallel-typescript";
 *
 * This file re-exports and does nothing else.
 */
export { RemoteError, TimeoutError, SerializationError, WorkerDiedError, PoolClosedError } from "./ground/errors";
