import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as os from "node:os";
import { test } from "node:test";
import * as mp from "parallel-typescript";
// Not part of the public face: a test cannot put itself into a container, so it hands the files of one to this function.
import { affinityCount, cgroupQuota } from "../../dist/internal";

delete process.env.PARALLEL_TYPESCRIPT_CPUS; // the surroundings of the tests must not decide them

const reader =
  (files: Record<string, string>) =>
  (path: string): string | undefined =>
    files[path];

const V2_MOUNT = "41 31 0:38 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
const V1_MOUNT = "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n";
const OTHER_MOUNTS =
  "22 27 0:21 / /proc rw,relatime - proc proc rw\n33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset\n\n";

test("cpuCount counts logical processors, and physical cores among them (_TestProcess.test_cpu_count)", async () => {
  const logical = await mp.cpuCount();
  assert.equal(logical, Math.max(1, os.cpus().length));
  assert.equal(await mp.cpuCount({ logical: true }), logical);
  const physical = await mp.cpuCount({ logical: false });
  assert.ok(Number.isInteger(physical) && physical >= 1 && physical <= logical, `${physical} of ${logical}`);
});

test("cpuCount reports a wrong argument through its promise", async () => {
  await assert.rejects(mp.cpuCount({ logical: "no" as never }), {
    name: "TypeError",
    message: /logical must be true or false, but is the string "no"/,
  });
});

test("the library loads systeminformation for those who count cores only", () => {
  const script = `require("parallel-typescript").availableCpus(); console.log(Object.keys(require.cache).filter((path) => path.includes("systeminformation")).length);`;
  assert.equal(execFileSync(process.execPath, ["-e", script], { cwd: __dirname, encoding: "utf8" }).trim(), "0");
});

test("availableCpus is at least 1 and at most the machine's", async () => {
  const available = mp.availableCpus();
  assert.ok(Number.isInteger(available) && available >= 1 && available <= (await mp.cpuCount()), `${available}`);
});

test("availableCpus obeys the CPU affinity", { skip: process.platform !== "linux" && "only Linux has taskset" }, () => {
  const allowed =
    /Cpus_allowed_list:\s*(\d+)/.exec(execFileSync("cat", ["/proc/self/status"], { encoding: "utf8" }))?.[1] ?? "0";
  const script = `console.log(require("parallel-typescript").availableCpus())`;
  assert.equal(
    execFileSync("taskset", ["-c", allowed, process.execPath, "-e", script], {
      cwd: __dirname,
      encoding: "utf8",
    }).trim(),
    "1",
  );
});

test("PARALLEL_TYPESCRIPT_CPUS overrides, and refuses anything but a positive integer", (t) => {
  t.after(() => delete process.env.PARALLEL_TYPESCRIPT_CPUS);
  for (const [text, count] of [
    ["1", 1],
    ["64", 64],
    [" 3 ", 3],
  ] as const) {
    process.env.PARALLEL_TYPESCRIPT_CPUS = text;
    assert.equal(mp.availableCpus(), count);
  }
  for (const text of ["0", "-2", "1.5", "two", "1e3", "0x10", "99999999999999999999"]) {
    process.env.PARALLEL_TYPESCRIPT_CPUS = text;
    assert.throws(() => mp.availableCpus(), {
      name: "RangeError",
      message: new RegExp(`PARALLEL_TYPESCRIPT_CPUS must be a positive integer, but is the string "${text}"`),
    });
  }
});

test("cgroup v2: the smallest quota between the own group and the root counts", () => {
  const files = {
    "/proc/self/cgroup": "0::/kube/pod/box\n",
    "/proc/self/mountinfo": OTHER_MOUNTS + V2_MOUNT,
    "/sys/fs/cgroup/kube/pod/box/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/kube/pod/cpu.max": "150000 100000\n",
    "/sys/fs/cgroup/kube/cpu.max": "400000 100000\n",
  };
  assert.equal(cgroupQuota(reader(files)), 1.5);
  assert.equal(cgroupQuota(reader({ ...files, "/sys/fs/cgroup/kube/pod/box/cpu.max": "5000 20000" })), 0.25);
  assert.equal(
    cgroupQuota(reader({ ...files, "/sys/fs/cgroup/cpu.max": "100000 100000" })),
    1,
    "the root of the mount itself",
  );
});

