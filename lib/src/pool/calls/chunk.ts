/** A part of a call that one worker is to do: its items made ready to be sent, and the results that come back. */
import { types } from "node:util";
import { clock } from "../../base/clock";
import { decode } from "../../serialize/decode/decode";
import type { Decoded } from "../../serialize/decode/decode";
import { encode } from "../../serialize/encode/encode";
import { toCompactList, concatLists, memoryOf, numbersOf, fromCompactList } from "../../serialize/encode/compactList";
import type { Message } from "../../serialize/message/message";
import { pack } from "../../serialize/message/bytes";
import { borrow, giveBack } from "../../serialize/message/sharedMemory";
import { notCarried } from "../threads/workerDied";
import { fromFailure } from "../../remote/failure";
import type { Items, Reply, Work } from "../protocol/messages";
import type { Queued } from "../record/recorder";
import type { Call } from "./sentFunction";
import type { Chunk } from "../scheduler/task";

/** A chunk of single items, each an argument: nothing but numbers are sent as such. */
export function chunkOf(call: Call, items: readonly unknown[], first: number): Chunk {
  const begun = clock();
  const numbers = numbersOf(items, true);
  if (numbers === undefined) return encodedChunk(call, items, first, false);
  return { ...numbersChunk(call, numbers, first, clock() - begun), borrowed: [numbers.buffer as SharedArrayBuffer] };
}

export function numbersChunk(call: Call, numbers: Float64Array, first: number, packing: number): Chunk {
  return fixedChunk(call, workOf(call, numbers, false, first), numbers.length, packing);
}

/** A chunk of anything; `spread`: each item is a list of arguments. */
export function encodedChunk(call: Call, items: readonly unknown[], first: number | undefined, spread: boolean): Chunk {
  const begun = clock();
  const flat = spread ? undefined : toCompactList(items, true);
  if (flat !== undefined)
    return {
      ...fixedChunk(call, workOf(call, { flat }, false, first), items.length, clock() - begun),
      borrowed: memoryOf(flat) as SharedArrayBuffer[],
    };
  const { message, moves, held } = encode(items, {
    what: (index) => (first === undefined ? "the argument list" : `item ${first + index}`),
    shared: true,
    context: call.fn.ids,
    workerVariables: call.fn.workerVariables,
  });
  return {
    ...fixedChunk(call, workOf(call, message, spread, first), items.length, clock() - begun),
    moves,
    held: [...held, ...call.fn.held],
    // What will be moved belongs to nobody here any more.
    isFixed: moves.length > 0,
  };
}

function fixedChunk(call: Call, work: Work, items: number, packing: number): Chunk {
  return {
    work,
    moves: NO_MOVES,
    held: call.fn.held,
    isFixed: true,
    isSmall: false,
    borrowed: [],
    queued: { items, packing, queued: clock() },
  };
}

function workOf(call: Call, items: Items, spread: boolean, first: number | undefined): Work {
  return { payload: call.fn.payload, call: call.id, route: call.route, items, spread, first };
}

const NO_MOVES: ArrayBuffer[] = [];

/** A single call with arguments that need no encoding. It is no more than that until it is its turn: there may be very many. */
export class SmallChunk implements Chunk {
  readonly moves = NO_MOVES;
  readonly isFixed = true;
  private readonly packing: number;

  constructor(
    private readonly call: Call,
    private readonly flat: readonly unknown[],
    private readonly begun: number,
  ) {
    this.packing = clock() - begun;
  }

  get work(): Work {
    return workOf(this.call, { flat: this.flat }, true, undefined);
  }

  get held(): readonly object[] {
    return this.call.fn.held;
  }

  get borrowed(): readonly SharedArrayBuffer[] {
    return memoryOf(this.flat) as SharedArrayBuffer[];
  }

  get isSmall(): boolean {
    return this.borrowed.length === 0;
  }

  get queued(): Queued {
    return { items: 1, packing: this.packing, queued: this.begun + this.packing };
  }
}

/** The results that the reply to a chunk brings; throws the error that it brings instead. */
export function resultsOf(reply: Reply, { work, borrowed }: Chunk): ArrayLike<unknown> {
  try {
    if (reply.is === "failure") throw fromFailure(reply.failure);
    const { results } = reply;
    if (results === "in place")
      return borrowed.length === 0 ? (work.items as Float64Array) : concatLists([work.items as Float64Array]);
    if (types.isFloat64Array(results)) return results;
    return "flat" in results
      ? fromCompactList(results.flat)
      : ((decode(results, { evaluate: false }) as Decoded).value as unknown[]);
  } finally {
    for (const memory of borrowed) giveBack(memory);
  }
}

/** A chunk that has to wait: with its items as they are now, whoever changes them meanwhile. */
export function fixed(chunk: Chunk): Chunk {
  if (chunk.isFixed) return chunk;
  const { work, borrowed } = chunk;
  try {
    const { bytes, shared } = pack(work.items as Message);
    const memory = borrow(bytes.byteLength);
    const copy = new Uint8Array(memory, 0, bytes.byteLength);
    copy.set(bytes);
    return {
      ...chunk,
      work: { ...work, items: { bytes: copy, shared } },
      borrowed: [...borrowed, memory],
      isFixed: true,
    };
  } catch (error) {
    throw notCarried(error);
  }
}
