/** Process: one function in an operating-system process of its own. */
import type { ChildProcess, Serializable } from "node:child_process";
import type { Duplex } from "node:stream";
import { inspect } from "node:util";
import { isMeasured } from "../base/coverageTools";
import { optionsOfChildren } from "../base/debuggerFlags";
import { needNode } from "../base/runtime";
import { entryFile } from "../base/workerFile";
import { beginWork, endWork } from "../base/busyWorkers";
import { describe } from "../base/errors";
import { isIterable } from "../base/items";
import type { ArgumentList } from "../base/items";
import { readOptions } from "../base/options";
import type { Checks } from "../base/options";
import { encode } from "../serialize/encode/encode";
import { pack } from "../serialize/message/bytes";
import { registerUntransferable } from "../serialize/names/untransferable";
import { ChildStart, exitCodeOf } from "./startAndEnd";
import { mapsOf } from "../remote/stackFrames";
import type { Maps } from "../remote/stackFrames";
import { guard } from "./orphanGuard";
import { LineWriter } from "../remote/markedLines";
import type { FromChild, ToChild } from "./child";
import { QueueSession } from "../queue/queueSession";
import { SyncSession } from "../sync/session";
import type { SyncRequest } from "../sync/messages";
import { Lines, PIPE, lineOf } from "./syncPipe";
import { onStop, uninterrupted } from "../base/interrupt";
import { readTimeout, within } from "../base/timeout";
import type { TimeoutOptions } from "../base/timeout";
import { printerOf, currentRoute } from "../remote/outputRoutes";
import { childProcess } from "../base/loadLate";
import { setTimeout } from "../base/timers";

/** What a Process is told. The arguments may be left out only where the target can be called without any. */
export type ProcessOptions<Args extends readonly unknown[] = any[]> = {
  /** The function to run over there. */
  target: (...args: Args) => unknown;
  /** For messages: "Process-1", "Process-2", ... when left out. */
  name?: string | undefined;
} & ([] extends Args ? { args?: ArgumentList<Args> | undefined } : { args: ArgumentList<Args> });

const OPTIONS: Checks<ProcessOptions> = { target: checkTarget, args: checkArgs, name: checkName };

function checkTarget(target: unknown): () => unknown {
  if (typeof target === "function") return target as () => unknown;
  throw new TypeError(
    `Process: target must be a function; got ${describe(target)}. Write new Process({ target: work, args: [1, 2] }).`,
  );
}

function checkArgs(args: unknown): unknown[] {
  if (isIterable(args) && typeof args !== "string") return [...args];
  throw new TypeError(`Process: args must be a list of arguments, such as [1, 2]; got ${describe(args)}.`);
}

function checkName(name: unknown): string {
  if (typeof name === "string") return name;
  throw new TypeError(`Process: name must be a string; got ${describe(name)}.`);
}

// The counters of nyc are not to travel as data.
if (isMeasured()) require("../remote/coverage");

let count = 0;
const running = new Set<Process>();

/**
 * One function run in an operating-system process of its own: own pid, own memory. As Python's `multiprocessing.Process`.
 *
 * @example
 * const child = new mp.Process({ target: (name) => console.log(`hello from ${name}`), args: ["a process"] });
 * child.start();
 * await child.join();
 * child.exitCode; // 0
 */
export class Process<Args extends readonly unknown[] | [] = any[]> {
  /** "Process-1", "Process-2", ... unless given. */
  readonly name: string;
  /** The target and its arguments, until they are sent: they may be large. */
  private work: readonly [(...args: any[]) => unknown, ...unknown[]] | undefined;
  private child: ChildProcess | undefined;
  private code: number | null = null;
  private ended: Promise<void> | undefined;
  /** Another one ran at the same time: in a cell, their lines are to be told apart. */
  private amongOthers = false;

  /**
   * Plans one function to be run in an operating-system process of its own; `start()` starts it.
   *
   * @param options `target`: the function to run over there; `args`: its arguments; `name`: a name, for messages
   * @throws TypeError when target is no function or args no list
   */
  constructor(options: ProcessOptions<Args>) {
    needNode("A Process", "child", "inspector");
    const { target, args = [], name } = readOptions<ProcessOptions>("Process", options, OPTIONS);
    this.work = [checkTarget(target), ...args];
    this.name = name ?? `Process-${++count}`;
  }

  /** The process id; undefined before start(). */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** null while it runs, 0 after success, 1 after an uncaught error, -N when signal N ended it. */
  get exitCode(): number | null {
    return this.code;
  }

