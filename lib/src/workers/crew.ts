/**
 * The workers of a pool, kept by piscina, and the line of tasks before them: piscina gets a task only when a worker is free for it,
 * the others wait here, in the order of their calls. It knows tasks and replies, not what they mean.
 */
import { setMaxListeners } from "node:events";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { MessagePort } from "node:worker_threads";
import { join } from "node:path";
import type { Piscina } from "piscina";
import { clock } from "../ground/clock";
import { PoolClosedError, WorkerDiedError } from "../ground/errors";
import { whatHappened } from "./died";
import type { Job, JobSource } from "./job";
import { memoryWatch } from "./memory";
import type { FromWorker, Reply, Task, Work, WorkerSetup } from "./protocol";
import { Recorder } from "./record";
import { Slots } from "./slots";
import { onStop, whole } from "../ground/stop";
import type { Interrupted } from "../ground/stop";
import { voiceOfNow } from "./voices";
import { WorkerLink } from "./workerLink";

export class Crew {
  readonly recorder: Recorder;
  private readonly piscina: Piscina;
  private readonly links = new Map<number, WorkerLink>();
  /** Workers that have been stopped and are not gone yet. */
  private readonly dying = new Set<Promise<void>>();
  private readonly line: JobSource[] = [];
  private readonly farewells = new Map<number, Reply>();
  private readonly slots: Slots;
  private readonly memory = memoryWatch(() => this.piscina.threads);
  private readonly stop = new AbortController();
  /** Ends the workers of what is under way when Stop is pressed; then there is another. */
  private interrupt = new AbortController();
  private readonly forgetStop: () => void;
  private readonly ended: Promise<void>;
  private tellEnded!: () => void;
  private state: "open" | "closing" | "joined" | "ended" = "open";
  private expected = 0;
  private iterations = 0;
  private broken: WorkerDiedError | undefined;
  private lastWords = "";
  /** How the next job ends, because an initializer has failed. */
  private refusal: ((job: Job) => void) | undefined;

  /** @param held queues in the setup */
  constructor(readonly size: number, setup: Omit<WorkerSetup, "progress" | "voice">, readonly held: readonly object[]) {
    this.slots = new Slots(size);
    // Every iteration that goes on listens to it, which Node 20 would take for a leak.
    setMaxListeners(0, this.terminated);
    this.ended = new Promise((resolve) => { this.tellEnded = resolve; });
    this.recorder = new Recorder(size);
    this.forgetStop = onStop((error) => this.interruptAll(error));
    setMaxListeners(0, this.interrupt.signal);
    // Loaded with the first pool: a process that has none starts sooner.
    const piscina = require("piscina") as typeof import("piscina");
    this.piscina = whole(() => new piscina.Piscina({
      filename: join(__dirname, "poolWorker.js"), minThreads: size, maxThreads: size,
      concurrentTasksPerWorker: 1, atomics: "disabled", recordTiming: false, workerData: { ...setup, progress: this.slots.progress, voice: voiceOfNow() } satisfies WorkerSetup,
    }));
    this.piscina.on("message", (message: FromWorker) => {
      if (message.is === "hello") this.welcome(message.thread, message.port, message.ready);
    });
    // The worker counts as free only when all who listen have been told.
    this.piscina.on("workerCreate", () => queueMicrotask(() => this.serve()));
    this.piscina.on("workerDestroy", ({ id }: { id: number }) => this.watchEnd(id));
    this.piscina.on("error", (error: Error) => {
      this.lastWords = error.message;
      console.error(`A worker of a pool died between two tasks: ${error.message}`);
    });
    if (setup.initializer !== undefined) this.initialize();
  }

  /** Aborts when the crew is terminated, with the error for those who wait. */
  get terminated(): AbortSignal {
    return this.stop.signal;
  }

  /** Puts a source of jobs at the end of the line. */
  add(source: JobSource): void {
    if (this.broken !== undefined) return source.gone(this.broken);
    if (this.state === "ended") return source.gone(this.terminated.reason ?? new PoolClosedError("The pool was closed, and its workers have ended."));
    whole(() => {
      this.line.push(source);
      this.serve();
    });
  }

  /** A call that was accepted but has nothing in the line yet: the crew waits for it. */
  expect<T>(call: Promise<T>): Promise<T> {
    this.expected++;
    return call.finally(() => {
      this.expected--;
      this.endIfIdle();
    });
  }

  /** An iteration that may be continued: a closed crew stays for it, unless somebody waits for the crew's end. Returns how to end it. */
  holdFor(): () => void {
    let held = true;
    this.iterations++;
    return () => {
      if (held) this.iterations--;
      held = false;
      this.endIfIdle();
    };
  }

  /** Tells all workers that a call has ended, so that they forget its function. */
  forget(call: number): void {
    for (const link of this.links.values()) link.tell({ is: "forget", call });
  }

  /** Stops at once; what waits and what runs fails with PoolClosedError. */
  terminate(): Promise<void> {
    this.stop.abort(new PoolClosedError("The pool was terminated before this call had ended."));
    for (const source of this.line.splice(0)) source.gone(this.terminated.reason);
    this.end();
    return this.ended;
  }

  /** Ends the workers when nothing is left to do. */
  close(): void {
    if (this.state === "open") this.state = "closing";
    this.endIfIdle();
  }

  /** Resolves when all workers have ended; the crew is closed. */
  join(): Promise<void> {
    if (this.state !== "ended") this.state = "joined";
    this.endIfIdle();
    return this.ended;
  }

