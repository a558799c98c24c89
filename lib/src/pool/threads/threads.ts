/**
 * The threads of a pool. piscina starts them, starts others for those that die, and gives up when they die while they load. It is not asked to
 * run anything: its tasks could not be taken back, and a worker's death would not tell which of them it had begun.
 */
import { MessagePort } from "node:worker_threads";
import type { ResourceLimits, Worker } from "node:worker_threads";
import type { Piscina } from "piscina";
import { optionsOfThreads } from "../../base/debuggerFlags";
import { isMeasured } from "../../base/coverageTools";
import { WorkerDiedError } from "../../base/errors";
import { uninterrupted } from "../../base/interrupt";
import { unrollLoops } from "../../base/loopUnrolling";
import { entryFile } from "../../base/workerFile";
import { Claims } from "../protocol/claims";
import { Connection } from "./connection";
import { outOfMemory, type Death } from "./lostTaskErrors";
import { endProcessesOf, whenProgramEnds } from "./programEnd";
import type { Hello, WorkerSetup } from "../protocol/messages";
import { settledWithin } from "../../base/timeout";
import { clearTimeout, setTimeout } from "../../base/timers";

/**
 * How long workers may take to end by themselves, in milliseconds, without a finalizer and with one; then how long until what they wait for is ended; and until
 * nobody waits for them any more.
 */
const LEAVE_WITHIN = 500;
const FINALIZE_WITHIN = 5000;
const END_WITHIN = 300;
const GONE_WITHIN = 2000;

/** What Node is told of each thread, where it is told anything. */
export interface ThreadOptions {
  resourceLimits?: ResourceLimits;
  env?: NodeJS.ProcessEnv;
  execArgv?: string[];
}

/** A worker thread. */
export interface Thread {
  readonly connection: Connection;
  /** Ends it at once. */
  readonly kill: () => void;
  /** It is about to end by itself; it is ended when that takes too long. */
  readonly limitEnd: () => void;
}

export interface ThreadsEvents {
  /** A worker is there, loaded since `ready`. Its connection is to be opened. */
  started(thread: Thread, ready: number): void;
  died(thread: Thread, death: Death): void;
  /** So many threads that were to be started cannot be; there are others. */
  notStarted(count: number): void;
  /** There are no workers, and there will be none. */
  allGone(error: WorkerDiedError): void;
  /** Has that worker something to do? */
  isBusy(thread: Thread): boolean;
}

interface LivingThread extends Thread {
  readonly group: Piscina;
  /** The system's number of the thread; undefined where that cannot be known. */
  readonly systemThread: number | undefined;
  readonly isKilled: boolean;
  /** Nobody is to take its place. */
  isRetired: boolean;
  /** Resolves when it has ended. */
  readonly gone: Promise<void>;
}

// The counters of nyc are not to travel as data.
if (isMeasured()) require("../../remote/coverage");

export class Threads {
  /** One for the first threads, and one for those that are started again after others were not needed for some time. */
  private readonly groups = new Set<Piscina>();
  private readonly living = new Map<Worker, LivingThread>();
  readonly workers = (): readonly Worker[] => [...this.groups].flatMap(({ threads }) => threads);
  private readonly forgetProgramEnd: () => void;
  private readonly leaveWithin: number;
  private readonly file = entryFile("worker");
  private lastError = "";
  private isOver = false;

  constructor(
    size: number,
    private readonly setup: WorkerSetup,
    private readonly options: ThreadOptions,
    private readonly events: ThreadsEvents,
  ) {
    this.leaveWithin = setup.hasFinalizer ? FINALIZE_WITHIN : LEAVE_WITHIN;
    this.forgetProgramEnd = whenProgramEnds(() =>
      [...this.living.values()].map((thread) => ({ ...thread, isBusy: thread.isKilled || events.isBusy(thread) })),
    );
    this.start(size);
  }

  /** Starts so many threads. */
  start(count: number): void {
    try {
      unrollLoops();
      uninterrupted(() => this.groups.add(this.newGroup(count)));
    } catch (error) {
      // Node refuses an option in execArgv.
      this.lastError = `: ${(error as Error).message}`;
      queueMicrotask(() => this.missing(count));
    }
  }

