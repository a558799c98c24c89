/**
 * The end of the program, while pools are open: workers with nothing to do run what they have registered for their end, and a worker in a call
 * that cannot be ended, such as execSync, does not keep the program from ending.
 */
import { readFileSync } from "node:fs";
import { isMainThread } from "node:worker_threads";
import { isThere } from "../../base/runtime";
import type { Connection } from "./connection";
import { childProcess } from "../../base/loadLate";

/** How long all workers together may take for what they have registered, in milliseconds. */
const HANDLERS_WITHIN = 1000;

export interface LivingWorker {
  readonly connection: Connection;
  readonly isBusy: boolean;
  /** The system's number of its thread; undefined where that cannot be known. */
  readonly systemThread: number | undefined;
  readonly kill: () => void;
}

const pools = new Set<() => readonly LivingWorker[]>();

/** Ends the workers that `living` names when the program ends, until the returned function is called. */
export function whenProgramEnds(living: () => readonly LivingWorker[]): () => void {
  if (pools.size === 0) process.on("exit", endAll);
  pools.add(living);
  return () => {
    pools.delete(living);
    if (pools.size === 0) process.off("exit", endAll);
  };
}

function endAll(): void {
  const workers = [...pools].flatMap((living) => living());
  const leaving = workers.filter(({ isBusy, connection }) => !isBusy && connection.claims.hasExitHandlers);
  for (const { connection } of leaving) connection.send({ is: "end" });
  const until = performance.now() + HANDLERS_WITHIN;
  for (const { connection } of leaving) {
    connection.claims.waitForEnd(Math.max(0, until - performance.now()));
    connection.end();
  }
  const busy = workers.filter(({ isBusy }) => isBusy);
  for (const { kill } of busy) kill();
  if (busy.length > 0 && isMainThread) limitEnd(busy.flatMap(({ systemThread }) => systemThread ?? []));
}

/** What a shell does: after a second it ends the processes that the threads wait for, after another this program. It ends as soon as this program has. */
const SCRIPT = `pid=$1; shift
wait_for_end() { for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 $pid 2>/dev/null || exit; sleep 0.1; done; }
wait_for_end
for thread; do kill -9 $(cat /proc/$pid/task/$thread/children); done 2>/dev/null
wait_for_end
kill -9 $pid`;
const SHELL = "/bin/sh";

/** Node waits for every thread, and cannot end one that waits for a process. So another process sees to it that this one ends. */
function limitEnd(threads: readonly number[]): void {
  const { permission } = process as { permission?: { has(scope: string): boolean } };
  if (permission?.has("child") === false) return;
  const { pid } = process;
  const [command, args] = isThere(SHELL)
    ? [SHELL, ["-c", SCRIPT, "limit", ...[pid, ...threads].map(String)]]
    : [
        process.execPath,
        [
          "-e",
          `setTimeout(() => process.kill(${pid}, "SIGKILL"), 2000); setInterval(() => process.kill(${pid}, 0), 100)`,
        ],
      ];
  // Whatever cannot be started must not be an error of a program that is about to end.
  childProcess()
    .spawn(command, args, { stdio: "ignore", detached: true, windowsHide: true })
    .once("error", () => undefined)
    .unref();
}

/** Ends the processes that a thread has started and may wait for, as execSync does. The system tells of them on Linux only. */
export function endProcessesOf(thread: number | undefined): void {
  const file = `/proc/self/task/${thread}/children`;
  if (thread === undefined || !isThere(file)) return;
  for (const pid of readFileSync(file, "utf8")
    .split(" ")
    .filter((text) => text !== "")) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch (error) {
      // It has ended by itself meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
