/** A part of a call that one worker is to do: its items made ready to be sent, and the results that come back. */
import { clock } from "../ground/clock";
import { decode } from "../transport/decode";
import type { Decoded } from "../transport/decode";
import { encode } from "../transport/encode";
import { numbersOf } from "../transport/numbers";
import { isPrimitive } from "../transport/plain";
import { pack } from "../transport/pack";
import { whatHappened } from "./died";
import { fromFailure } from "./failure";
import type { Job } from "./job";
import type { Items, Reply, Work } from "./protocol";
import type { Shipment } from "./shipment";

/** A chunk of items made ready to be sent. */
export type Chunk = Pick<Job, "work" | "moves" | "held" | "mayShare" | "queued">;

export function chunkOf(shipment: Shipment, items: readonly unknown[], first: number | undefined, spread: boolean): Chunk {
  const begun = clock();
  const numbers = spread ? undefined : numbersOf(items, true);
  if (numbers !== undefined) return readyMade(shipment, numbers, first, clock() - begun);
  const what = (index: number): string => (first === undefined ? "the argument list" : `item ${first + index}`);
  const simple = items.every(isPrimitive);
  const { message, moves, held } = simple ? { message: { plain: items }, moves: [], held: [] } : encode(items, { what, shared: true, context: shipment.ids });
  const queued = clock();
  return {
    work: { payload: shipment.payload, call: shipment.call, voice: shipment.voice, items: message, spread, first }, moves,
    held: held.length === 0 ? shipment.held : [...held, ...shipment.held], mayShare: simple && !shipment.payload.once,
    queued: { items: items.length, packing: queued - begun, queued },
  };
}

export function readyMade(shipment: Shipment, numbers: Float64Array, first: number | undefined, packing: number): Chunk {
  return {
    work: { payload: shipment.payload, call: shipment.call, voice: shipment.voice, items: numbers, spread: false, first }, moves: [], held: shipment.held, mayShare: true,
    queued: { items: numbers.length, packing, queued: clock() },
  };
}

/** The results that the reply to a chunk brings; throws the error that it brings instead. */
export function resultsOf(reply: Reply, items: Items): ArrayLike<unknown> {
  if (reply.is === "failure") throw fromFailure(reply.failure);
  if (reply.results === "in place") return items as Float64Array;
  return reply.results instanceof Float64Array ? reply.results : (decode(reply.results, { evaluate: false }) as Decoded).value as unknown[];
}

/** The work of a task that has to wait: with its items as they are now, whoever changes them meanwhile. */
export function settled({ work, moves, mayShare }: Pick<Job, "work" | "moves" | "mayShare">): Work {
  const { items } = work;
  // Primitives cannot change, and what will be moved is given away already.
  if (mayShare || moves.length > 0 || items instanceof Float64Array || "bytes" in items) return work;
  try {
    return { ...work, items: pack(items) };
  } catch (error) {
    throw whatHappened(error as Error, work, -1);
  }
}
