/**
 * What Linux withholds of the processors from this process: CPU affinity, and the quotas of control groups (containers).
 * Pure functions over a file reader, so that tests can feed them whole trees; whatever is missing counts as no limit.
 */

/** The text of a file, or undefined when it cannot be read. */
export type ReadText = (path: string) => string | undefined;

interface Mount {
  version: 1 | 2;
  root: string;
  folder: string;
}

/**
 * The smallest CPU quota, in processors (1.5 is one and a half), of the groups that this process is in, from its own up
 * to the root of the mount; Infinity without any.
 * Source: the Linux kernel's admin-guide/cgroup-v2 (cpu.max) and scheduler/sched-bwc (cfs_quota_us), proc_pid_mountinfo(5).
 *
 * @example
 * cgroupQuota((path) => files[path]); // 1.5
 */
export function cgroupQuota(read: ReadText): number {
  const groups = ownGroups(read("/proc/self/cgroup") ?? "");
  const quotas = cpuMounts(read("/proc/self/mountinfo") ?? "").flatMap((mount) =>
    foldersUpToMount(mount, groups[mount.version]).map((folder) => quotaOf(folder, mount.version, read)),
  );
  return Math.min(Infinity, ...quotas);
}

/** The path of this process' own group in each version's tree; lines such as `4:cpu,cpuacct:/docker/f00` or `0::/app`. */
function ownGroups(text: string): Record<1 | 2, string | undefined> {
  const groups: Record<1 | 2, string | undefined> = { 1: undefined, 2: undefined };
  for (const line of text.split("\n")) {
    const [, hierarchy, controllers = "", path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (hierarchy === "0" && controllers === "") groups[2] = path;
    else if (controllers.split(",").includes("cpu")) groups[1] = path;
  }
  return groups;
}

/** LineWriter such as `32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu`. */
function cpuMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [, root, folder, type, options = ""] =
      /^(?:\S+ ){3}(\S+) (\S+).* - (\S+)(?: \S+ (\S+))?/.exec(line)?.map(unescapeOctal) ?? [];
    if (root === undefined || folder === undefined) continue;
    if (type === "cgroup2") mounts.push({ version: 2, root, folder });
    else if (type === "cgroup" && options.split(",").includes("cpu")) mounts.push({ version: 1, root, folder });
  }
  return mounts;
}

/** The kernel writes a space in a path as `\040`. */
function unescapeOctal(text = ""): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/** The folders of the group and of all groups above it that the mount shows, the mount itself last. */
function foldersUpToMount(mount: Mount, group = "/"): string[] {
  const steps = group.split("/").filter((step) => step !== "");
  const rootSteps = mount.root.split("/").filter((step) => step !== "");
  // Inside a container the group's path may be the host's, which this mount does not show: its root is then all there is.
  const shown = !steps.includes("..") && rootSteps.every((step, index) => steps[index] === step);
  const below = shown ? steps.slice(rootSteps.length) : [];
  const base = mount.folder === "/" ? "" : mount.folder;
  return Array.from({ length: below.length + 1 }, (_, up) => [base, ...below.slice(0, below.length - up)].join("/"));
}

function quotaOf(folder: string, version: 1 | 2, read: ReadText): number {
  const [quota = NaN, period = NaN] =
    version === 2
      ? (read(`${folder}/cpu.max`) ?? "").trim().split(/\s+/).map(Number)
      : [read(`${folder}/cpu.cfs_quota_us`), read(`${folder}/cpu.cfs_period_us`)].map(Number);
  // "max" and a missing file become NaN, v1's -1 stands for no limit: neither is above 0.
  return quota > 0 && period > 0 ? quota / period : Infinity;
}

/**
 * How many processors this process may run on by its CPU affinity, or undefined where that is not told (not Linux).
 * Read from the kernel rather than from Node: some Node versions mix in the quota, rounded down.
 * Source: proc_pid_status(5), Cpus_allowed_list; it can name processors that are switched off, so those are left out.
 */
export function affinityCount(read: ReadText): number | undefined {
  const allowed = /^Cpus_allowed_list:\s*(\S+)$/m.exec(read("/proc/self/status") ?? "")?.[1];
  if (allowed === undefined) return undefined;
  const online = read("/sys/devices/system/cpu/online")?.trim();
  const numbers = cpuList(allowed);
  if (!online) return numbers.size;
  return [...cpuList(online)].filter((cpu) => numbers.has(cpu)).length;
}

/** The kernel's list format: `0-3,8` is 0, 1, 2, 3, 8. */
function cpuList(text: string): Set<number> {
  const numbers = new Set<number>();
  for (const part of text.split(",")) {
    const [first = NaN, last = first] = part.split("-").map(Number);
    for (let cpu = first; cpu <= last; cpu++) numbers.add(cpu);
  }
  return numbers;
}