  /**
   * Starts it at once. What the target prints appears in the cell.
   *
   * @throws Error when it was started before; SerializationError when the target or an argument cannot travel
   */
  start(): void {
    if (this.ended !== undefined)
      throw new Error(`start: ${this.name} was started before. A process runs once: make a new Process.`);
    const { message, held } = encode(this.work, {
      what: (part) => (part === 0 ? `the target of ${this.name}` : `argument ${part} of ${this.name}`),
      shared: false,
    });
    this.work = undefined;
    const maps = mapsOf(message);
    uninterrupted(() => this.run(pack(message).bytes, maps, held));
  }

  private run(bytes: Uint8Array, maps: Maps, held: readonly object[]): void {
    const child = childProcess().fork(entryFile("process"), [], {
      serialization: "advanced",
      stdio: ["ignore", "pipe", "pipe", "ipc", "pipe"],
      ...optionsOfChildren(),
    });
    this.child = child;
    guard(child);
    beginWork(1);
    const forgetStop = onStop(() => {
      child.kill("SIGTERM");
      setTimeout(() => child.kill("SIGKILL"), AFTER_TERM_MS).unref();
    });
    const route = currentRoute();
    const print = printerOf(route);
    const start = new ChildStart(child, (why) => print("stderr", `${this.name} could not be started: ${why}\n`));
    const queues = new QueueSession((answer) => send(child, answer), held);
    const locks = serveLocks(child);
    child.on("message", (raw: Serializable) => {
      // The target may send messages of its own, of any kind.
      const message = raw as FromChild | null | undefined;
      if (message?.is === "here") start.begun();
      else if (message?.is === "queue") queues.handle(message);
    });
    for (const other of running) this.amongOthers = other.amongOthers = true;
    running.add(this);
    const output = (["stdout", "stderr"] as const).map((name) => {
      const lines = new LineWriter(name);
      child[name]?.on("data", (piece: Buffer) =>
        start.whenBegun(() => lines.write(piece, print, route !== 0 && this.amongOthers ? `[${this.name}] ` : "")),
      );
      return lines;
    });
    this.ended = exitCodeOf(child)
      .then(
        (code) => start.ended(code),
        (error: unknown) => start.refused(error as Error),
      )
      .then((code) => {
        forgetStop();
        running.delete(this);
        endWork(1);
        for (const lines of output) lines.flush();
        queues.closed(code < 0);
        locks.closed();
        this.code = code;
      });
    send(child, { is: "run", bytes, name: this.name, maps });
  }

  /**
   * Resolves when the process has ended, or after `timeout` milliseconds; it does not reject when the target failed: look at exitCode.
   *
   * @param options.timeout wait at most so many milliseconds
   * @throws Error before start()
   */
  async join(options?: TimeoutOptions): Promise<void> {
    const timeout = readTimeout("join", options);
    if (this.ended === undefined) throw new Error(`join: ${this.name} was not started. Call start() first.`);
    await within(timeout, this.ended, () => undefined);
  }

  /** Has it started, and not ended yet? */
  isAlive(): boolean {
    return this.ended !== undefined && this.code === null;
  }

  /** Asks it to end (SIGTERM). */
  terminate(): void {
    this.signal("terminate", "SIGTERM");
  }

  /** Ends it at once (SIGKILL). */
  kill(): void {
    this.signal("kill", "SIGKILL");
  }

  /** @internal */
  [inspect.custom](): string {
    const state =
      this.ended === undefined ? "not started" : this.code === null ? "running" : `ended with exit code ${this.code}`;
    return `Process { name: '${this.name}', ${this.pid === undefined ? "" : `pid: ${this.pid}, `}state: '${state}' }`;
  }

  private signal(method: string, signal: NodeJS.Signals): void {
    if (this.ended === undefined) throw new Error(`${method}: ${this.name} was not started. Call start() first.`);
    if (this.code === null) this.child?.kill(signal);
  }
}

/** How long a process that Stop has asked to end may take, before it is ended. */
const AFTER_TERM_MS = 500;

/** Sends to a child that may be gone already. */
function send(child: ChildProcess, message: ToChild): void {
  if (child.connected) child.send(message, () => undefined);
}

/** Answers what a child asks of locks and the like. */
function serveLocks(child: ChildProcess): SyncSession {
  // There is none where the system has refused to start the child.
  const pipe = (child.stdio as ChildProcess["stdio"] | undefined)?.[PIPE] as Duplex | undefined;
  const lines = new Lines();
  const session = new SyncSession((answer) => {
    pipe?.write(lineOf(answer));
    send(child, { is: "piped" });
  });
  pipe?.on("data", (piece: Buffer) => {
    for (const message of lines.add(piece))
      if ("is" in message && message.is === "sync") session.handle(message as SyncRequest);
  });
  // The child may end before it has read its answer.
  pipe?.on("error", () => undefined);
  return session;
}
registerUntransferable(Process, "a Process");
