/** A way to another program on which whole messages come in their order, or not at all: bytes, whoever may read them. */
import type { Readable, Writable } from "node:stream";

export interface ChannelEvents {
  message(bytes: Buffer): void;
  /** Nothing comes any more. */
  closed(why: string): void;
}

export interface Channel {
  /** Nobody else can read it or write to it. */
  readonly isPrivate: boolean;
  /** The longest message, in bytes. */
  readonly longest: number;
  open(events: ChannelEvents): void;
  /** @param parts of one message */
  send(parts: readonly Uint8Array[]): void;
  close(): void;
}

const LENGTH_BYTES = 4;
const LONGEST = 2 ** 30;
/** Nobody who has not proved anything may have this program keep more than that. */
const LONGEST_FIRST = 2 ** 16;
/** Parts that are smaller together are put into one buffer: a system call for each takes longer. */
const SMALL = 2 ** 16;
/** What is larger is read into shared memory, so that several workers can read it there. */
const LARGE = 2 ** 20;

/** Messages on a stream of bytes: each with its length before it. */
export class StreamChannel implements Channel {
  readonly longest = LONGEST;
  /** What is read now: the length of a message, or the message. */
  private coming: Buffer = Buffer.allocUnsafe(LENGTH_BYTES);
  private isLength = true;
  private have = 0;
  private received = 0;
  private bytesRead = 0;
  private isHeld = false;
  private isClosed = false;
  private events!: ChannelEvents;

  constructor(
    private readonly input: Readable,
    private readonly output: Writable,
    readonly isPrivate: boolean,
  ) {}

  open(events: ChannelEvents): void {
    this.events = events;
    this.input.on("data", (chunk: Buffer) => this.take(chunk));
    for (const [stream, event] of [
      [this.input, "end"],
      [this.input, "close"],
    ] as const)
      stream.on(event, () => this.ended("the connection was closed"));
    this.input.on("error", (error: Error) => this.ended(`the connection broke: ${error.message}`));
    this.output.on("close", () => this.readTheRest("the connection was closed"));
    this.output.on("error", (error: Error) => this.readTheRest(`the connection broke: ${error.message}`));
    // Whoever read from it before may have paused it.
    this.input.resume();
  }

  send(parts: readonly Uint8Array[]): void {
    if (this.isClosed) return;
    const length = Buffer.allocUnsafe(LENGTH_BYTES);
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    length.writeUInt32BE(bytes);
    const pieces = [length, ...parts];
    const whole = bytes <= SMALL ? [Buffer.concat(pieces)] : pieces;
    // What is said in one turn goes in one call of the system.
    if (!this.isHeld) {
      this.isHeld = true;
      this.output.cork();
      process.nextTick(() => {
        this.isHeld = false;
        this.output.uncork();
      });
    }
    for (const piece of whole) this.output.write(piece);
  }

  close(): void {
    this.isClosed = true;
    this.output.end();
    this.input.destroy();
  }

  /**
   * Nobody reads any more what is written: the other side has died. What it has said before is still there to be read, results among it. The end of that may
   * never come, for a program that it has started can hold its output.
   */
  private readTheRest(why: string, before?: number): void {
    if (this.isClosed) return;
    const { bytesRead } = this;
    if (bytesRead === before) return this.ended(why);
    // Between the two, all that is there is read.
    setImmediate(() => setImmediate(() => this.readTheRest(why, bytesRead)));
  }

  private ended(why: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.events.closed(why);
  }

  private take(chunk: Buffer): void {
    this.bytesRead += chunk.byteLength;
    let at = 0;
    while (at < chunk.byteLength && !this.isClosed) {
      const copied = Math.min(chunk.byteLength - at, this.coming.byteLength - this.have);
      this.coming.set(chunk.subarray(at, at + copied), this.have);
      this.have += copied;
      at += copied;
      if (this.have === this.coming.byteLength) this.arrived();
    }
  }

  /** A length or a message is complete. */
  private arrived(): void {
    const { coming } = this;
    this.have = 0;
    this.isLength = !this.isLength;
    if (this.isLength) {
      this.coming = Buffer.allocUnsafe(LENGTH_BYTES);
      this.received++;
      return this.events.message(coming);
    }
    const bytes = coming.readUInt32BE();
    if (bytes === 0 || bytes > (this.received < 2 ? LONGEST_FIRST : LONGEST)) {
      this.ended("what came was no message of this library");
      return this.close();
    }
    this.coming = bytes > LARGE ? Buffer.from(new SharedArrayBuffer(bytes)) : Buffer.allocUnsafe(bytes);
  }
}
