/**
 * Messages in their order, each once, over a server that may lose some: it may be killed, or the network be gone for a while. What was not confirmed is kept
 * and sent again.
 */
import { clearInterval, setInterval } from "../../base/timers";
import type { Channel, ChannelEvents } from "../link/channel";
import { GONE_AFTER } from "./client";

const DATA = 0;
const CONFIRM = 1;
const CLOSED = 2;
const HEAD_BYTES = 9;
/** A server takes messages of 1 MB, unless it was told otherwise. */
const MOST_BYTES = 4 * 2 ** 20;
/** So much may be under way unconfirmed. */
const WINDOW_BYTES = 16 * 2 ** 20;
const LOOK_EVERY = 500;
/** Sent again when not confirmed for so long, in milliseconds; each time twice as long. */
const AGAIN_AFTER = 1000;
const AGAIN_AT_LAST = 16_000;
/** It says that it is there so often, when it has nothing to say. */
const ALIVE_EVERY = 2000;

interface Frame {
  readonly number: number;
  readonly bytes: Uint8Array;
}

export class Reliable implements Channel {
  readonly isPrivate = false;
  readonly longest: number;
  private readonly unconfirmed: Frame[] = [];
  private readonly queue: Frame[] = [];
  private underWay = 0;
  private numbers = 0;
  private expected = 0;
  private isConfirming = false;
  private lastSent = 0;
  private lastConfirmed = Date.now();
  private againAfter = AGAIN_AFTER;
  private lastHeard = Date.now();
  private lastLook = Date.now();
  private early: Uint8Array[] = [];
  private events: ChannelEvents | undefined;
  private isClosed = false;
  private readonly timer = setInterval(() => this.look(), LOOK_EVERY).unref();

  /**
   * @param publish hands one message to the server, which may lose it
   * @param mostBytes how long the server's messages may be
   */
  constructor(
    private readonly publish: (bytes: Uint8Array) => void,
    mostBytes: number,
  ) {
    this.longest = Math.min(mostBytes, MOST_BYTES) - HEAD_BYTES;
  }

  open(events: ChannelEvents): void {
    this.events = events;
    for (const bytes of this.early.splice(0)) this.take(bytes);
  }

  send(parts: readonly Uint8Array[]): void {
    const number = this.numbers++;
    const bytes = Buffer.concat([headOf(DATA, number), ...parts]);
    this.queue.push({ number, bytes });
    this.pump();
  }

  close(): void {
    clearInterval(this.timer);
    this.isClosed = true;
    this.events = undefined;
    this.publish(headOf(CLOSED, 0));
  }

  /** Something has come from the other side, or from somebody who says so. */
  take(bytes: Uint8Array): void {
    if (this.isClosed) {
      // The other side has not heard of it.
      if (bytes[0] === DATA) this.publish(headOf(CLOSED, 0));
      return;
    }
    if (this.events === undefined) {
      this.early.push(bytes);
      return;
    }
    if (bytes.byteLength < HEAD_BYTES) return;
    this.heard();
    const number = Number(Buffer.from(bytes.buffer, bytes.byteOffset, HEAD_BYTES).readBigUInt64BE(1));
    if (bytes[0] === CLOSED) return this.end("the other side has closed the connection");
    if (bytes[0] === CONFIRM) return this.confirmed(number);
    // What has come before is confirmed again; what comes too early will be sent again.
    if (number === this.expected) {
      this.expected++;
      this.events.message(Buffer.from(bytes.buffer, bytes.byteOffset + HEAD_BYTES, bytes.byteLength - HEAD_BYTES));
    }
    if (this.isConfirming) return;
    this.isConfirming = true;
    queueMicrotask(() => {
      this.isConfirming = false;
      this.confirm();
    });
  }

  /** The other side is there. */
  heard(): void {
    const now = Date.now();
    // What was sent into a silence is lost, and need not wait as long as the silence was.
    if (now - this.lastHeard > 2 * ALIVE_EVERY) this.againAfter = AGAIN_AFTER;
    this.lastHeard = now;
  }

  /** The server is there again: what it may have lost is sent again. */
  sendAgain(): void {
    this.lastConfirmed = Date.now();
    for (const { bytes } of this.unconfirmed) this.publish(bytes);
  }

  private confirm(): void {
    this.lastSent = Date.now();
    this.publish(headOf(CONFIRM, this.expected));
  }

  private confirmed(next: number): void {
    while (this.unconfirmed[0] !== undefined && this.unconfirmed[0].number < next) {
      this.underWay -= this.unconfirmed.shift()?.bytes.byteLength ?? 0;
      this.lastConfirmed = Date.now();
      this.againAfter = AGAIN_AFTER;
    }
    this.pump();
  }

  private pump(): void {
    if (this.unconfirmed.length === 0) this.lastConfirmed = Date.now();
    while (this.queue.length > 0 && this.underWay < WINDOW_BYTES) {
      const frame = this.queue.shift() as Frame;
      this.unconfirmed.push(frame);
      this.underWay += frame.bytes.byteLength;
      this.lastSent = Date.now();
      this.publish(frame.bytes);
    }
  }

  /** Nothing comes from there any more. */
  end(why: string): void {
    const { events } = this;
    this.close();
    events?.closed(why);
  }

  private look(): void {
    const now = Date.now();
    // Whoever was halted has not listened, and knows nothing of the others.
    if (now - this.lastLook > 4 * LOOK_EVERY) this.lastHeard = now;
    this.lastLook = now;
    if (now - this.lastHeard > GONE_AFTER) return this.end(`nothing has come from there for ${GONE_AFTER / 1000} s`);
    if (this.unconfirmed.length > 0 && now - this.lastConfirmed > this.againAfter) {
      this.againAfter = Math.min(AGAIN_AT_LAST, 2 * this.againAfter);
      this.sendAgain();
    }
    if (now - this.lastSent > ALIVE_EVERY) this.confirm();
  }
}

function headOf(kind: number, number: number): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head[0] = kind;
  head.writeBigUInt64BE(BigInt(number), 1);
  return head;
}
