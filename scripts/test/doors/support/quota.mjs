// One processor's time for a program, as a hub gives it to a user: a control group of its own.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

const CGROUPS = "/sys/fs/cgroup";

/** Makes a group whose programs get one processor; undefined where none can be made, or where there is one processor only. `start`: the words that start a program in it. */
export function oneProcessor(name) {
  const old = existsSync(join(CGROUPS, "cpu", "cpu.cfs_quota_us"));
  const control = join(CGROUPS, "cgroup.subtree_control");
  const able = old || (existsSync(control) && readFileSync(control, "utf8").split(/\s/).includes("cpu"));
  if (!able || availableParallelism() === 1) return undefined;
  const folder = join(CGROUPS, old ? "cpu" : "", name);
  mkdirSync(folder);
  if (old) writeFileSync(join(folder, "cpu.cfs_quota_us"), "100000");
  else writeFileSync(join(folder, "cpu.max"), "100000 100000");
  return {
    start: (command) => ["sh", "-c", `echo $$ > ${folder}/cgroup.procs && exec "$@"`, "sh", ...command],
    remove: () => rmdirSync(folder),
  };
}