test("cgroup v2 in a container: the root of the mount is the own group", () => {
  const files = {
    "/proc/self/cgroup": "0::/\n",
    "/proc/self/mountinfo": V2_MOUNT,
    "/sys/fs/cgroup/cpu.max": "200000 100000\n",
  };
  assert.equal(cgroupQuota(reader(files)), 2);
  assert.equal(
    cgroupQuota(reader({ ...files, "/proc/self/cgroup": "0::/../../box\n" })),
    2,
    "a path outside of the mount",
  );
});

test("cgroup v1: quota by period, -1 for none, also where the mount shows a part of the tree", () => {
  const files = {
    "/proc/self/cgroup": "5:cpuset:/elsewhere\n4:cpu,cpuacct:/docker/f00\n1:name=systemd:/docker/f00\n0::/\n",
    "/proc/self/mountinfo": OTHER_MOUNTS + V1_MOUNT,
    "/sys/fs/cgroup/cpu,cpuacct/docker/f00/cpu.cfs_quota_us": "350000\n",
    "/sys/fs/cgroup/cpu,cpuacct/docker/f00/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_quota_us": "-1\n",
    "/sys/fs/cgroup/cpu,cpuacct/docker/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/cpuset/elsewhere/cpu.cfs_quota_us": "1\n",
    "/sys/fs/cgroup/cpuset/elsewhere/cpu.cfs_period_us": "100000\n",
  };
  assert.equal(cgroupQuota(reader(files)), 3.5);
  const inside = {
    "/proc/self/cgroup": "4:cpu,cpuacct:/docker/f00/inner\n",
    "/proc/self/mountinfo": "32 31 0:29 /docker/f00 /my\\040groups/cpu ro - cgroup cgroup rw,cpu\n",
    "/my groups/cpu/cpu.cfs_quota_us": "50000",
    "/my groups/cpu/cpu.cfs_period_us": "100000",
    "/my groups/cpu/inner/cpu.cfs_quota_us": "80000",
    "/my groups/cpu/inner/cpu.cfs_period_us": "100000",
  };
  assert.equal(cgroupQuota(reader(inside)), 0.5);
});

test("cgroup v1 and v2 side by side: the smaller quota counts", () => {
  const files = {
    "/proc/self/cgroup": "1:cpu:/a\n0::/a\n",
    "/proc/self/mountinfo": V1_MOUNT + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
    "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us": "300000",
    "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us": "100000",
  };
  assert.equal(cgroupQuota(reader(files)), 3);
  assert.equal(cgroupQuota(reader({ ...files, "/sys/fs/cgroup/unified/a/cpu.max": "120000 100000" })), 1.2);
});

test("a file that is missing or unreadable sets no limit", () => {
  assert.equal(cgroupQuota(reader({})), Infinity);
  assert.equal(cgroupQuota(reader({ "/proc/self/cgroup": "0::/a\n" })), Infinity);
  assert.equal(
    cgroupQuota(reader({ "/proc/self/cgroup": "junk\n:::", "/proc/self/mountinfo": "junk - \n - cgroup2\n" })),
    Infinity,
  );
  assert.equal(cgroupQuota(reader({ "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": V2_MOUNT })), Infinity);
  for (const text of ["", "max", "junk", "0 100000", "100000", "-5 100000", "100000 0"]) {
    const files = { "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": V2_MOUNT, "/sys/fs/cgroup/cpu.max": text };
    assert.equal(cgroupQuota(reader(files)), Infinity, JSON.stringify(text));
  }
});

test("CPU affinity counts the allowed processors that are online", () => {
  const status = (list: string) =>
    `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed_list:\t0\n`;
  assert.equal(affinityCount(reader({ "/proc/self/status": status("0-3,8") })), 5);
  assert.equal(
    affinityCount(reader({ "/proc/self/status": status("0-127"), "/sys/devices/system/cpu/online": "0-5,7\n" })),
    7,
  );
  assert.equal(affinityCount(reader({ "/proc/self/status": status("2") })), 1);
  assert.equal(affinityCount(reader({})), undefined);
  assert.equal(affinityCount(reader({ "/proc/self/status": "Name:\tnode\n" })), undefined);
});
