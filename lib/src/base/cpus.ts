/** How many processors there are, and how many of them this process can use. */
import { readFileSync } from "node:fs";
import * as os from "node:os";
import { needNode } from "./runtime";
import { affinityCount, cgroupQuota, type ReadText } from "./cgroup";
import { describe } from "./errors";
import { readOptions } from "./options";

const OVERRIDE = "PARALLEL_TYPESCRIPT_CPUS";

/** What cpuCount may be told. */
export interface CpuCountOptions {
  /** false counts the physical cores only. */
  logical?: boolean | undefined;
}

let physicalCores: Promise<number> | undefined;

/**
 * The number of processors of this machine, at least 1, as Python's `psutil.cpu_count`.
 *
 * @param options `logical: false` counts the physical cores only, not the extra threads of simultaneous multithreading
 * @throws TypeError when `logical` is no boolean
 * @example
 * await cpuCount();                   // 16
 * await cpuCount({ logical: false }); // 8
 */
export async function cpuCount(options?: CpuCountOptions): Promise<number> {
  needNode("cpuCount");
  const { logical = true } = readOptions<CpuCountOptions>("cpuCount", options, { logical: checkLogical });
  const all = Math.max(1, os.cpus().length);
  if (logical) return all;
  needNode("cpuCount({ logical: false })", "child");
  physicalCores ??= askPhysicalCores();
  const cores = await physicalCores;
  // Some virtual machines tell nothing, or more cores than they have processors.
  return Number.isInteger(cores) && cores > 0 ? Math.min(cores, all) : all;
}

function checkLogical(logical: unknown): boolean {
  if (typeof logical === "boolean") return logical;
  throw new TypeError(
    `logical must be true or false, but is ${describe(logical)}. Leave it out to count all processors.`,
  );
}

/** systeminformation takes long to load and asks other programs: only for those who want to know. */
async function askPhysicalCores(): Promise<number> {
  const { cpu } = require("systeminformation") as typeof import("systeminformation");
  return (await cpu()).physicalCores;
}

/**
 * How many workers can really run at once here, at least 1: the processors of this machine less what CPU affinity and
 * the container's quota (a part of a processor counts as one) withhold; the default size of a Pool. The environment
 * variable PARALLEL_TYPESCRIPT_CPUS, a positive integer, overrides it.
 *
 * @throws RangeError when PARALLEL_TYPESCRIPT_CPUS is set to anything else
 * @example
 * availableCpus(); // 2, in a container started with --cpus=1.5 on a machine with 16 processors
 */
export function availableCpus(): number {
  const wanted = process.env[OVERRIDE];
  if (wanted !== undefined && wanted.trim() !== "") return checkOverride(wanted);
  const allowed = affinityCount(readText) ?? os.availableParallelism();
  return Math.max(1, Math.min(allowed, Math.ceil(cgroupQuota(readText))));
}

function checkOverride(text: string): number {
  const count = /^\s*\d+\s*$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(count) && count > 0) return count;
  throw new RangeError(
    `The environment variable ${OVERRIDE} must be a positive integer, but is ${describe(text)}. ` +
      "Set it to the number of workers that should run at once, or unset it.",
  );
}

const readText: ReadText = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // not Linux, or hidden from this container: no limit is known
  }
};
