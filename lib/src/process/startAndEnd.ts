/** The start and the end of a child process. */
import type { ChildProcess } from "node:child_process";
import { constants } from "node:os";
import { clearTimeout, setTimeout } from "../base/timers";

/** How long a child may take until its first message, in milliseconds. */
const START_WITHIN = 30_000;
const TOO_MANY = "The system refuses more processes (or threads, or open files): start fewer at once.";
const REQUESTED_SIGNALS = new Set<string | null>(["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP"]);

/** Until the first message of a child it is not known whether its function will be called. */
export class ChildStart {
  private hasBegun = false;
  private isTooLate = false;
  private waiting: (() => void)[] = [];
  private readonly timer: NodeJS.Timeout;

  /** @param report is told why the child could not be started, if it could not */
  constructor(
    private readonly child: ChildProcess,
    private readonly report: (why: string) => void,
  ) {
    // Where the system refuses a thread to a Node that starts, that Node waits for the thread for ever (WorkerThreadsTaskRunner in its node_platform.cc).
    this.timer = setTimeout(() => {
      this.isTooLate = true;
      child.kill("SIGKILL");
    }, START_WITHIN).unref();
    child.once("exit", () => clearTimeout(this.timer));
  }

  /** The first message has come. */
  begun(): void {
    this.hasBegun = true;
    clearTimeout(this.timer);
    for (const act of this.waiting.splice(0)) act();
  }

  /** Does something with what the child printed, when it has begun: what a Node prints that fails to start is only in the way. */
  whenBegun(act: () => void): void {
    if (this.hasBegun) act();
    else this.waiting.push(act);
  }

  /** The exit code of a child that has ended. */
  ended(code: number): number {
    if (this.hasBegun || (REQUESTED_SIGNALS.has(this.child.signalCode) && !this.isTooLate)) return code;
    if (code >= 0) this.begun();
    const what = this.isTooLate
      ? `it did not begin within ${START_WITHIN / 1000} s, and was ended`
      : `it ended with exit code ${code} before its function was called`;
    this.report(`${what}.${code < 0 ? ` ${TOO_MANY}` : ""}`);
    return this.isTooLate ? 1 : code;
  }

  /** The exit code of a child that there never was. */
  refused(error: Error): number {
    this.report(`${error.message}. ${TOO_MANY}`);
    return 1;
  }
}

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
