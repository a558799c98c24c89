/**
 * The calls of a pool, cut into tasks: one call is one function over a list of items in chunks, whose results are put together
 * in the order of the items.
 */
import { defaultChunkSize } from "../../base/chunkSize";
import { clock } from "../../base/clock";
import { listOf, numbersOf } from "../../serialize/encode/flatLists";
import { giveBack } from "../../serialize/message/sharedMemory";
import { chunkOf, readyMade, resultsOf, settled } from "./chunk";
import type { Scheduler } from "../scheduler/scheduler";
import type { Chunk, Task } from "../scheduler/task";
import type { Shipment } from "./sentFunction";

/** Runs a function over all items, in chunks; the results in the order of the items. The first failure ends the call. */
export function runMap(
  scheduler: Scheduler,
  shipment: Shipment,
  items: readonly unknown[],
  spread: boolean,
  chunkSize: number | undefined,
  signal: AbortSignal | undefined,
): Promise<unknown[]> {
  const size = chunkSize ?? Math.max(1, defaultChunkSize(items.length, scheduler.size));
  const chunks: Chunk[] = [];
  const begun = clock();
  const numbers = spread ? undefined : numbersOf(items, true);
  const packing = ((clock() - begun) * size) / items.length;
  // All chunks are made before the first is sent: what cannot travel must be known before a worker is bothered.
  for (let first = 0; first < items.length; first += size) {
    chunks.push(
      numbers === undefined
        ? chunkOf(shipment, items.slice(first, first + size), first, spread)
        : readyMade(shipment, numbers.subarray(first, first + size), first, packing),
    );
  }
  return runChunks(scheduler, shipment, chunks, signal, () => {
    if (numbers !== undefined) giveBack(numbers.buffer as SharedArrayBuffer);
  });
}

function runChunks(
  scheduler: Scheduler,
  shipment: Shipment,
  chunks: Chunk[],
  signal: AbortSignal | undefined,
  done: () => void,
): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const results: ArrayLike<unknown>[] = [];
    let started = 0;
    let ended = 0;
    let over = false;
    const end = (finish: () => void): void => {
      if (over) return;
      over = true;
      signal?.removeEventListener("abort", onAbort);
      if (!shipment.payload.once && !shipment.lasting) scheduler.forget(shipment.payload.fn);
      finish();
    };
    const fail = (error: unknown): void => end(() => reject(error));
    const onAbort = (): void => fail(signal?.reason);
    if (signal?.aborted === true) return onAbort();
    if (chunks.length === 0) return end(() => resolve([]));
    signal?.addEventListener("abort", onAbort);
    const wanted = (): boolean => !over;
    const taskFor = (chunk: Chunk, position: number): Task => ({
      chunk,
      signal,
      failed: fail,
      wanted,
      done: (reply) => {
        try {
          results[position] = resultsOf(reply, chunk);
          if (++ended < chunks.length) return;
          end(() => resolve(inOneList(results)));
          done();
        } catch (error) {
          fail(error);
        }
      },
    });
    scheduler.add({
      next: () => (over || started === chunks.length ? undefined : taskFor(chunks[started], started++)),
      left: () => (over ? 0 : chunks.length - started),
      gone: fail,
    });
    // Chunks that have to wait send the items that were there when the call was made.
    try {
      for (let position = started; position < chunks.length; position++) chunks[position] = settled(chunks[position]);
    } catch (error) {
      fail(error);
    }
  });
}

function inOneList(parts: readonly ArrayLike<unknown>[]): unknown[] {
  return parts.length === 1 && Array.isArray(parts[0]) ? (parts[0] as unknown[]) : listOf(parts);
}
