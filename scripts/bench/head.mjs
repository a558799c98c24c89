// Where, when and with what was measured.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { loadavg, totalmem } from "node:os";
import { inRoot } from "../setup/checkout.mjs";

const PEERS = ["workerpool", "poolifier", "tinypool", "piscina"];

const PYTHON = `
import multiprocessing as mp, sys
print(sys.version.split()[0], "fork" if "fork" in mp.get_all_start_methods() else mp.get_start_method())`;

/** A few lines. Python's pools start as the original's did, by fork, where there is one. */
export async function headOf(python, { quick, rounds }) {
  const { thisMachine } = createRequire(import.meta.url)("../../lib/dist/internal.js");
  const { processor, cores, system, node } = thisMachine();
  const [version, method] = spawnSync(python, ["-c", PYTHON], { encoding: "utf8" }).stdout.trim().split(" ");
  const versions = PEERS.map(
    (name) => `${name} ${JSON.parse(readFileSync(inRoot("node_modules", name, "package.json"), "utf8")).version}`,
  );
  return [
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${processor}, ${cores} core${cores === 1 ? "" : "s"}, ${Math.round(totalmem() / 2 ** 30)} GiB of memory, ${system}, load before ${loadavg()[0].toFixed(1)}.`,
    `Node ${node}, Python ${version} (pools by ${method} unless spawn is named), ${versions.join(", ")}.`,
    `${quick ? "A quick run, with smaller files and lists. " : ""}Ratios are theirs over ours, more than 1 where this project is faster: median of ${rounds} round${rounds === 1 ? "" : "s"}, with the smallest and the largest.`,
  ];
}
