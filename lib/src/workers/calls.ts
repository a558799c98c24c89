/**
 * The calls of a pool, cut into tasks: one call is one function over a list of items in chunks, whose results are put together
 * in the order of the items.
 */
import { defaultChunkSize } from "../ground/chunks";
import { clock } from "../ground/clock";
import { decode } from "../transport/decode";
import type { Decoded } from "../transport/decode";
import { encode } from "../transport/encode";
import type { Encoded } from "../transport/encode";
import { pack } from "../transport/pack";
import type { Crew } from "./crew";
import type { Job } from "./job";
import { fromFailure } from "./failure";
import type { Payload, Reply } from "./protocol";
import { voiceOfNow } from "./voices";

let calls = 0;
let tasks = 0;

/** A function made ready to be sent: once, however many tasks there will be. */
export interface Shipment {
  readonly payload: Payload;
  readonly encoded: Encoded;
}

export function ship(fn: Function, once: boolean): Shipment {
  const encoded = encode(fn, { what: fn.name === "" ? "the function" : `the function \`${fn.name}\``, shared: true });
  return { encoded, payload: { call: ++calls, packed: pack(encoded.message, true), once, voice: voiceOfNow(), name: fn.name } };
}

/** A chunk of items made ready to be sent. */
export type Chunk = Pick<Job, "task" | "moves" | "held" | "queued">;

export function chunkOf(shipment: Shipment, items: readonly unknown[], first: number | undefined, spread: boolean): Chunk {
  const what = (index: number): string => (first === undefined ? "the argument list" : `item ${first + index}`);
  const begun = clock();
  const { message, moves, held } = encode(items, { what, shared: true, context: shipment.encoded.ids });
  return { task: { id: ++tasks, payload: shipment.payload, items: message, spread, first }, moves, held: [...held, ...shipment.encoded.held], queued: { items: items.length, packing: clock() - begun, queued: clock() } };
}

/** The results that a reply brings; throws the error that it brings instead. */
export function resultsOf(reply: Reply): unknown[] {
  if (reply.is === "failure") throw fromFailure(reply.failure);
  return (decode(reply.results, { evaluate: false }) as Decoded).value as unknown[];
}

/** Runs a function over all items, in chunks; the results in the order of the items. The first failure ends the call. */
export function runAll(crew: Crew, shipment: Shipment, items: readonly unknown[], spread: boolean, chunkSize: number | undefined, signal: AbortSignal | undefined): Promise<unknown[]> {
  const size = chunkSize ?? Math.max(1, defaultChunkSize(items.length, crew.size));
  const chunks: Chunk[] = [];
  // All chunks are made before the first is sent: what cannot travel must be known before a worker is bothered.
  for (let first = 0; first < items.length; first += size) chunks.push(chunkOf(shipment, items.slice(first, first + size), first, spread));
  return runChunks(crew, shipment, chunks, signal);
}

/** Runs one call of fn in one worker. */
export async function runOne(crew: Crew, fn: Function, args: readonly unknown[], signal: AbortSignal | undefined): Promise<unknown> {
  const shipment = ship(fn, true);
  return (await runChunks(crew, shipment, [chunkOf(shipment, [args], undefined, true)], signal))[0];
}

function runChunks(crew: Crew, shipment: Shipment, chunks: readonly Chunk[], signal: AbortSignal | undefined): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const results: unknown[][] = [];
    let started = 0;
    let ended = 0;
    let over = false;
    const end = (finish: () => void): void => {
      if (over) return;
      over = true;
      signal?.removeEventListener("abort", onAbort);
      if (!shipment.payload.once) crew.forget(shipment.payload.call);
      finish();
    };
    const fail = (error: unknown): void => end(() => reject(error));
    const onAbort = (): void => fail(signal?.reason);
    if (signal?.aborted === true) return onAbort();
    if (chunks.length === 0) return end(() => resolve([]));
    signal?.addEventListener("abort", onAbort);
    const jobFor = (chunk: Chunk, position: number): Job => ({
      ...chunk, signal, failed: fail,
      done: (reply) => {
        try {
          results[position] = resultsOf(reply);
          if (++ended === chunks.length) end(() => resolve(results.flat()));
        } catch (error) {
          fail(error);
        }
      },
    });
    crew.add({ next: () => (over || started === chunks.length ? undefined : jobFor(chunks[started], started++)), gone: fail });
  });
}
