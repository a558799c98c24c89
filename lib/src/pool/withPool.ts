/** A pool for the time of one function. */
import { describe } from "../base/errors";
import type { PoolOptions } from "./calls/poolOptions";
import { Pool } from "./pool";

/**
 * Python's `with Pool(n) as pool:`. The pool is gone when the promise settles. Accepted tasks finish when the body returns; when it throws,
 * the pool is terminated and the error passed on.
 *
 * @param processes how many workers
 * @param body what to do with the pool
 * @param options as of a Pool
 * @example
 * await mp.withPool(2, (pool) => pool.map((x) => x ** 3, [1, 2, 3])); // [1, 8, 27]
 */
export async function withPool<R, Initargs extends readonly unknown[] | [] = any[]>(
  processes: number,
  body: (pool: Pool) => R,
  options?: PoolOptions<Initargs>,
): Promise<Awaited<R>> {
  if (typeof body !== "function")
    throw new TypeError(`withPool: expected a function of the pool as its second argument, got ${describe(body)}.`);
  const pool = new Pool(processes, options);
  let result: Awaited<R>;
  try {
    result = await body(pool);
  } catch (error) {
    await pool.terminate();
    throw error;
  }
  pool.close();
  await pool.join();
  return result;
}
