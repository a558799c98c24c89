/**
 * The threads of a pool. piscina starts them, starts others for those that die, and gives up when they die while they load. It is not asked to
 * run anything: its tasks could not be taken back, and a worker's death would not tell which of them it had begun.
 */
import { join } from "node:path";
import { MessagePort } from "node:worker_threads";
import type { Worker } from "node:worker_threads";
import type { Piscina } from "piscina";
import { optionsOfThreads } from "../../base/debuggerFlags";
import { WorkerDiedError } from "../../base/errors";
import { uninterrupted } from "../../base/interrupt";
import { Claims } from "../protocol/claims";
import { Connection } from "./connection";
import type { Death } from "./lostTaskErrors";
import { endProcessesOf, whenProgramEnds } from "./programEnd";
import type { Hello, WorkerSetup } from "../protocol/messages";
import { settledWithin } from "../../base/timeout";

/** How long workers may take to end by themselves, in milliseconds; then how long until what they wait for is ended; and until nobody waits for them any more. */
const LEAVE_WITHIN = 500;
const END_WITHIN = 300;
const GONE_WITHIN = 2000;

/** A worker thread. */
export interface Thread {
  readonly connection: Connection;
  /** Ends it at once. */
  readonly kill: () => void;
}

export interface ThreadsEvents {
  /** A worker is there, loaded since `ready`. Its connection is to be opened. */
  started(thread: Thread, ready: number): void;
  died(thread: Thread, death: Death): void;
  /** There are no workers, and there will be none. */
  allGone(error: WorkerDiedError): void;
  /** Has that worker something to do? */
  isBusy(thread: Thread): boolean;
}

interface LivingThread extends Thread {
  /** The system's number of the thread; undefined where that cannot be known. */
  readonly systemThread: number | undefined;
  readonly isKilled: boolean;
  /** Resolves when it has ended. */
  readonly gone: Promise<void>;
}

export class Threads {
  private readonly piscina: Piscina;
  private readonly living = new Map<Worker, LivingThread>();
  readonly workers = (): readonly Worker[] => this.piscina.threads;
  private readonly forgetProgramEnd: () => void;
  private lastError = "";
  private isOver = false;

  constructor(
    size: number,
    setup: WorkerSetup,
    private readonly events: ThreadsEvents,
  ) {
    // Loaded with the first pool: a process that has none starts sooner.
    const piscina = require("piscina") as typeof import("piscina");
    this.piscina = uninterrupted(
      () =>
        new piscina.Piscina({
          filename: join(__dirname, "..", "worker", "entry.js"),
          minThreads: size,
          maxThreads: size,
          atomics: "disabled",
          recordTiming: false,
          workerData: setup,
          ...optionsOfThreads(),
        }),
    );
    this.piscina.on("message", (message: Hello | null | undefined) => {
      // Tasks may post messages of their own; only the first hello of a worker is one.
      if (message?.is === "hello" && message.port instanceof MessagePort) this.welcome(message);
    });
    this.piscina.on("error", (error: Error) => {
      this.lastError = `: ${error.message}`;
    });
    // It starts another before the next microtask, or none any more.
    this.piscina.on("workerDestroy", () =>
      queueMicrotask(() => {
        if (this.isOver || this.piscina.threads.length > 0) return;
        events.allGone(new WorkerDiedError(`No worker of this pool can be started${this.lastError}. Make a new pool.`));
      }),
    );
    this.forgetProgramEnd = whenProgramEnds(() =>
      [...this.living.values()].map((thread) => ({ ...thread, isBusy: thread.isKilled || events.isBusy(thread) })),
    );
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
    (this.piscina.options as { minThreads: number }).minThreads = 0;
    if (orderly) {
      for (const { connection } of this.living.values()) connection.send({ is: "end" });
      await settledWithin(LEAVE_WITHIN, this.allGone());
    }
    for (const thread of this.living.values()) thread.kill();
    const ended = Promise.all([this.piscina.destroy(), this.allGone()]).then(() => this.forgetProgramEnd());
    await settledWithin(END_WITHIN, ended);
    for (const { systemThread } of this.living.values()) endProcessesOf(systemThread);
    await settledWithin(GONE_WITHIN, ended);
  }

  private async allGone(): Promise<void> {
    await Promise.all([...this.living.values()].map(({ gone }) => gone));
  }

  private welcome({ thread: id, port, claims, ready, systemThread }: Hello): void {
    const worker = this.piscina.threads.find(({ threadId }) => threadId === id);
    if (worker === undefined || this.living.has(worker)) return;
    const thread = {
      connection: new Connection(port, new Claims(claims)),
      systemThread,
      isKilled: false,
      gone: this.awaitEnd(worker),
      kill: () => {
        thread.isKilled = true;
        void worker.terminate();
      },
    };
    this.living.set(worker, thread);
    this.events.started(thread, ready);
  }

  /** Tells of its death, at the first sign of it; resolves when it is gone. */
  private awaitEnd(worker: Worker): Promise<void> {
    let isDead = false;
    const died = (death: Death): void => {
      if (isDead) return;
      isDead = true;
      this.events.died(this.living.get(worker) as LivingThread, death);
    };
    worker.once("error", (error) => died({ exitCode: 1, error }));
    return new Promise((resolve) => {
      worker.once("exit", (exitCode) => {
        died({ exitCode });
        this.living.delete(worker);
        resolve();
      });
    });
  }
}
