/**
 * Messages between a pool and a machine, each of which proves to the other that it has the key, before anything of the other is decoded. Both say
 * a random number first, and make of both and the key a key for each direction, of this connection alone: what was said on another one is worth nothing here.
 * Where others can reach the way, every message is sealed (AES-256-GCM, its number being the nonce); otherwise the first of each side.
 */
import { nodeCrypto, v8 } from "../../base/loadLate";
import { clearInterval, setInterval } from "../../base/timers";
import type { Channel } from "./channel";

const NONCE_BYTES = 32;
const TAG_BYTES = 16;
const CIPHER = "aes-256-gcm";
/** So many seconds a machine may take to prove that it has the key; those in which the pool's program computes, and reads nothing, count as one. */
const PROVE_WITHIN = 20;

export interface LinkEvents<In> {
  message(message: In, bodies: readonly Buffer[]): void;
  closed(why: string): void;
}

export class Link<In, Out> {
  private readonly nonce = nodeCrypto().randomBytes(NONCE_BYTES);
  private keys: { readonly sending: Buffer; readonly receiving: Buffer } | undefined;
  private sent = 0;
  private received = 0;
  private parts: Buffer[] = [];
  private readonly waiting: (() => void)[] = [];
  private isClosed = false;
  private events!: LinkEvents<In>;
  private readonly limit: NodeJS.Timeout | undefined;

  /** @param side which of the two this is: they have different keys */
  constructor(
    private readonly channel: Channel,
    private readonly key: Uint8Array,
    private readonly side: "pool" | "machine",
  ) {
    // A machine waits for as long as the pool's program computes; it leaves when that has gone.
    if (side === "machine") return;
    let left = PROVE_WITHIN;
    this.limit = setInterval(() => {
      if (--left === 0) this.fail("the other side has not proved that it has the key");
    }, 1000).unref();
  }

  open(events: LinkEvents<In>): void {
    this.events = events;
    this.channel.open({ message: (bytes) => this.take(bytes), closed: (why) => this.end(why) });
    this.channel.send([this.nonce]);
  }

  send(message: Out, bodies: readonly Uint8Array[] = []): void {
    if (this.isClosed) return;
    if (this.keys === undefined) {
      this.waiting.push(() => this.send(message, bodies));
      return;
    }
    const head = v8().serialize([message, ...bodies.map(({ byteLength }) => byteLength)]);
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(head.byteLength);
    let part: Uint8Array[] = [];
    let room = this.room;
    for (let piece of [length, head, ...bodies]) {
      while (piece.byteLength > room) {
        part.push(piece.subarray(0, room));
        this.sendPart(part, false);
        piece = piece.subarray(room);
        part = [];
        room = this.room;
      }
      part.push(piece);
      room -= piece.byteLength;
    }
    this.sendPart(part, true);
  }

  close(): void {
    clearInterval(this.limit);
    this.isClosed = true;
    this.channel.close();
  }

  private get room(): number {
    return this.channel.longest - TAG_BYTES - 1;
  }

  private sendPart(pieces: readonly Uint8Array[], isLast: boolean): void {
    const mark = Buffer.from([isLast ? 1 : 0]);
    const number = this.sent++;
    if (!this.isSealed(number)) return this.channel.send([mark, ...pieces]);
    const cipher = nodeCrypto().createCipheriv(CIPHER, (this.keys as { sending: Buffer }).sending, ivOf(number));
    const sealed = [mark, ...pieces].map((piece) => cipher.update(piece));
    cipher.final();
    this.channel.send([...sealed, cipher.getAuthTag()]);
  }

  private isSealed(number: number): boolean {
    return number === 0 || !this.channel.isPrivate;
  }

  private take(bytes: Buffer): void {
    if (this.isClosed) return;
    if (this.keys === undefined) return this.agree(bytes);
    const part = this.unsealed(bytes);
    if (part === undefined) return this.fail("a message came that was not sealed with the key of this cluster");
    clearInterval(this.limit);
    this.parts.push(part.subarray(1));
    if (part[0] !== 1) return;
    const [first = part] = this.parts;
    const whole = this.parts.length === 1 ? first : Buffer.concat(this.parts);
    this.parts = [];
    const end = 4 + whole.readUInt32BE();
    const [message, ...lengths] = v8().deserialize(Buffer.from(whole.subarray(4, end))) as [In, ...number[]];
    let at = end;
    const bodies = lengths.map((length) => whole.subarray(at, (at += length)));
    this.events.message(message, bodies);
  }

  private agree(nonce: Buffer): void {
    if (nonce.byteLength !== NONCE_BYTES) return this.fail("what came first was no greeting of this library");
    const salt = Buffer.concat(this.side === "pool" ? [this.nonce, nonce] : [nonce, this.nonce]);
    const keyOf = (side: string): Buffer =>
      Buffer.from(nodeCrypto().hkdfSync("sha256", this.key, salt, `parallel-typescript ${side}`, 32));
    const other = this.side === "pool" ? "machine" : "pool";
    this.keys = { sending: keyOf(this.side), receiving: keyOf(other) };
    for (const send of this.waiting.splice(0)) send();
  }

  private unsealed(bytes: Buffer): Buffer | undefined {
    const number = this.received++;
    if (!this.isSealed(number)) return bytes;
    if (bytes.byteLength <= TAG_BYTES) return undefined;
    const decipher = nodeCrypto().createDecipheriv(
      CIPHER,
      (this.keys as { receiving: Buffer }).receiving,
      ivOf(number),
      { authTagLength: TAG_BYTES },
    );
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const part = decipher.update(bytes.subarray(0, -TAG_BYTES));
    try {
      decipher.final();
    } catch {
      // The only way in which Node tells that somebody else has sealed it.
      return undefined;
    }
    return part;
  }

  private fail(why: string): void {
    this.channel.close();
    this.end(why);
  }

  private end(why: string): void {
    clearInterval(this.limit);
    if (this.isClosed) return;
    this.isClosed = true;
    this.events.closed(why);
  }
}

function ivOf(number: number): Buffer {
  const iv = Buffer.alloc(12);
  iv.writeBigUInt64BE(BigInt(number), 4);
  return iv;
}
