/** One call over a list of items, cut into chunks; the results are put together in the order of the items. */
import { defaultChunkSize } from "../../base/chunkSize";
import { clock } from "../../base/clock";
import { concatLists, numbersOf } from "../../serialize/encode/compactList";
import { giveBack } from "../../serialize/message/sharedMemory";
import { encodedChunk, fixed, numbersChunk, resultsOf } from "./chunk";
import type { Scheduler } from "../scheduler/scheduler";
import type { Chunk, Task } from "../scheduler/task";
import type { Call } from "./sentFunction";

export interface MapCall extends Call {
  /** Each item is a list of arguments. */
  readonly spread: boolean;
  readonly chunkSize: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Runs a function over all items, in chunks; the results in the order of the items. The first failure ends the call. */
export async function runMap(scheduler: Scheduler, call: MapCall, items: readonly unknown[]): Promise<unknown[]> {
  const size = call.chunkSize ?? Math.max(1, defaultChunkSize(items.length, scheduler.size));
  const begun = clock();
  const numbers = call.spread ? undefined : numbersOf(items, true);
  const packing = ((clock() - begun) * size) / items.length;
  const chunks: Chunk[] = [];
  // All chunks are made before the first is sent: a value that cannot travel is refused before any task begins.
  for (let first = 0; first < items.length; first += size) {
    chunks.push(
      numbers === undefined
        ? encodedChunk(call, items.slice(first, first + size), first, call.spread)
        : numbersChunk(call, numbers.subarray(first, first + size), first, packing),
    );
  }
  const results = await runChunks(scheduler, call, chunks);
  const [only, ...others] = results;
  const list = others.length === 0 && Array.isArray(only) ? (only as unknown[]) : concatLists(results);
  if (numbers !== undefined) giveBack(numbers.buffer as SharedArrayBuffer);
  return list;
}

/** Runs the chunks as tasks: the results of each, in their order. */
function runChunks(scheduler: Scheduler, { fn, signal }: MapCall, chunks: Chunk[]): Promise<ArrayLike<unknown>[]> {
  return new Promise((resolve, reject) => {
    const results: ArrayLike<unknown>[] = [];
    let started = 0;
    let ended = 0;
    let isOver = false;
    const end = (): void => {
      isOver = true;
      signal?.removeEventListener("abort", onAbort);
      if (!fn.payload.once && !fn.isLasting) scheduler.forget(fn.payload.fn);
    };
    const fail = (error: unknown): void => {
      if (isOver) return;
      end();
      reject(error);
    };
    const onAbort = (): void => fail(signal?.reason);
    if (signal?.aborted === true) return onAbort();
    if (chunks.length === 0) {
      end();
      return resolve([]);
    }
    signal?.addEventListener("abort", onAbort);
    const taskFor = (chunk: Chunk, position: number): Task => ({
      chunk,
      signal,
      failed: fail,
      wanted: () => !isOver,
      done: (reply) => {
        try {
          results[position] = resultsOf(reply, chunk);
        } catch (error) {
          return fail(error);
        }
        if (++ended < chunks.length || isOver) return;
        end();
        resolve(results);
      },
    });
    scheduler.add({
      next: () => {
        const chunk = isOver ? undefined : chunks[started];
        return chunk && taskFor(chunk, started++);
      },
      left: () => (isOver ? 0 : chunks.length - started),
      gone: fail,
    });
    // Chunks that have to wait send the items that were there when the call was made.
    try {
      for (const [position, chunk] of chunks.entries()) if (position >= started) chunks[position] = fixed(chunk);
    } catch (error) {
      fail(error);
    }
  });
}
