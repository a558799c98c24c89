/** The bar of a call that was asked to show one. Pools know nothing of pictures: whoever can draw bars leaves here how to open one. */
import { CancelledError, PoolClosedError } from "../../base/errors";
import { Interrupted, onStop } from "../../base/interrupt";

export type BarEnd = "finished" | "failed" | "stopped";
export interface Bar {
  /** So many more items are done. */
  advance(items: number): void;
  end(state: BarEnd): void;
}
export type OpenBar = (label: string, total: number | undefined) => Bar;

let openBar: OpenBar = () => ({ advance: () => undefined, end: () => undefined });

/** Has the bars of all calls opened by `open` from now on. */
export function openBarsWith(open: OpenBar): void {
  openBar = open;
}

/** Counts the items of one call as their tasks end. Only the first end counts. */
export class CallBar {
  private readonly bar: Bar;
  private ended = false;
  /** Promises of a stopped cell may never go on. */
  private readonly forgetStop = onStop(() => this.end("stopped"));

  constructor(
    name: string,
    total: number | undefined,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.bar = openBar(name, total);
  }

  advance(items: number): void {
    if (!this.ended) this.bar.advance(items);
  }

  end(state: BarEnd): void {
    if (this.ended) return;
    this.ended = true;
    this.forgetStop();
    this.bar.end(state);
  }

  /** The call ended with an error, or because somebody wanted it to. */
  fail(error: unknown): void {
    const isWanted =
      error instanceof Interrupted ||
      error instanceof PoolClosedError ||
      error instanceof CancelledError ||
      (this.signal?.aborted === true && error === this.signal.reason);
    this.end(isWanted ? "stopped" : "failed");
  }
}

/** How many items there are, where that is known before they are read. */
export function knownCount(items: unknown): number | undefined {
  if (Array.isArray(items)) return items.length;
  if (items instanceof Set || items instanceof Map) return items.size;
  return ArrayBuffer.isView(items) && "length" in items ? (items.length as number) : undefined;
}
