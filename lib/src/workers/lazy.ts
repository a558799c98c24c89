/**
 * imap and imapUnordered: results as they come. Lazy at both ends: the source is read only so far ahead that every worker has
 * something to do and something waiting, so memory stays flat over an endless source.
 */
import { chunkOf, resultsOf } from "./calls";
import type { Shipment } from "./calls";
import type { Crew, Job } from "./crew";

/** How many chunks a worker may be ahead of the consumer: one that runs, one that waits, one that is done. */
const AHEAD = 3;

export interface LazyOptions {
  readonly ordered: boolean;
  readonly chunkSize: number;
  readonly signal: AbortSignal | undefined;
}
type Source = AsyncIterator<unknown> | Iterator<unknown>;
type Outcome = { readonly results: readonly unknown[] } | { readonly error: unknown };

export async function* runLazily(crew: Crew, shipment: Shipment, items: Iterable<unknown> | AsyncIterable<unknown>, options: LazyOptions): AsyncGenerator<unknown, void, undefined> {
  const { signal } = options;
  signal?.throwIfAborted();
  const source: Source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const stop = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    signal?.addEventListener("abort", () => {
      stop.abort(signal.reason);
      reject(signal.reason);
    }, { once: true, signal: stop.signal });
  });
  // Nobody may be waiting for it at the moment in which it happens.
  aborted.catch(() => undefined);
  const reader = new ChunkReader(crew, shipment, source, options, stop.signal);
  try {
    for (;;) {
      const outcome = await Promise.race([reader.next(), aborted]);
      if (outcome === undefined) return;
      if ("error" in outcome) throw outcome.error;
      yield* outcome.results;
    }
  } finally {
    reader.cancel();
    if (signal === undefined || !signal.aborted) stop.abort();
    crew.forget(shipment.payload.call);
    await reader.closeSource();
  }
}

/** Reads the source in chunks, runs them, and hands over outcomes in the order asked for. */
class ChunkReader {
  private readonly outcomes: Promise<Outcome>[] = [];
  private readonly finished: Outcome[] = [];
  private readonly waiting: ((outcome: Outcome | undefined) => void)[] = [];
  private readCount = 0;
  private open = 0;
  private sourceEnded = false;
  private cancelled = false;
  private reading: Promise<void> | undefined;

  constructor(
    private readonly crew: Crew, private readonly shipment: Shipment, private readonly source: Source,
    private readonly options: LazyOptions, private readonly stop: AbortSignal,
  ) {}

  /** The next outcome; undefined when there are no more. */
  async next(): Promise<Outcome | undefined> {
    this.readAhead();
    if (this.options.ordered) {
      while (this.outcomes.length === 0 && !(this.sourceEnded && this.reading === undefined)) await this.reading;
      const first = this.outcomes.shift();
      const outcome = await first;
      if (first !== undefined) this.handedOver();
      return outcome;
    }
    const ready = this.finished.shift();
    if (ready !== undefined) {
      this.handedOver();
      return ready;
    }
    if (this.sourceEnded && this.reading === undefined && this.open === 0) return undefined;
    const outcome = await new Promise<Outcome | undefined>((resolve) => this.waiting.push(resolve));
    if (outcome !== undefined) this.handedOver();
    return outcome;
  }

  /** Starts no further chunk. */
  cancel(): void {
    this.cancelled = true;
  }

  async closeSource(): Promise<void> {
    if (this.sourceEnded) return;
    this.sourceEnded = true;
    // The source may be in the middle of an item; a generator closes when that is there.
    await this.source.return?.();
  }

  private handedOver(): void {
    this.open--;
    this.readAhead();
  }

  private readAhead(): void {
    if (this.reading !== undefined || this.sourceEnded || this.cancelled || this.open >= AHEAD * this.crew.size) return;
    this.reading = this.readChunks().finally(() => {
      this.reading = undefined;
      // Whoever waits for an outcome that will not come must be told.
      if (this.sourceEnded && this.open === 0) for (const tell of this.waiting.splice(0)) tell(undefined);
    });
  }

  private async readChunks(): Promise<void> {
    while (!this.sourceEnded && !this.cancelled && this.open < AHEAD * this.crew.size) {
      const items: unknown[] = [];
      try {
        while (items.length < this.options.chunkSize) {
          const step = this.source.next();
          const { done, value } = step instanceof Promise ? await step : await (step as IteratorResult<unknown>);
          if (done === true) {
            this.sourceEnded = true;
            break;
          }
          items.push(value);
        }
      } catch (error) {
        this.sourceEnded = true;
        if (items.length > 0) this.run(items);
        this.give(Promise.resolve({ error }));
        return;
      }
      if (items.length > 0 && !this.cancelled) this.run(items);
    }
  }

  private run(items: readonly unknown[]): void {
    const first = this.readCount;
    this.readCount += items.length;
    this.give(new Promise<Outcome>((resolve) => {
      const failed = (error: unknown): void => resolve({ error });
      let started = false;
      let chunk: ReturnType<typeof chunkOf>;
      try {
        chunk = chunkOf(this.shipment, items, first, false);
      } catch (error) {
        return failed(error);
      }
      const job: Job = {
        task: chunk.task, moves: chunk.moves, signal: this.options.signal && this.stop, failed,
        done: (reply) => {
          try {
            resolve({ results: resultsOf(reply) });
          } catch (error) {
            failed(error);
          }
        },
      };
      this.crew.add({
        next: () => {
          if (started || this.cancelled) return undefined;
          started = true;
          return job;
        },
        gone: failed,
      });
    }));
  }

  private give(outcome: Promise<Outcome>): void {
    this.open++;
    if (this.options.ordered) {
      this.outcomes.push(outcome);
      return;
    }
    void outcome.then((settled) => {
      const tell = this.waiting.shift();
      if (tell === undefined) this.finished.push(settled);
      else tell(settled);
    });
  }
}
