import { arch, cpus, hostname, platform } from "node:os";
import { availableCpus } from "../base/cpus";

/** What a timing depends on beside the code. */
export interface Machine {
  /** Its name in the network. */
  readonly name: string;
  readonly processor: string;
  /** How many workers can really run at once. */
  readonly cores: number;
  readonly system: string;
  /** Version of Node. */
  readonly node: string;
}

/** The machine that this runs on. */
export function thisMachine(): Machine {
  return {
    name: hostname(),
    // Some systems tell no model.
    processor: cpus()[0]?.model.trim() || "unknown",
    cores: availableCpus(),
    system: `${platform()} ${arch()}`,
    node: process.versions.node,
  };
}
