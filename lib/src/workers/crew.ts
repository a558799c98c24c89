/**
 * The workers of a pool, kept by piscina, and the line of tasks before them: at most one task a worker is with piscina, the others
 * wait here, in the order of their calls. It knows tasks and replies, not what they mean.
 */
import { receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { join } from "node:path";
import { Piscina } from "piscina";
import { PoolClosedError, SerializationError, WorkerDiedError } from "../ground/errors";
import type { FromWorker, Reply, Task, ToWorker, WorkerSetup } from "./protocol";
import { handleRequest } from "./queueLink";

/** A task, and who waits for it. */
export interface Job {
  readonly task: Task;
  readonly moves: ArrayBuffer[];
  /** Ends the worker when it aborts. */
  readonly signal: AbortSignal | undefined;
  done(reply: Reply): void;
  failed(error: unknown): void;
}
/** Gives its next job when a worker is free, or undefined when there is none left. */
export interface JobSource {
  next(): Job | undefined;
  /** The crew is gone: its remaining jobs will never run. */
  gone(error: Error): void;
}

export class Crew {
  readonly size: number;
  private readonly piscina: Piscina;
  private readonly ports = new Map<number, MessagePort>();
  private readonly line: JobSource[] = [];
  private readonly farewells = new Map<number, Reply>();
  private busy = 0;
  private ended: Promise<void> | undefined;
  private terminated = false;
  private closing = false;
  private readonly whenIdle: (() => void)[] = [];

  constructor(size: number, setup: WorkerSetup) {
    this.size = size;
    this.piscina = new Piscina({
      filename: join(__dirname, "poolWorker.js"), minThreads: size, maxThreads: size,
      concurrentTasksPerWorker: 1, atomics: "disabled", recordTiming: false, workerData: setup,
    });
    this.piscina.on("message", (message: FromWorker) => {
      if (message.is === "hello") this.welcome(message.thread, message.port);
    });
    // A worker that dies between two tasks is replaced; there is nobody to tell.
    this.piscina.on("error", (error: unknown) => console.error("A worker ended between two tasks and was replaced:", error));
  }

  /** Puts a source of jobs at the end of the line. */
  add(source: JobSource): void {
    this.line.push(source);
    this.serve();
  }

  /** Tells all workers that a call has ended, so that they forget its function. */
  forget(call: number): void {
    for (const port of this.ports.values()) port.postMessage({ is: "forget", call } satisfies ToWorker);
  }

  /** Stops at once; what waits and what runs fails with PoolClosedError. */
  terminate(): Promise<void> {
    this.terminated = true;
    const error = new PoolClosedError("The pool was terminated before this task had ended.");
    for (const source of this.line.splice(0)) source.gone(error);
    return this.end();
  }

  /** Ends the workers when nothing is left to do. */
  close(): Promise<void> {
    this.closing = true;
    if (this.isIdle()) return this.end();
    return new Promise((resolve) => this.whenIdle.push(() => resolve(this.end())));
  }

  /** Gives free workers something to do. */
  serve(): void {
    while (this.busy < this.size && this.line.length > 0 && !this.terminated) {
      const job = this.line[0].next();
      if (job === undefined) this.line.shift();
      else void this.run(job);
    }
    if (this.closing && this.isIdle()) for (const tell of this.whenIdle.splice(0)) tell();
  }

  private isIdle(): boolean {
    return this.busy === 0 && this.line.length === 0;
  }

  private end(): Promise<void> {
    this.ended ??= this.piscina.destroy().then(() => {
      for (const port of this.ports.values()) port.close();
    });
    return this.ended;
  }

  private async run(job: Job): Promise<void> {
    this.busy++;
    try {
      job.done(await this.reply(job));
    } catch (error) {
      job.failed(error);
    } finally {
      this.busy--;
      this.serve();
    }
  }

  private async reply(job: Job): Promise<Reply> {
    try {
      const reply = await this.piscina.run(job.task, { transferList: job.moves, signal: job.signal }) as Reply;
      // What the task printed must be seen before its result.
      this.drain(reply.thread);
      return reply;
    } catch (error) {
      for (const thread of this.ports.keys()) this.drain(thread);
      const farewell = this.farewells.get(job.task.id);
      this.farewells.delete(job.task.id);
      if (farewell !== undefined) return farewell;
      if (this.terminated) throw new PoolClosedError("The pool was terminated while this task was running.");
      if (job.signal?.aborted === true) throw job.signal.reason;
      throw whatHappened(error as Error & { code?: string }, job.task);
    }
  }

  private welcome(thread: number, port: MessagePort): void {
    this.ports.set(thread, port);
    port.on("message", (message: FromWorker) => this.hear(message, port));
    port.on("close", () => this.ports.delete(thread));
    port.unref();
  }

  private hear(message: FromWorker, port: MessagePort): void {
    switch (message.is) {
      case "print": return void process[message.stream].write(message.text);
      case "farewell": return void this.farewells.set(message.task, message.reply);
      case "queue": return handleRequest(message, { send: (answer) => port.postMessage(answer), onClose: (end) => {
        port.once("close", end);
        return () => port.off("close", end);
      } });
      case "hello": return;
    }
  }

  /** Hears at once what a worker has said so far. */
  private drain(thread: number): void {
    const port = this.ports.get(thread);
    if (port === undefined) return;
    for (let entry = receiveMessageOnPort(port); entry !== undefined; entry = receiveMessageOnPort(port)) this.hear(entry.message as FromWorker, port);
  }
}

/** The error of a task whose worker did not reply. */
function whatHappened(error: Error & { code?: string }, task: Task): Error {
  if (error.name === "DataCloneError") return new SerializationError(`The items of this call cannot travel to a worker: ${error.message}`);
  const name = task.payload.name === "" ? "a function" : `\`${task.payload.name}\``;
  const doing = `running ${name}${task.first === undefined ? "" : ` on the items from ${task.first} on`}`;
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return new WorkerDiedError(`A worker ran out of memory while ${doing}. It was replaced. Send smaller chunks, or keep less in memory at once.`, 1);
  }
  const code = /exited with code: (-?\d+)/.exec(error.message)?.[1];
  return new WorkerDiedError(
    code === undefined ? `A worker died while ${doing}: ${error.message}. It was replaced.`
      : `A worker ended with exit code ${code} while ${doing}. It was replaced. Does the function call process.exit()?`,
    code === undefined ? null : Number(code),
  );
}
