/** ClusterPool: the same Pool, its workers on several machines. */
import { inspect } from "node:util";
import { isBundled } from "../base/ownFiles";
import { needNode } from "../base/runtime";
import { describe } from "../base/errors";
import { readOptions } from "../base/options";
import { Pool } from "../pool/pool";
import { registerUntransferable } from "../serialize/names/untransferable";
import { ClusterScheduler } from "./clusterScheduler";
import type { Launcher } from "./launchers/kinds";
import type { Starter } from "./launchers/launcher";
import { local } from "./launchers/local";
import { CLUSTER, positiveInteger } from "./options";
import type { ClusterOptions } from "./options";

/** A machine of a ClusterPool. */
export interface ClusterMachine {
  readonly name: string;
  /** How many workers it has. */
  readonly workers: number;
  /** Its version of Node. */
  readonly node: string;
  /** How many of its workers have something to do. */
  readonly busy: number;
}

const TIMEOUT = 600_000;

/**
 * A Pool whose workers are on several machines: every method of Pool, the same results, the same errors. Functions travel as they are written; machines share
 * no memory, so SharedArrayBuffer and Queue are refused, and `transfer` copies.
 *
 * @example
 * const pool = new mp.ClusterPool(mp.local(2));
 * await pool.map((x) => x ** 3, mp.range(5)); // [0, 1, 8, 27, 64]
 * await pool.terminate();
 */
export class ClusterPool<Initargs extends readonly unknown[] | [] = any[]> extends Pool<Initargs> {
  private readonly cluster: ClusterScheduler;

  /**
   * Starts machines; they run functions as they are written, until `close()` or `terminate()`.
   *
   * @param launcher how machines are started: `local`, `ssh`, `slurm` or `connect`; `local()` when left out
   * @param options retries, server, timeout, and those of a Pool: see ClusterOptions
   * @throws TypeError for a launcher that none of these has made, RangeError and TypeError for wrong options
   */
  constructor(launcher: Launcher = local(), options?: ClusterOptions<Initargs>) {
    needNode("A ClusterPool", "child", "inspector");
    if (isBundled)
      throw new Error(
        "A ClusterPool needs the library's own files, and this program has the library in its bundle: have the bundler leave parallel-typescript out (external).",
      );
    if (typeof (launcher as Partial<Starter> | null)?.open !== "function")
      throw new TypeError(
        `ClusterPool: expected a launcher first, such as local(2) or slurm({ jobs: 4 }); got ${describe(launcher)}.`,
      );
    const {
      retries = 0,
      timeout = TIMEOUT,
      server,
      ...rest
    } = readOptions<ClusterOptions>("ClusterPool", options, CLUSTER);
    let cluster: ClusterScheduler | undefined;
    super(undefined, rest, (setup, _held, workerVariables, options) => {
      const starter = launcher as Starter;
      cluster = new ClusterScheduler({ starter, retries, timeout, server }, setup, workerVariables, options);
      return cluster;
    });
    this.cluster = cluster as unknown as ClusterScheduler;
  }

  /** The machines that are there now. */
  get machines(): readonly ClusterMachine[] {
    return this.cluster.members.there.map(({ name, workers, node, busy }) => ({ name, workers, node, busy }));
  }

  /**
   * Has so many machines work for this pool; those that are too many end when they have done what they have begun.
   *
   * @param machines how many, a positive integer
   * @returns resolves when that many are there, or the others gone
   * @example
   * await pool.scale(4);
   */
  async scale(machines: number): Promise<void> {
    await this.cluster.scale(positiveInteger("scale: machines", machines));
  }

  /** @internal */
  override [inspect.custom](): string {
    return `ClusterPool { machines: ${this.machines.length}, workers: ${this.size}, state: '${this.cluster.lifetime.state}' }`;
  }
}

registerUntransferable(ClusterPool, "a ClusterPool");
