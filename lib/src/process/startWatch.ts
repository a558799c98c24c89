/** The start of a child process: until its first word it is not known whether anything will come of it. */
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** Milliseconds between two looks at a child that has not said a word, and how many times in a row it may be found asleep. */
const PACE = 1000;
const LOOKS = 10;
const TOO_MANY = "The system refuses more processes (or threads, or open files): start fewer at once.";
/** Ends that somebody wanted. */
const WANTED = new Set<string | null>(["SIGTERM", "SIGKILL", "SIGINT", "SIGHUP"]);

export class ChildStart {
  private begun = false;
  private stoodStill = false;
  private waiting: (() => void)[] = [];
  private readonly timer: NodeJS.Timeout | undefined;
  private used = "";
  private asleep = 0;

  constructor(private readonly child: ChildProcess) {
    // Only Linux lets a program see whether another one sleeps.
    if (process.platform !== "linux") return;
    this.timer = setInterval(() => this.look(), PACE).unref();
    child.once("exit", () => clearInterval(this.timer));
  }

  /** Its first word has come. */
  heard(): void {
    this.begun = true;
    clearInterval(this.timer);
    for (const act of this.waiting.splice(0)) act();
  }

  /** Does something with what the child printed, when it has begun: what a Node prints that fails to start is only in the way. */
  whenBegun(act: () => void): void {
    if (this.begun) act();
    else this.waiting.push(act);
  }

  /** The exit code of a child that has ended; `tell` is told why it never began, if it did not. */
  ended(code: number, tell: (why: string) => void): number {
    if (this.begun || (WANTED.has(this.child.signalCode) && !this.stoodStill)) return code;
    if (code >= 0) this.heard();
    const what = this.stoodStill
      ? "it stood still, as threads were refused to it"
      : `it ended with exit code ${code} before its function was called`;
    tell(`${what}.${code < 0 ? ` ${TOO_MANY}` : ""}`);
    return this.stoodStill ? 1 : code;
  }

  /** The exit code of a child that there never was. */
  refused(error: Error, tell: (why: string) => void): number {
    tell(`${error.message}. ${TOO_MANY}`);
    return 1;
  }

  /**
   * Ends a child that stands still: where the system refuses a thread to a Node that starts, that Node waits for the thread for ever
   * (WorkerThreadsTaskRunner in its node_platform.cc).
   */
  private look(): void {
    const now = this.child.pid === undefined ? undefined : timeOfSleeper(this.child.pid);
    this.asleep = now !== undefined && now === this.used ? this.asleep + 1 : 0;
    this.used = now ?? "";
    if (this.asleep < LOOKS) return;
    clearInterval(this.timer);
    this.stoodStill = true;
    this.child.kill("SIGKILL");
  }
}

/** The processor time that a process has used, where it sleeps; undefined where it runs, waits for its turn or for a disk, was halted, or is gone. */
function timeOfSleeper(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // After the name, which may hold anything: state, ..., utime, stime. See proc_pid_stat(5).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "S" ? `${fields[11]} ${fields[12]}` : undefined;
  } catch (error) {
    if (
      ["ENOENT", "ESRCH", "EACCES", "EPERM", "ERR_ACCESS_DENIED"].includes(
        (error as NodeJS.ErrnoException).code as string,
      )
    )
      return undefined;
    throw error;
  }
}
