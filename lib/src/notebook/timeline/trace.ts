/** `mp.trace`: the same as a file for Perfetto. */
import { promises } from "node:fs";
import { needNode } from "../../base/runtime";
import { describe } from "../../base/errors";
import { Pool } from "../../pool/pool";
import { readRecord } from "../../pool/record/recorder";
import { shownOf, traceOf } from "./traceEvents";

/**
 * Writes which worker ran which task and when into a file that Perfetto (ui.perfetto.dev) and Chrome's tracing (chrome://tracing) open: a lane a worker, with
 * starting, sending, computing and sending back. It has all that the pool did since the last `timeline`, or, when nothing has happened since, what that timeline showed.
 * Nothing is forgotten by it.
 *
 * @param pool a pool, open or closed
 * @param path of the file, which is replaced
 * @throws (rejects) TypeError for something that is no pool or no path, and the system's error when the file cannot be written
 *
 * @example
 * await pool.map(countPrimes, limits);
 * await mp.trace(pool, "primes.json");
 */
export async function trace(pool: Pool, path: string): Promise<void> {
  needNode("trace");
  if (!(pool instanceof Pool))
    throw new TypeError(`trace expects a pool and a file, e.g. trace(pool, "trace.json"), but ${describe(pool)} came.`);
  if (typeof path !== "string" || path === "")
    throw new TypeError(
      `trace expects the path of a file, e.g. trace(pool, "trace.json"), but ${describe(path)} came.`,
    );
  const now = readRecord(pool);
  await promises.writeFile(path, traceOf(now.tasks.length === 0 ? (shownOf(pool) ?? now) : now));
}
