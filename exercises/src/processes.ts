/** How many processes ran while something went on: Node tells of each one that is made. */
import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";

export interface Processes {
  readonly started: number;
  /** So many had not ended when another one was started, that one included. */
  readonly together: number;
}

interface Start {
  readonly child: ChildProcess;
  /** How many of those before it had not ended. */
  readonly others: number;
}

/** Those of the library's Process that `work` starts; none is left afterwards. */
export async function watchProcesses<T>(work: () => Promise<T>): Promise<Processes & { readonly answer: T }> {
  const starts: Start[] = [];
  const note = (message: unknown) => {
    const { process: child } = message as { process: ChildProcess };
    starts.push({ child, others: ofProcesses(starts).filter(({ child }) => isRunning(child)).length });
  };
  subscribe("child_process", note);
  try {
    const answer = await work();
    const started = ofProcesses(starts);
    return { answer, started: started.length, together: Math.max(0, ...started.map(({ others }) => others + 1)) };
  } finally {
    unsubscribe("child_process", note);
    for (const { child } of ofProcesses(starts)) if (isRunning(child)) child.kill("SIGKILL");
  }
}

/** The library also starts a shell that looks after them. A child has its arguments a moment after Node has told of it. */
const ofProcesses = (starts: readonly Start[]) =>
  starts.filter(({ child }) => child.spawnargs.some((argument) => argument.endsWith("childEntry.js")));
const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;
