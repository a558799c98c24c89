/**
 * What a lock, a semaphore, an event or a barrier does, wherever that is done: where it was made (lockHome.ts, signalHomes.ts), or by way of the parent
 * (client.ts). The thread that has made it has those who wait, in their order; what it is, is in words of shared memory.
 */
import type { Wait } from "../base/waiters";
import type { Action } from "./messages";

export interface Home {
  readonly words: Int32Array | WordsElsewhere;
  /** Does a wait that has come to its end give the one who waited something that it has to give back? */
  readonly givesUnits: boolean;
  /** Waits its turn. A lock or semaphore gives 1 when the one who had it before died with it, else 0; an event 1, or 0 when time is up; a barrier the index. */
  wait(how: Wait<number>): Promise<number>;
  /** The same, blocking this thread. */
  waitSync(timeout: number | undefined): number;
  /** @param died it is done for somebody who is dead */
  act(action: Action, died?: boolean): void;
  /** That thread, to which it was sent, is dead: it may have changed the words and not have come to say so. Only where it was made. */
  threadEnded?(thread: number): void;
}

/** The words as a process sees them, which shares no memory. */
export interface WordsElsewhere {
  look(): Promise<readonly number[]>;
  lookSync(): readonly number[];
}

export function wordOf({ words }: Home, index: number): number {
  return (words instanceof Int32Array ? Atomics.load(words, index) : words.lookSync()[index]) as number;
}

/** Somebody who has waited is gone, or does not want it any more. */
export function giveBack(home: Home, value: number): void {
  // Who waits next is to be told of the same death.
  if (home.givesUnits) home.act("release", value === 1);
}

export function sharedWords(...values: number[]): Int32Array {
  const words = new Int32Array(new SharedArrayBuffer(values.length * Int32Array.BYTES_PER_ELEMENT));
  words.set(values);
  return words;
}

export function mustWait(what: string, instead: string): Error {
  return new Error(
    `${what} would have to wait, and would block the thread that made it, which all others need: nobody could ever end that. Write await ${instead} here; the ...Sync forms are for workers and processes.`,
  );
}
