/**
 * Reads a source in chunks, runs them, and hands over their results. Lazy at both ends: it reads only so far ahead that every
 * worker has something to do and something waiting, so memory stays flat over an endless source.
 */
import { setMaxListeners } from "node:events";
import { isAsyncIterable } from "../../base/items";
import type { Items } from "../../base/items";
import { readsChunks } from "../../words/readInChunks";
import { transfer } from "../../serialize/message/transfer";
import { chunkOf, resultsOf, settled } from "./chunk";
import { checkStep, closeSource } from "./asyncSource";
import type { Scheduler } from "../scheduler/scheduler";
import type { Chunk, Task } from "../scheduler/task";
import type { Shipment } from "./sentFunction";

export interface ImapOptions {
  readonly ordered: boolean;
  readonly chunkSize: number;
  readonly signal: AbortSignal | undefined;
}
type Outcome = { readonly results: ArrayLike<unknown> } | { readonly error: unknown };
interface Entry {
  outcome?: Outcome;
}

/** How many chunks a worker may be ahead of the consumer: one that runs, one that waits, one that is done. */
const AHEAD = 3;
/** How long a chunk may go on when nobody wants its results any more, in milliseconds: a new worker costs more than the end of a short task. */
const GRACE = 200;

export class ImapSource {
  /** What will be handed over, first things first; unordered: what is done. */
  private readonly line: Entry[] = [];
  /** Chunks that were read and not handed over. */
  private open = 0;
  private running = 0;
  private readCount = 0;
  private source: AsyncIterator<unknown> | Iterator<unknown> | undefined;
  private asking = false;
  private sourceEnded = false;
  private sourceError: { readonly error: unknown } | undefined;
  private reading = false;
  private left = false;
  private stopped: { readonly reason: unknown } | undefined;
  private readonly cancel = new AbortController();
  private wake: () => void = () => undefined;
  private readonly release: () => void;
  private killTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly shipment: Shipment,
    private readonly items: Items<unknown>,
    private readonly options: ImapOptions,
  ) {
    this.release = scheduler.lifetime.holdFor();
    setMaxListeners(0, this.cancel.signal);
    for (const signal of this.signals()) signal.addEventListener("abort", this.onAbort);
    const aborted = this.signals().find((signal) => signal.aborted);
    if (aborted !== undefined) this.stopped = { reason: aborted.reason };
  }

  /** The results of a chunk; undefined when there are no more. */
  async next(): Promise<ArrayLike<unknown> | undefined> {
    for (;;) {
      if (this.stopped !== undefined) throw this.stopped.reason;
      if (this.left) return undefined;
      const outcome = this.line[0]?.outcome;
      if (outcome !== undefined) {
        this.line.shift();
        this.open--;
        void this.read();
        if ("error" in outcome) throw outcome.error;
        return outcome.results;
      }
      void this.read();
      // What was read last may not run yet.
      if (this.sourceEnded && this.open === 0 && !this.reading) {
        if (this.sourceError !== undefined) throw this.sourceError.error;
        return undefined;
      }
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  /** Nobody will ask for more: starts no further chunk, and frees the workers. */
  leave(): void {
    if (this.left) return;
    this.left = true;
    for (const signal of this.signals()) signal.removeEventListener("abort", this.onAbort);
    if (!this.shipment.lasting) this.scheduler.forget(this.shipment.payload.fn);
    if (this.running > 0) this.killTimer = setTimeout(() => this.cancel.abort(), GRACE);
    if (this.asking && this.source !== undefined) {
      this.sourceEnded = true;
      closeSource(this.source);
    }
    this.release();
    this.wake();
  }

  /** Closes the source, and resolves when that is done, where it can be waited for. */
  async closed(): Promise<void> {
    if (this.sourceEnded) return;
    this.sourceEnded = true;
    await this.source?.return?.();
  }

  private readonly onAbort = (event: Event): void => {
    const { reason } = event.target as AbortSignal;
    this.stopped ??= { reason };
    this.cancel.abort(reason);
    this.wake();
  };

  private signals(): AbortSignal[] {
    const { signal } = this.options;
    return signal === undefined ? [this.scheduler.lifetime.terminated] : [this.scheduler.lifetime.terminated, signal];
  }

  private async read(): Promise<void> {
    if (this.reading) return;
    this.reading = true;
    while (!this.sourceEnded && !this.left && this.stopped === undefined && this.open < AHEAD * this.scheduler.size) {
      const items: unknown[] = [];
      try {
        await this.fill(items);
      } catch (error) {
        // What came before it is still wanted.
        this.sourceEnded = true;
        this.sourceError = { error };
      }
      if (items.length > 0 && !this.left) this.run(items);
    }
    this.reading = false;
    this.wake();
  }

  /** Fills one chunk. */
  private async fill(items: unknown[]): Promise<void> {
    const { items: from } = this;
    const isAsync = isAsyncIterable(from);
    this.source ??= isAsync ? from[Symbol.asyncIterator]() : from[Symbol.iterator]();
    while (items.length < this.options.chunkSize && !this.left) {
      this.asking = isAsync;
      const step = checkStep(isAsync ? await this.source.next() : (this.source.next() as IteratorResult<unknown>));
      this.asking = false;
      if (step.done === true) {
        this.sourceEnded = true;
        return;
      }
      items.push(readsChunks(from) ? givenAway(step.value as Uint8Array<ArrayBuffer>) : step.value);
    }
  }

  private run(items: readonly unknown[]): void {
    const entry: Entry = {};
    const first = this.readCount;
    this.readCount += items.length;
    this.open++;
    if (this.options.ordered) this.line.push(entry);
    const settle = (outcome: Outcome): void => {
      if (entry.outcome !== undefined) return;
      entry.outcome = outcome;
      if (!this.options.ordered) this.line.push(entry);
      this.wake();
    };
    let chunk: Chunk | undefined;
    try {
      chunk = chunkOf(this.shipment, items, first, false);
    } catch (error) {
      return settle({ error });
    }
    this.scheduler.add({
      next: () => {
        if (chunk === undefined || this.left || this.stopped !== undefined) return undefined;
        const task = this.taskFor(chunk, settle);
        chunk = undefined;
        return task;
      },
      left: () => (chunk === undefined ? 0 : 1),
      gone: (error) => settle({ error }),
    });
    // What has to wait is sent as it was when it was read.
    try {
      if (chunk !== undefined) chunk = settled(chunk);
    } catch (error) {
      chunk = undefined;
      settle({ error });
    }
  }

  private taskFor(chunk: Chunk, settle: (outcome: Outcome) => void): Task {
    const end = (outcome: () => Outcome): void => {
      if (--this.running === 0) clearTimeout(this.killTimer);
      try {
        settle(outcome());
      } catch (error) {
        settle({ error });
      }
    };
    this.running++;
    return {
      chunk,
      signal: this.cancel.signal,
      wanted: () => !this.left && this.stopped === undefined,
      done: (reply) => end(() => ({ results: resultsOf(reply, chunk) })),
      failed: (error) => end(() => ({ error })),
    };
  }
}

/** Nobody else has a chunk that was read here, so it can be moved. */
function givenAway(chunk: Uint8Array<ArrayBuffer>): Uint8Array {
  return transfer(chunk, [chunk.buffer]);
}
