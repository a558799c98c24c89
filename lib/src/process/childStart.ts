/** The start of a child process: until its first message it is not known whether its function will be called. */
import type { ChildProcess } from "node:child_process";

/** How long a child may take until its first message, in milliseconds. */
const START_WITHIN = 30_000;
const TOO_MANY = "The system refuses more processes (or threads, or open files): start fewer at once.";
const REQUESTED_SIGNALS = new Set<string | null>(["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP"]);

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
