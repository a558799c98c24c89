/** Machines that are processes of this machine: the default. No server, no port. */
import { availableCpus } from "../../base/cpus";
import { ENTRIES } from "../../base/ownFiles";
import { optionsOfChildren } from "../../base/debuggerFlags";
import { readOptions } from "../../base/options";
import { positiveInteger } from "../options";
import type { Launcher } from "./kinds";
import type { Starter } from "./launcher";
import { Processes } from "./processes";

/** What `local` may be told. */
export interface LocalOptions {
  /** Worker threads of each machine: 1 when left out. */
  threads?: number | undefined;
}

/**
 * Machines that are child processes of this one, each with worker threads of its own: for trying out what will run on several machines, and for keeping
 * the workers' memory out of this program. No server is needed, and no port is opened.
 *
 * @param machines how many; as many as can run at once here when left out
 * @param options.threads worker threads of each: 1 when left out
 * @throws RangeError for less than one machine or thread
 * @example
 * const pool = new mp.ClusterPool(mp.local(2));
 * await pool.map((x) => x ** 3, mp.range(5)); // [0, 1, 8, 27, 64]
 */
export function local(machines: number = availableCpus(), options?: LocalOptions): Launcher {
  const count = positiveInteger("local: machines", machines);
  const { threads = 1 } = readOptions<LocalOptions>("local", options, {
    threads: (value) => positiveInteger("local: threads", value),
  });
  const { execArgv } = optionsOfChildren();
  const command = {
    program: process.execPath,
    args: [...execArgv, ENTRIES.machine, "--stdio"],
    hidden: execArgv.length,
  };
  const starter: Starter = {
    kind: "local",
    machines: count,
    workers: threads,
    nameOf: (number) => `local-${number}`,
    open: (events) => new Processes(() => command, threads, events),
  };
  return starter;
}
