/** What a ClusterPool may be told beside what a Pool may, and the checks of it. */
import { describe } from "../base/errors";
import type { Checks } from "../base/options";
import { POOL, type PoolOptions } from "../pool/calls/poolOptions";

/** What a ClusterPool may be told when it is made. */
export type ClusterOptions<Initargs extends readonly unknown[] = any[]> = PoolOptions<Initargs> & {
  /**
   * How often a task that a lost machine had begun may be run again, on another machine, with no other task beside it: 0 when left out. The call
   * then rejects with WorkerDiedError, as that of a Pool does. What a lost machine had not begun always goes on.
   */
  retries?: number | undefined;
  /** The server between the machines. When left out, one is started where the launcher needs one. */
  server?: string | undefined;
  /** Milliseconds that calls wait for the first machine; then they reject with what the launcher was asked and answered. 600,000 when left out. */
  timeout?: number | undefined;
};

export function positiveInteger(name: string, value: unknown, least = 1): number {
  if (typeof value === "number" && Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(
    `${name} must be ${least === 1 ? "a positive integer" : `an integer, ${least} or more`}; got ${describe(value)}.`,
  );
}

export function nonEmptyString(name: string, value: unknown): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${name} must be a text; got ${describe(value)}.`);
}

export const CLUSTER: Checks<ClusterOptions> = {
  ...POOL,
  retries: (value) => positiveInteger("ClusterPool: retries", value, 0),
  server: (value) => nonEmptyString("ClusterPool: server", value),
  timeout: (value) => {
    if (typeof value === "number" && value > 0) return value;
    throw new RangeError(`ClusterPool: timeout must be a number of milliseconds, more than 0; got ${describe(value)}.`);
  },
};
