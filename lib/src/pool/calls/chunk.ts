/** A part of a call that one worker is to do: its items made ready to be sent, and the results that come back. */
import { types } from "node:util";
import { clock } from "../../base/clock";
import { decode } from "../../serialize/decode/decode";
import type { Decoded } from "../../serialize/decode/decode";
import { encode } from "../../serialize/encode/encode";
import { flatten, listOf, memoryOf, numbersOf, unflatten } from "../../serialize/encode/flatLists";
import { pack } from "../../serialize/message/bytes";
import { borrow, giveBack } from "../../serialize/message/sharedMemory";
import { notCarried } from "../threads/workerDied";
import { fromFailure } from "../../remote/failure";
import type { Reply, Work } from "../protocol/messages";
import type { Queued } from "../record/recorder";
import type { CallOf, Cargo, Shipment } from "./sentFunction";
import type { Chunk } from "../scheduler/task";

export function chunkOf(
  shipment: Shipment,
  items: readonly unknown[],
  first: number | undefined,
  spread: boolean,
): Chunk {
  const begun = clock();
  const numbers = spread ? undefined : numbersOf(items, true);
  if (numbers !== undefined)
    return { ...readyMade(shipment, numbers, first, clock() - begun), borrowed: [numbers.buffer as SharedArrayBuffer] };
  const flat = spread ? undefined : flatten(items, true);
  const what = (index: number): string => (first === undefined ? "the argument list" : `item ${first + index}`);
  const { message, moves, held } =
    flat !== undefined
      ? { message: { flat }, moves: [], held: [] }
      : encode(items, { what, shared: true, context: shipment.ids, own: shipment.own });
  const queued = clock();
  return {
    work: { payload: shipment.payload, call: shipment.call, route: shipment.route, items: message, spread, first },
    moves,
    held: held.length === 0 ? shipment.held : [...held, ...shipment.held],
    isFixed: flat !== undefined,
    isSmall: false,
    borrowed: flat === undefined ? [] : (memoryOf(flat) as SharedArrayBuffer[]),
    queued: { items: items.length, packing: queued - begun, queued },
  };
}

export function readyMade(
  shipment: Shipment,
  numbers: Float64Array,
  first: number | undefined,
  packing: number,
): Chunk {
  return {
    work: {
      payload: shipment.payload,
      call: shipment.call,
      route: shipment.route,
      items: numbers,
      spread: false,
      first,
    },
    moves: [],
    held: shipment.held,
    isFixed: true,
    isSmall: false,
    borrowed: [],
    queued: { items: numbers.length, packing, queued: clock() },
  };
}

/** A single call with flat arguments, and no more than that until it is its turn: there may be very many. */
export class FlatChunk implements Chunk {
  private readonly packing: number;
  private readonly call: number;
  private readonly route: number;

  constructor(
    private readonly cargo: Cargo,
    { call, route }: CallOf,
    private readonly flat: readonly unknown[],
    private readonly begun: number,
  ) {
    this.call = call;
    this.route = route;
    this.packing = clock() - begun;
  }

  get work(): Work {
    const {
      cargo: { payload },
      call,
      route,
      flat,
    } = this;
    return { payload, call, route, items: { flat }, spread: true, first: undefined };
  }

  get moves(): ArrayBuffer[] {
    return NO_MOVES;
  }

  get held(): readonly object[] {
    return this.cargo.held;
  }

  get borrowed(): readonly SharedArrayBuffer[] {
    return memoryOf(this.flat) as SharedArrayBuffer[];
  }

  get isFixed(): boolean {
    return true;
  }

  get isSmall(): boolean {
    return this.borrowed.length === 0;
  }

  get queued(): Queued {
    return { items: 1, packing: this.packing, queued: this.begun + this.packing };
  }
}
const NO_MOVES: ArrayBuffer[] = [];

/** The results that the reply to a chunk brings; throws the error that it brings instead. */
export function resultsOf(reply: Reply, { work, borrowed }: Chunk): ArrayLike<unknown> {
  try {
    if (reply.is === "failure") throw fromFailure(reply.failure);
    const { results } = reply;
    if (results === "in place")
      return borrowed.length === 0 ? (work.items as Float64Array) : listOf([work.items as Float64Array]);
    if (types.isFloat64Array(results)) return results;
    return "flat" in results
      ? unflatten(results.flat)
      : ((decode(results, { evaluate: false }) as Decoded).value as unknown[]);
  } finally {
    for (const memory of borrowed) giveBack(memory);
  }
}

/** A chunk that has to wait: with its items as they are now, whoever changes them meanwhile. */
export function settled(chunk: Chunk): Chunk {
  // What will be moved is given away already.
  if (chunk.isFixed || chunk.moves.length > 0) return chunk;
  const { work, borrowed } = chunk;
  if (types.isFloat64Array(work.items) || !("nodes" in work.items || "cloned" in work.items)) return chunk;
  try {
    const { bytes, shared } = pack(work.items);
    const memory = borrow(bytes.byteLength);
    const kept = new Uint8Array(memory, 0, bytes.byteLength);
    kept.set(bytes);
    return { ...chunk, work: { ...work, items: { bytes: kept, shared } }, borrowed: [...borrowed, memory] };
  } catch (error) {
    throw notCarried(error);
  }
}
