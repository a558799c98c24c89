/** Puts child processes under the care of a guardian, so that none is left behind when this process dies. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { join } from "node:path";

let guardian: ChildProcess | undefined;

/** Keeps an eye on a child from its start to its end. */
export function guard(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  tell(`+${pid}`);
  child.once("exit", () => tell(`-${pid}`));
}

function tell(line: string): void {
  if (guardian === undefined) {
    guardian = spawn(process.execPath, [join(__dirname, "guardian.js")], { stdio: ["pipe", "ignore", "ignore"], windowsHide: true });
    guardian.unref();
    (guardian.stdin as Socket).unref();
    // A guardian that is gone cannot be told; the next child gets a new one.
    guardian.stdin?.on("error", () => { guardian = undefined; });
    guardian.on("exit", () => { guardian = undefined; });
  }
  guardian.stdin?.write(`${line}\n`);
}
