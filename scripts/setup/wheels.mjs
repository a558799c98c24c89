// The wheels of scripts/constraints.txt for other systems and versions of Python than this one's.
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inRoot } from "./checkout.mjs";
import { mustRun } from "./run.mjs";

const glibc = (machine) => Array.from({ length: 24 }, (_, i) => `manylinux_2_${28 - i}_${machine}`);

/** The tags of wheels that each system takes; pip adds what older macOS took. */
const TAGS = {
  "linux-x64": [...glibc("x86_64"), "manylinux2014_x86_64"],
  "linux-arm64": [...glibc("aarch64"), "manylinux2014_aarch64"],
  "darwin-x64": ["macosx_12_0_x86_64"],
  "darwin-arm64": ["macosx_12_0_arm64"],
  "win32-x64": ["win_amd64"],
};

export const SYSTEMS = Object.keys(TAGS);
export const PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14"];

/** Packages that there are for one system only. */
const ONLY_ON = { pywinpty: "win32" };

/** Downloads into `folder` what the lesson needs on that system with that Python, such as 3.12. */
export async function downloadWheels(python, folder, system, version) {
  const list = join(folder, "pins.txt");
  const tags = TAGS[system].map((tag) => `--platform=${tag}`);
  // The oldest and the newest 3.12: a few packages have given up the older ones.
  const before = new Set();
  for (const exact of [`${version}.0`, `${version}.99`]) {
    const args = [inRoot("scripts", "setup", "bundled_pins.py"), inRoot("scripts", "constraints.txt"), exact];
    const pins = (await mustRun("Python", python, args)).trim().split("\n");
    const wanted = pins.filter((pin) => !before.has(pin) && system.startsWith(ONLY_ON[pin.split("==")[0]] ?? ""));
    wanted.forEach((pin) => before.add(pin));
    if (wanted.length === 0) continue;
    writeFileSync(list, wanted.join("\n"));
    const choice = ["--only-binary=:all:", "--no-deps", `--python-version=${exact}`, "--implementation=cp"];
    await mustRun("pip", python, [
      "-m",
      "pip",
      "download",
      "--quiet",
      "--dest",
      folder,
      ...choice,
      ...tags,
      "-r",
      list,
    ]);
  }
  rmSync(list);
}
