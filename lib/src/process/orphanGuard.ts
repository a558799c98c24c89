/**
 * Starts a small process, the guard, that ends the child processes of this one when this one dies, and removes its folders. A child mostly ends by itself when its
 * channel closes (child.ts); one in an endless loop never notices.
 */
import type { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { isThere } from "../base/runtime";
import { entryFile } from "../base/workerFile";
import { childProcess } from "../base/loadLate";

let guardProcess: ChildProcess | undefined;
const running = new Set<number>();
const folders = new Set<string>();

/** Keeps an eye on a child from its start to its end. */
export function guard(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  running.add(pid);
  if (guardProcess === undefined) startGuard();
  else tell(guardProcess, `+${pid}`);
  child.once("exit", () => {
    running.delete(pid);
    if (guardProcess !== undefined) tell(guardProcess, `-${pid}`);
  });
}

/** Removes a folder, and the files in it, when this program is gone and has not done so. For who needs a shell anyway: the guard without one does not. */
export function guardFolder(folder: string): void {
  folders.add(folder);
  if (guardProcess === undefined) startGuard();
  else tell(guardProcess, folder);
}

/**
 * The guard as a shell script; folders aside it does what orphanGuardWithoutShell.ts does. A shell starts at once and needs no threads, which the system may refuse when there are many
 * processes. A terminal's Ctrl-C does not end it: it ends when its input does.
 */
const SHELL = "/bin/sh";
const SCRIPT = `trap '' INT HUP TERM
pids=" $* "
set --
while IFS= read -r line; do
  pid=\${line#?}
  case $line in
    +*) pids="$pids$pid " ;;
    /*) set -- "$@" "$line" ;;
    *) case $pids in *" $pid "*) pids="\${pids%%" $pid "*} \${pids#*" $pid "}" ;; esac ;;
  esac
done
for pid in $pids; do kill -9 "$pid"; done
for folder; do rm -f -- "$folder"/*; rmdir -- "$folder"; done`;

/** A new guard is told of every child at its start: the one before it may have been killed, and this process may be killed at any time. */
function startGuard(): void {
  const program = entryFile("guard");
  const [command, ...args] = isThere(SHELL) ? [SHELL, "-c", SCRIPT, program] : [process.execPath, program];
  const started = childProcess().spawn(command, [...args, ...[...running].map(String)], {
    stdio: ["pipe", "ignore", "ignore"],
    windowsHide: true,
  });
  // It must not keep this program alive.
  started.unref();
  (started.stdin as unknown as Socket).unref();
  const lost = (): void => {
    if (guardProcess !== started) return;
    guardProcess = undefined;
    if (running.size + folders.size > 0) startGuard();
  };
  started.once("exit", lost);
  // It cannot be told any more, and its "exit" follows.
  started.stdin.on("error", () => undefined);
  started.on("error", (error) => {
    // Without it children still end by themselves when this program does, unless they are in an endless loop.
    if (guardProcess !== started || started.pid !== undefined) return;
    guardProcess = undefined;
    console.error(
      `The guardian of this program's processes could not be started (${error.message}). Should the program be killed, look for processes that go on.`,
    );
  });
  guardProcess = started;
  for (const folder of folders) tell(started, folder);
}

function tell(to: ChildProcess, line: string): void {
  if (to.stdin?.writable === true) to.stdin.write(`${line}\n`);
}