  private newGroup(size: number): Piscina {
    // Loaded with the first pool: a process that has none starts sooner.
    const { Piscina } = require("piscina") as typeof import("piscina");
    const group = new Piscina({
      filename: this.file,
      minThreads: size,
      maxThreads: size,
      atomics: "disabled",
      recordTiming: false,
      workerData: this.setup,
      ...optionsOfThreads(),
      ...this.options,
    });
    group.on("message", (message: Hello | null | undefined) => {
      // Tasks may post messages of their own; only the first hello of a worker is one.
      if (message?.is === "hello" && message.port instanceof MessagePort) this.welcome(message, group);
    });
    group.on("error", (error: Error) => {
      this.lastError = `: ${error.message}`;
    });
    // It starts another before the next microtask, or none any more.
    group.on("workerDestroy", () =>
      queueMicrotask(() => {
        if (this.isOver || group.threads.length > 0) return;
        this.groups.delete(group);
        this.missing(group.options.minThreads);
      }),
    );
    return group;
  }

  private missing(count: number): void {
    if (count === 0 || this.isOver) return;
    if (this.groups.size > 0) return this.events.notStarted(count);
    const given = Object.keys(this.options).join(" or ");
    const remedy = `Make a new pool${given === "" ? "" : `, with another ${given}`}.`;
    this.events.allGone(new WorkerDiedError(`No worker of this pool can be started${this.lastError}. ${remedy}`));
  }

  /** Has a thread that has nothing to do end by itself; nobody takes its place. */
  retire(thread: Thread): void {
    (thread as LivingThread).isRetired = true;
    thread.connection.send({ is: "end" });
    thread.limitEnd();
  }

  /** The workers need not keep that function any more. */
  forget(fn: number): void {
    for (const { connection } of this.living.values()) connection.forget(fn);
  }

  /**
   * Ends all workers; resolves when they are gone, or when those that cannot be ended were waited for long enough.
   *
   * @param orderly they may run first what they have registered for their end
   */
  async end(orderly: boolean): Promise<void> {
    this.isOver = true;
    // Nobody takes the place of those that end.
    for (const group of this.groups) keep(group, -group.options.minThreads);
    if (orderly || isMeasured()) {
      for (const { connection } of this.living.values()) connection.send({ is: "end" });
      await settledWithin(this.leaveWithin, this.allGone());
    }
    for (const thread of this.living.values()) this.endLate(thread, orderly);
    const ended = Promise.all([...[...this.groups].map((group) => group.destroy()), this.allGone()]).then(() =>
      this.forgetProgramEnd(),
    );
    await settledWithin(END_WITHIN, ended);
    for (const { systemThread } of this.living.values()) endProcessesOf(systemThread);
    await settledWithin(GONE_WITHIN, ended);
  }

  private async allGone(): Promise<void> {
    await Promise.all([...this.living.values()].map(({ gone }) => gone));
  }

  /** It has not ended by itself. */
  private endLate(thread: LivingThread, isOrderly: boolean): void {
    if (isOrderly && this.setup.hasFinalizer && !thread.isKilled)
      console.error(`A worker of a pool was ended: its finalizer had not ended after ${FINALIZE_WITHIN} ms.`);
    thread.kill();
  }

  private welcome({ thread: id, port, claims: words, ready, systemThread }: Hello, group: Piscina): void {
    const worker = group.threads.find(({ threadId }) => threadId === id);
    if (worker === undefined || this.living.has(worker)) return;
    const claims = new Claims(words);
    const thread = {
      group,
      connection: new Connection(port, claims, id),
      systemThread,
      isKilled: false,
      isRetired: false,
      gone: this.awaitEnd(worker, claims),
      kill: () => {
        thread.isKilled = true;
        void worker.terminate();
      },
      limitEnd: () => {
        const timer = setTimeout(() => this.endLate(thread, true), this.leaveWithin).unref();
        worker.once("exit", () => clearTimeout(timer));
      },
    };
    this.living.set(worker, thread);
    this.events.started(thread, ready);
  }

  /** Tells of its death, at the first sign of it; resolves when it is gone. */
  private awaitEnd(worker: Worker, claims: Claims): Promise<void> {
    let isDead = false;
    const died = (death: Death): void => {
      if (isDead) return;
      isDead = true;
      const thread = this.living.get(worker) as LivingThread;
      // Not before: it is one of those that piscina counts, and another that died meanwhile would not be replaced.
      if (thread.isRetired) keep(thread.group, -1);
      this.events.died(thread, death);
    };
    // Heard before piscina hears of it, and starts another.
    worker.prependOnceListener("error", (error) => died({ exitCode: 1, error }));
    return new Promise((resolve) => {
      worker.prependOnceListener("exit", (exitCode) => {
        died(claims.isOutOfMemory ? { exitCode, error: outOfMemory() } : { exitCode });
        this.living.delete(worker);
        resolve();
      });
    });
  }
}

/** Changes how many threads piscina keeps in that group. */
function keep(group: Piscina, change: number): void {
  (group.options as { minThreads: number }).minThreads += change;
}
