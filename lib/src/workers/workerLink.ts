/** The line to one worker of a pool: its batches and replies, what it prints, what it asks of queues. */
import { receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { Lines } from "./lines";
import type { Bundle } from "./bundle";
import type { Failure, Flat, FromWorker, Payload, Reply, TaskTimes, ToWorker, Work } from "./protocol";
import { Below } from "./queueDown";
import type { Tray } from "./tray";
import { printAs } from "./voices";

/** How many functions a worker keeps. */
const MOST_KNOWN = 500;

export interface LinkEvents {
  seated(failure: Failure | undefined): void;
  reply(reply: Reply): void;
  /** Something that it said could not be read. */
  unread(error: Error): void;
  /** It cannot go on. */
  broken(error: Error): void;
  /** It is gone. */
  ended(): void;
  /** It has made the bundle that it was asked for. */
  bundle(bundle: Bundle): void;
}

export class WorkerLink {
  /** The seat that its worker took last. */
  seat = -1;
  private closed = false;
  private ended = false;
  private readonly below = new Below((answer) => this.tell(answer));
  private readonly output = { stdout: new Lines("stdout"), stderr: new Lines("stderr") };
  private isWatched = false;
  /** The functions that the worker has. */
  private readonly known = new Set<number>();

  /** @param mark what its lines begin with in a cell; "" where it is the only one that speaks */
  constructor(private readonly thread: number, private readonly port: MessagePort, private readonly tray: Tray, private readonly mark: string, private readonly events: LinkEvents) {
    port.on("message", (message: FromWorker) => this.hear(message));
    port.on("messageerror", (error: Error) => events.unread(error));
    // It alone must not keep the program alive.
    port.unref();
    port.once("close", () => {
      this.closed = true;
      this.end();
    });
  }

  tell(message: ToWorker): void {
    if (!this.closed) this.port.postMessage(message);
  }

  /** Throws DataCloneError when something in it cannot be sent; then nothing was. */
  send(batch: number, works: readonly Work[], moves: readonly ArrayBuffer[]): void {
    if (this.closed) return;
    const news = new Set<number>();
    const sent = (payload: Payload): Payload | number => {
      if (this.known.has(payload.fn) || news.has(payload.fn)) return payload.fn;
      if (!payload.once) news.add(payload.fn);
      return payload;
    };
    const args = argumentLists(works);
    const message: ToWorker = args === undefined
      ? { is: "batch", batch, works: works.map(({ payload, voice, items, spread, first }) => ({ payload: sent(payload), voice, items, spread, first })) }
      : [batch, sent(works[0].payload), works[0].voice, args];
    this.port.postMessage(message, moves);
    for (const fn of news) this.known.add(fn);
    for (const fn of this.known) {
      if (this.known.size <= MOST_KNOWN) break;
      // It will be sent again, should it be needed.
      this.forget(fn);
    }
  }

  /** The worker need not keep that function any more. */
  forget(fn: number): void {
    if (this.known.delete(fn)) this.tell({ is: "forget", fn });
  }

  /** The worker is gone. */
  end(): void {
    if (this.ended) return;
    this.ended = true;
    this.catchUp();
    this.flush();
    this.below.closed();
    this.port.close();
    this.events.ended();
  }

  /** The worker need not tell of results on its tray for now: somebody catches up with it all the time. */
  watch(): void {
    this.isWatched = true;
    this.tray.look(true);
  }

  unwatch(): void {
    this.isWatched = false;
    this.catchUp();
  }

  /** Hears at once what the worker has said so far; did it say anything? */
  catchUp(): boolean {
    if (!this.isWatched) this.tray.look(false);
    const results = this.tray.filled;
    let heard = results > 0;
    // Asking a closed port ends Node 20 with a segmentation fault.
    while (!this.closed) {
      let entry: { message: FromWorker } | undefined;
      try {
        entry = receiveMessageOnPort(this.port) as { message: FromWorker } | undefined;
      } catch (error) {
        this.events.unread(error as Error);
        continue;
      }
      if (entry === undefined) break;
      this.hear(entry.message);
      heard = true;
    }
    this.takeResults(results);
    return heard;
  }

  /** Takes so many results from the tray, if they are still there: what was said before them has been heard. */
  private takeResults(results: number): void {
    if (results > 0) this.flush();
    for (let left = results; left > 0 && this.tray.filled > 0; left--) {
      const { times, result } = this.tray.take();
      this.events.reply(this.resultOf(times, result));
    }
  }

  private resultOf(times: TaskTimes, result: unknown): Reply {
    return { is: "results", thread: this.thread, times, results: { flat: [result] } };
  }

  /** Writes the beginning of a line too. */
  flush(): void {
    this.output.stdout.flush();
    this.output.stderr.flush();
  }

  private hear(message: FromWorker): void {
    if (!("is" in message)) {
      const [received, started, ended, replied, result] = message;
      return this.hear({ is: "replies", replies: [this.resultOf([received, started, ended, replied], result)] });
    }
    switch (message.is) {
      // Only in a cell do lines of several come together that nobody can tell apart; a program's output is its own business.
      case "print": return this.output[message.stream].write(message.text, printAs(message.voice), message.voice === 0 ? "" : this.mark);
      case "replies":
        this.takeResults(this.tray.filled);
        // What the task printed must be seen before its result.
        this.flush();
        for (const reply of message.replies) this.events.reply(reply);
        return;
      case "tray": return void this.catchUp();
      case "unread": return this.known.clear();
      case "broken": return this.events.broken(new Error(message.why));
      case "bundle": return this.events.bundle(message.bundle);
      case "seated":
        this.seat = message.seat;
        return this.events.seated(message.failure);
      case "queue": return this.below.hear(message);
    }
  }
}

/** The lists of arguments of single calls of one function; undefined when that is not what they are. */
function argumentLists(works: readonly Work[]): Flat["flat"][] | undefined {
  const [{ payload, voice: sameVoice }] = works;
  const lists: Flat["flat"][] = [];
  for (const { payload: { fn }, voice, items, first } of works) {
    if (fn !== payload.fn || voice !== sameVoice || first !== undefined || !("flat" in items)) return undefined;
    lists.push(items.flat);
  }
  return lists;
}
