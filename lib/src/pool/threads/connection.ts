/** The connection to one worker of a pool: tasks and replies, what it prints, what it asks of queues. */
import { receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { uninterrupted } from "../../base/interrupt";
import { unrollNoLoops } from "../../base/loopUnrolling";
import { QueueSession } from "../../queue/queueSession";
import { SyncSession } from "../../sync/session";
import type { Failure } from "../../remote/failure";
import { LineWriter } from "../../remote/markedLines";
import { printerOf } from "../../remote/outputRoutes";
import type { OutputRoute } from "../../remote/outputRoutes";
import type { Claims } from "../protocol/claims";
import type { FromWorker, Payload, Reply, SentItems, SentTask, ToWorker } from "../protocol/messages";

/** How many functions a worker keeps. */
const MOST_KNOWN = 500;

export interface ConnectionEvents {
  replied(id: number, reply: Reply): void;
  /** All messages that have come were handled. */
  allReceived(): void;
  initialized(failure: Failure | undefined): void;
  /** The worker could not read what it was sent. */
  taskUnread(why: string): void;
  /** A message of the worker's could not be read here. */
  replyUnread(error: Error): void;
  /** It cannot go on. */
  broken(error: Error): void;
}

/** What is sent of a task. */
export interface TaskToSend {
  readonly id: number;
  readonly call: { readonly fn: { readonly payload: Payload }; readonly route: OutputRoute };
  readonly items: SentItems;
  readonly spread: boolean;
  readonly first: number | undefined;
  readonly moves: readonly ArrayBuffer[];
}

export class Connection {
  private closed = false;
  private readonly queues = new QueueSession((answer) => this.send(answer));
  private readonly locks: SyncSession;
  private readonly output = { stdout: new LineWriter("stdout"), stderr: new LineWriter("stderr") };
  /** The functions that the worker has. */
  private readonly functionsThere = new Set<number>();
  private prefix = "";
  private events!: ConnectionEvents;

  constructor(
    private readonly port: MessagePort,
    readonly claims: Claims,
    thread: number,
  ) {
    this.locks = new SyncSession((answer) => {
      this.send(answer);
      claims.ring();
    }, thread);
  }

  /** @param prefix what the worker's lines begin with in a cell; "" where it is the only worker */
  open(prefix: string, events: ConnectionEvents): void {
    this.prefix = prefix;
    this.events = events;
    const { port } = this;
    port.on("message", (message: FromWorker) => {
      uninterrupted(() => {
        this.handle(message);
      });
      // To ask for the others is faster than to be called for each.
      this.receiveAll();
    });
    port.on("messageerror", (error: Error) => uninterrupted(() => events.replyUnread(error)));
    // It alone must not keep the program alive.
    port.unref();
    port.once("close", () => {
      this.closed = true;
    });
  }

  send(message: ToWorker): void {
    if (this.closed) return;
    if ("is" in message && message.is === "initialize") unrollNoLoops();
    this.port.postMessage(message);
  }

  /** Throws DataCloneError when something in it cannot be sent; then nothing was. */
  sendTasks(tasks: readonly TaskToSend[]): void {
    if (this.closed) return;
    unrollNoLoops();
    const newFunctions: number[] = [];
    const message: SentTask[] = [];
    const moves: ArrayBuffer[] = [];
    for (const task of tasks) {
      const { payload } = task.call.fn;
      const isThere = this.functionsThere.has(payload.fn) || newFunctions.includes(payload.fn);
      if (!isThere && !payload.once) newFunctions.push(payload.fn);
      message.push([task.id, isThere ? payload.fn : payload, task.call.route, task.items, task.spread, task.first]);
      moves.push(...task.moves);
    }
    this.port.postMessage(message satisfies ToWorker, moves);
    for (const fn of newFunctions) this.functionsThere.add(fn);
    for (const fn of this.functionsThere) {
      if (this.functionsThere.size <= MOST_KNOWN) break;
      // It will be sent again, should it be needed.
      this.forget(fn);
    }
  }

  /** The worker need not keep that function any more. */
  forget(fn: number): void {
    if (this.functionsThere.delete(fn)) this.send({ is: "forget", fn });
  }

  /** Handles at once all messages that have come, and tells that it has. */
  receiveAll(): void {
    this.receive();
    uninterrupted(() => {
      this.events.allReceived();
    });
  }

  /** Handles at once all messages that have come. Between two of them Stop may end it: a worker that prints without end sends them faster than they are handled. */
  receive(): void {
    // Asking a closed port ends Node 20 with a segmentation fault.
    while (!this.closed) {
      let entry: { message: FromWorker } | undefined;
      try {
        entry = receiveMessageOnPort(this.port);
      } catch (error) {
        uninterrupted(() => {
          this.events.replyUnread(error as Error);
        });
        continue;
      }
      if (entry === undefined) break;
      const { message } = entry;
      uninterrupted(() => {
        this.handle(message);
      });
    }
  }

  /** The worker is gone. */
  end(): void {
    this.receiveAll();
    this.flush();
    this.queues.closed(true);
    this.locks.closed();
    this.port.close();
  }

  private handle(message: FromWorker): void {
    if (!("is" in message)) {
      const [id, received, started, ended, replied, outcome] = message;
      // What the task printed must be seen before its result.
      this.flush();
      return this.events.replied(id, { times: [received, started, ended, replied], outcome });
    }
    switch (message.is) {
      // Only in a cell do lines of several come together that nobody can tell apart; a program's output is its own business.
      case "print":
        return this.output[message.stream].write(
          message.text,
          printerOf(message.route),
          message.route === 0 ? "" : this.prefix,
        );
      case "initialized":
        return this.events.initialized(message.failure);
      case "unread":
        this.functionsThere.clear();
        return this.events.taskUnread(message.why);
      case "broken":
        return this.events.broken(new Error(message.why));
      case "queue":
        return this.queues.handle(message);
      case "sync":
        return this.locks.handle(message);
    }
  }

  /** Writes the beginning of a line too. */
  private flush(): void {
    this.output.stdout.flush();
    this.output.stderr.flush();
  }
}
