// The kernel's end: it takes along the programs that its cells have started. Jupyter gives each kernel a process group of its own.
import { spawn, spawnSync } from "node:child_process";

const windows = process.platform === "win32";

/** Ends this process and those that it started, at once. */
export function endAll() {
  if (windows) spawnSync("taskkill", ["/pid", String(process.pid), "/t", "/f"], { windowsHide: true });
  else if (leadsItsGroup()) process.kill(-process.pid, "SIGKILL");
  process.kill(process.pid, "SIGKILL");
}

/** Has the whole group ended when this process dies without a word, by a signal or a crash. Not on Windows, which has no groups. */
export function endGroupAfterwards() {
  if (windows || !leadsItsGroup()) return;
  // It waits for the end of its input, which comes when nobody is left who could write there.
  const shell = spawn("/bin/sh", ["-c", "trap '' INT HUP TERM; read -r _; kill -9 0"], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  shell.on("error", (error) => console.error("Programs that cells start may outlive the kernel:", error.message));
  shell.stdin.on("error", () => undefined); // it is gone; nothing is ever written to it
  /** @type {import("node:net").Socket} */ (shell.stdin).unref();
  shell.unref();
}

/** Started by hand, the kernel is in somebody else's group, which must live on. */
function leadsItsGroup() {
  try {
    return process.kill(-process.pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return false;
    throw error;
  }
}
