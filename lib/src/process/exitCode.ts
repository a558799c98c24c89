/** When a child process has ended: its exit code, known only after what it printed and put last has arrived. */
import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";

/** Output may stay open for ever in the hands of a grandchild; so long without a sound, in milliseconds, and it is not waited for. */
const SILENCE = 500;

/** The exit code, -N for the signal N; rejects when the child could not be started at all. */
export function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.on("error", (error) => {
      if (child.pid === undefined) reject(error);
    });
    child.once("exit", (code, signal) => {
      const exitCode = code ?? -constants.signals[signal as NodeJS.Signals];
      const finish = (): void => {
        clearTimeout(timer);
        resolve(exitCode);
      };
      // A program that was busy for long finds the timer due before it has read: it reads first.
      const timer = setTimeout(() => {
        let heard = false;
        const note = (): void => {
          heard = true;
        };
        const streams = [child.stdout, child.stderr];
        for (const stream of streams) stream?.on("data", note);
        setTimeout(() => {
          for (const stream of streams) stream?.off("data", note);
          if (heard) timer.refresh();
          else finish();
        }, 1);
      }, SILENCE);
      child.once("close", finish);
    });
  });
}