  /** Gives free workers something to do. */
  private serve(): void {
    while (this.state !== "ended" && this.line.length > 0 && this.slots.anyFree && this.piscina.idleThreads > 0) {
      const job = this.line[0].next();
      if (job === undefined) this.line.shift();
      else void this.run(job);
    }
    this.endIfIdle();
  }

  /** Has every worker run its initializer at once, as Python's do. If that fails, the next call is told so; later ones try again. */
  private initialize(): void {
    let begun = 0;
    let failed = false;
    const refuse = (refusal: (job: Job) => void): void => {
      if (!failed) this.refusal = refusal;
      failed = true;
    };
    const job: Job = {
      task: { id: 0, payload: undefined }, moves: [], held: [], signal: undefined, queued: { items: 0, packing: 0, queued: 0 },
      done: (reply) => { if (reply.is === "failure") refuse((refused) => refused.done(reply)); },
      failed: (error) => refuse((refused) => refused.failed(error)),
    };
    this.add({ next: () => (begun++ < this.size ? { ...job } : undefined), gone: () => undefined });
  }

  private endIfIdle(): void {
    const idle = this.slots.allFree && this.line.length === 0 && this.expected === 0;
    if (idle && (this.state === "joined" || (this.state === "closing" && this.iterations === 0))) this.end();
  }

  private end(): void {
    if (this.state === "ended") return;
    this.state = "ended";
    this.forgetStop();
    void this.endWorkers().then(this.tellEnded);
  }

  private async endWorkers(): Promise<void> {
    await this.piscina.destroy();
    // For a worker that it stopped earlier and that is gone only now, piscina starts another, destroyed or not.
    while (this.dying.size > 0) {
      await Promise.all(this.dying);
      await this.piscina.destroy();
    }
  }

  private async run(job: Job): Promise<void> {
    const { refusal } = this;
    if (refusal !== undefined && job.task.payload !== undefined) {
      this.refusal = undefined;
      return refusal(job);
    }
    const slot = this.slots.take(job);
    this.memory.begin();
    const sent = clock();
    const counts = job.task.payload !== undefined;
    if (counts) this.recorder.taskSent();
    try {
      const reply = await this.reply(job, slot);
      const arrived = clock();
      if (!this.slots.has(job)) return;
      job.done(reply);
      if (counts) this.recorder.taskDone(job.task as Work, job.queued, sent, reply, arrived);
    } catch (error) {
      if (!this.slots.has(job)) return;
      if (counts) this.recorder.taskLost();
      job.failed(error);
    } finally {
      this.memory.end();
      whole(() => {
        if (!this.slots.has(job)) return;
        this.slots.giveBack(job);
        this.serve();
      });
    }
  }

  /** Stop was pressed: ends what is under way and what waits, and leaves the crew as if it had just begun. */
  private interruptAll(error: Interrupted): void {
    const { interrupt } = this;
    const jobs = this.slots.clear();
    this.interrupt = new AbortController();
    setMaxListeners(0, this.interrupt.signal);
    for (const source of this.line.splice(0)) source.gone(error);
    for (const job of jobs) {
      if (job.task.payload !== undefined) this.recorder.taskLost();
      job.failed(error);
    }
    // Ends the workers of those tasks; piscina starts others.
    interrupt.abort(error);
  }

  private async reply(job: Job, slot: number): Promise<Reply> {
    const signal = job.signal === undefined ? this.interrupt.signal : AbortSignal.any([job.signal, this.interrupt.signal]);
    try {
      const reply = await this.piscina.run({ ...job.task, slot } as Task, { transferList: job.moves, signal }) as Reply;
      // A worker's greeting comes before its first reply, but on another port.
      if (!this.links.has(reply.thread)) await nextTurn();
      // What the task printed must be seen before its result.
      const link = this.links.get(reply.thread);
      link?.catchUp();
      link?.flush();
      return reply;
    } catch (error) {
      for (const link of this.links.values()) link.catchUp();
      const farewell = this.farewells.get(job.task.id);
      this.farewells.delete(job.task.id);
      if (farewell !== undefined) return farewell;
      if (this.terminated.aborted) throw this.terminated.reason;
      if (job.signal?.aborted === true) throw job.signal.reason;
      throw whatHappened(error as Error & { code?: string }, job.task, this.slots.progress[slot]);
    }
  }

  private welcome(thread: number, port: MessagePort, ready: number): void {
    const place = this.recorder.workerStarted(thread, ready);
    this.links.set(thread, new WorkerLink(port, this.size === 1 ? "" : `[worker ${place}] `, (task, reply) => void this.farewells.set(task, reply)));
  }

  /** A worker will be gone in a moment: it was stopped, or has exited. */
  private watchEnd(thread: number): void {
    const worker = this.piscina.threads.find(({ threadId }) => threadId === thread);
    const ended = new Promise<void>((resolve) => (worker === undefined || thread < 0 ? resolve() : worker.once("exit", () => resolve()))).then(() => {
      this.dying.delete(ended);
      this.links.get(thread)?.end();
      this.links.delete(thread);
      this.recorder.workerEnded(thread);
      this.giveUpIfAlone();
    });
    this.dying.add(ended);
  }

  /** Piscina gives up workers that die before they are ready: when none is left, nobody must wait for one. */
  private giveUpIfAlone(): void {
    if (this.state === "ended" || this.piscina.threads.length > 0) return;
    this.broken ??= new WorkerDiedError(`No worker of this pool can be started${this.lastWords === "" ? "" : `: ${this.lastWords}`}. Make a new pool.`);
    for (const source of this.line.splice(0)) source.gone(this.broken);
    this.endIfIdle();
  }
}
