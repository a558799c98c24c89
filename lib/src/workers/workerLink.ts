/** The line to one worker of a pool: its batches and replies, what it prints, what it asks of queues. */
import { receiveMessageOnPort } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { Lines } from "./lines";
import type { Failure, FromWorker, Payload, Reply, ToWorker, Work } from "./protocol";
import { Below } from "./queueDown";
import { printAs } from "./voices";

/** How many functions a worker keeps. */
const MOST_KNOWN = 500;

export interface LinkEvents {
  seated(seat: number, failure: Failure | undefined): void;
  reply(seat: number, reply: Reply): void;
  /** Something that it said could not be read. */
  unread(error: Error): void;
  /** It is gone. */
  ended(): void;
}

export class WorkerLink {
  private closed = false;
  private ended = false;
  private readonly below = new Below((answer) => this.tell(answer));
  private readonly output = { stdout: new Lines("stdout"), stderr: new Lines("stderr") };
  /** The functions that the worker has. */
  private readonly known = new Set<number>();

  /** @param mark what its lines begin with in a cell; "" where it is the only one that speaks */
  constructor(private readonly port: MessagePort, private readonly mark: string, private readonly events: LinkEvents) {
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

  /** Hears at once what the worker has said so far; did it say anything? */
  catchUp(): boolean {
    let heard = false;
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
    return heard;
  }

  /** Writes the beginning of a line too. */
  flush(): void {
    this.output.stdout.flush();
    this.output.stderr.flush();
  }

  private hear(message: FromWorker): void {
    if (!("is" in message)) {
      const [seat, thread, received, started, ended, replied, result] = message;
      return this.hear({ is: "replies", seat, replies: [{ is: "results", thread, times: [received, started, ended, replied], results: { plain: [result] } }] });
    }
    switch (message.is) {
      // Only in a cell do lines of several come together that nobody can tell apart; a program's output is its own business.
      case "print": return this.output[message.stream].write(message.text, printAs(message.voice), message.voice === 0 ? "" : this.mark);
      case "replies":
        // What the task printed must be seen before its result.
        this.flush();
        for (const reply of message.replies) this.events.reply(message.seat, reply);
        return;
      case "unread": return this.known.clear();
      case "seated": return this.events.seated(message.seat, message.failure);
      case "queue": return this.below.hear(message);
    }
  }
}

/** The lists of arguments of single calls of one function; undefined when that is not what they are. */
function argumentLists(works: readonly Work[]): unknown[][] | undefined {
  const [{ payload, voice: sameVoice }] = works;
  const lists: unknown[][] = [];
  for (const { payload: { fn }, voice, items, first } of works) {
    if (fn !== payload.fn || voice !== sameVoice || first !== undefined || !("plain" in items)) return undefined;
    lists.push((items.plain as unknown[][])[0]);
  }
  return lists;
}
