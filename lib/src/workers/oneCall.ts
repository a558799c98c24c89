/** A call of a function in one worker: a single task. There may be many thousands of them at a time, so each is one small object. */
import { clock } from "../ground/clock";
import { isPrimitive } from "../transport/plain";
import { chunkOf, resultsOf, settled } from "./chunk";
import type { Chunk } from "./chunk";
import type { Crew } from "./crew";
import type { Job, JobSource } from "./job";
import type { Reply, Work } from "./protocol";
import type { Queued } from "./record";
import { ship } from "./shipment";
import type { Shipment } from "./shipment";

/** Runs one call of fn in one worker. Throws what is wrong with it at once. */
export function runOne(crew: Crew, fn: Function, args: readonly unknown[], signal: AbortSignal | undefined): Promise<unknown> {
  const shipment = ship(fn, true);
  const chunk = args.every(isPrimitive) ? simpleChunk(shipment, args) : chunkOf(shipment, [args], undefined, true);
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const call = new OneCall(chunk, signal, resolve, reject);
    signal?.addEventListener("abort", call);
    crew.add(call);
    call.settleDown();
  });
}

function simpleChunk({ payload, call, voice, held, lasting }: Shipment, args: readonly unknown[]): Chunk {
  const queued = clock();
  return { work: { payload, call, voice, items: { plain: [args.slice()] }, spread: true, first: undefined }, moves: NO_MOVES, held, mayShare: lasting, queued: { items: 1, packing: 0, queued } };
}
const NO_MOVES: ArrayBuffer[] = [];

class OneCall implements Job, JobSource {
  readonly mayShare: boolean;
  readonly moves: ArrayBuffer[];
  readonly held: readonly object[];
  readonly queued: Queued;
  work: Work;
  private given = false;
  private over = false;

  constructor(chunk: Chunk, readonly signal: AbortSignal | undefined, private readonly resolve: (result: unknown) => void, private readonly reject: (error: unknown) => void) {
    ({ work: this.work, moves: this.moves, held: this.held, queued: this.queued } = chunk);
    this.mayShare = chunk.mayShare && signal === undefined;
  }

  /** It may have to wait: what it sends is what it was when it was called. */
  settleDown(): void {
    if (this.given || this.over) return;
    try {
      this.work = settled(this);
    } catch (error) {
      this.failed(error);
    }
  }

  handleEvent(): void {
    this.failed(this.signal?.reason);
  }

  next(): Job | undefined {
    if (this.given || this.over) return undefined;
    this.given = true;
    return this;
  }

  left(): number {
    return this.given || this.over ? 0 : 1;
  }

  wanted(): boolean {
    return !this.over;
  }

  gone(error: unknown): void {
    this.failed(error);
  }

  done(reply: Reply): void {
    try {
      this.resolve(resultsOf(reply, this.work.items)[0]);
    } catch (error) {
      this.reject(error);
    }
    this.end();
  }

  failed(error: unknown): void {
    this.reject(error);
    this.end();
  }

  private end(): void {
    this.over = true;
    this.signal?.removeEventListener("abort", this);
  }
}
