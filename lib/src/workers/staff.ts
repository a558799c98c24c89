/** The worker threads of a pool, kept by piscina: it starts them, starts others for those that die, and ends them. */
import { MessagePort } from "node:worker_threads";
import { join } from "node:path";
import type { Piscina } from "piscina";
import { whole } from "../ground/stop";
import { WorkerDiedError } from "../ground/errors";
import type { Bundle } from "./bundle";
import { memoryWatch } from "./memory";
import type { Failure, Hello, Reply, Session, WorkerSetup } from "./protocol";
import type { Recorder } from "./record";
import { Tray } from "./tray";
import { WorkerLink } from "./workerLink";

/** What the workers of this program load, once one of them has made it. */
let bundle: Bundle | undefined;
/** The worker that was asked for it. */
let bundler: WorkerLink | undefined;

export interface StaffEvents {
  /** A worker has taken its seat; `failure` is that of the initializer. */
  seated(link: WorkerLink, failure: Failure | undefined): void;
  reply(link: WorkerLink, reply: Reply): void;
  unread(link: WorkerLink, error: Error): void;
  broken(link: WorkerLink, error: Error): void;
  /** There are no workers, and there will be none. */
  allGone(error: WorkerDiedError): void;
}

export class Staff {
  private readonly piscina: Piscina;
  private readonly links = new Map<number, WorkerLink>();
  /** Workers that have been stopped and are not gone yet. */
  private readonly dying = new Set<Promise<void>>();
  /** To be told when they get something to do, and when they have done it. */
  readonly memory = memoryWatch(() => this.piscina.threads);
  private lastWords = "";
  private over = false;

  constructor(private readonly size: number, setup: Omit<WorkerSetup, "bundle">, private readonly recorder: Recorder, private readonly events: StaffEvents) {
    // Loaded with the first pool: a process that has none starts sooner.
    const piscina = require("piscina") as typeof import("piscina");
    this.piscina = whole(() => new piscina.Piscina({
      filename: join(__dirname, "workerEntry.js"), minThreads: size, maxThreads: size,
      concurrentTasksPerWorker: 1, atomics: "disabled", recordTiming: false, workerData: { ...setup, bundle } satisfies WorkerSetup,
    }));
    this.piscina.on("message", (message: Hello | null | undefined) => {
      // Tasks may post messages of their own; only the first hello of a worker is one.
      if (message?.is === "hello" && message.port instanceof MessagePort && !this.links.has(message.thread)) this.welcome(message);
    });
    this.piscina.on("workerDestroy", ({ id }: { id: number }) => this.watchEnd(id));
    this.piscina.on("error", (error: Error) => {
      this.lastWords = error.message;
      console.error(`A worker of a pool died between two tasks: ${error.message}`);
    });
  }

  /** Has a worker take a seat. Resolves when it rests; rejects when it dies, or when `signal` aborts, which ends it. */
  async sit(session: Session, signal: AbortSignal): Promise<void> {
    await this.piscina.run(session, { signal });
  }

  /** The workers need not keep that function any more. */
  forget(fn: number): void {
    for (const link of this.links.values()) link.forget(fn);
  }

  /** Ends all workers; resolves when they are gone. */
  async end(): Promise<void> {
    this.over = true;
    await this.piscina.destroy();
    // For a worker that it stopped earlier and that is gone only now, piscina starts another, destroyed or not.
    while (this.dying.size > 0) {
      await Promise.all(this.dying);
      await this.piscina.destroy();
    }
  }

  private welcome({ thread, port, tray, ready }: Hello): void {
    const place = this.recorder.workerStarted(thread, ready);
    const link: WorkerLink = new WorkerLink(thread, port, new Tray(tray), this.size === 1 ? "" : `[worker ${place}] `, {
      seated: (failure) => this.events.seated(link, failure),
      reply: (reply) => this.events.reply(link, reply),
      unread: (error) => this.events.unread(link, error),
      broken: (error) => this.events.broken(link, error),
      bundle: (made) => { bundle = made; },
      ended: () => {
        this.links.delete(thread);
        if (bundler === link) bundler = undefined;
        this.recorder.workerEnded(thread);
      },
    });
    this.links.set(thread, link);
    if (bundle !== undefined || bundler !== undefined) return;
    bundler = link;
    link.tell({ is: "bundle" });
  }

  /** A worker will be gone in a moment: it was stopped, or has exited. */
  private watchEnd(thread: number): void {
    const worker = this.piscina.threads.find(({ threadId }) => threadId === thread);
    const ended = new Promise<void>((resolve) => (worker === undefined || thread < 0 ? resolve() : worker.once("exit", () => resolve()))).then(() => {
      this.dying.delete(ended);
      // One that has exited by itself has no number any more: its port tells.
      this.links.get(thread)?.end();
      // Piscina gives up workers that die before they are ready.
      if (this.over || this.piscina.threads.length > 0) return;
      this.events.allGone(new WorkerDiedError(`No worker of this pool can be started${this.lastWords === "" ? "" : `: ${this.lastWords}`}. Make a new pool.`));
    });
    this.dying.add(ended);
  }
}
