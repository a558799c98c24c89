/** A task: the part of a call that one worker is to do. Its items are made ready to be sent, and its results come back here. */
import { types } from "node:util";
import { clock } from "../../base/clock";
import { fromFailure } from "../../remote/failure";
import type { OutputRoute } from "../../remote/outputRoutes";
import type { Places } from "../../remote/stackFrames";
import { decode } from "../../serialize/decode/decode";
import type { Decoded } from "../../serialize/decode/decode";
import { fromCompactList, memoryOf, numbersOf, toCompactList } from "../../serialize/encode/compactList";
import { encode } from "../../serialize/encode/encode";
import type { WorkerVariables } from "../../serialize/encode/workerVariables";
import { pack } from "../../serialize/message/bytes";
import { positionOf } from "../../serialize/v8/inspector";
import { authorPositionOf } from "../../serialize/v8/sourceText";
import type { Message } from "../../serialize/message/message";
import { borrow, giveBack } from "../../serialize/message/sharedMemory";
import { isFailure } from "../protocol/messages";
import type { Payload, Reply, SentItems, SentResults } from "../protocol/messages";
import type { ScheduledTask } from "./executor";
import { notCarried } from "../threads/lostTaskErrors";

/** A function, ready to be sent; the same for all calls as long as the function does not change. */
export interface SentFunction {
  /** Its text is the one that is sent; it may stand in another place. */
  readonly fn: Function;
  readonly payload: Payload;
  /** Ids of the functions and classes in it, which its items and results may refer to. */
  readonly ids: ReadonlySet<string>;
  /** Queues in it, to be kept until its tasks have ended. */
  readonly held: readonly object[];
  /** The workers may be on other machines. */
  readonly machines: boolean;
  /** The variables that each worker of its pool has for itself. */
  readonly workerVariables: WorkerVariables | undefined;
  /** Workers keep it for later calls, so that it is compiled and optimized once. */
  readonly isLasting: boolean;
}

export interface Call {
  readonly fn: SentFunction;
  /** Names the call among those of this process. */
  readonly id: number;
  /** Where the output of its tasks goes. */
  readonly route: OutputRoute;
}

/** Who waits for the results of tasks. */
export interface Receiver {
  /** Nobody waits any more: tasks that have not begun are left out. */
  readonly isOver: boolean;
  /** The memory of results that are a Float64Array is used again afterwards. */
  done(results: ArrayLike<unknown>, task: Task): void;
  failed(error: unknown, task: Task): void;
  /** A task that had to wait outside the task queue is in it now. */
  admitted?(task: Task): void;
}

const NONE: never[] = [];

/** There may be many thousands at a time, so each is one small object. */
export class Task implements ScheduledTask {
  items: SentItems;
  readonly count: number;
  readonly moves: ArrayBuffer[] = NONE;
  readonly isSmall: boolean;
  readonly packing: number;
  readonly queued: number;
  id = 0;
  sent = 0;
  worker: ScheduledTask["worker"];
  timer: NodeJS.Timeout | undefined;
  alone = false;
  isOutside = false;
  wasNotBegun = false;
  next: ScheduledTask | undefined;
  /** Queues in the items, kept until it has ended. */
  readonly held: readonly object[] = NONE;
  /** Memory to be given back when it has ended. */
  private borrowed: readonly SharedArrayBuffer[] = NONE;

  /**
   * @param items each one argument, or, with `spread`, each a list of arguments; a Float64Array is in shared memory, and its caller's
   * @param first the number of the first item in the call; undefined for a single call (apply)
   * @param signal ends this task when it aborts
   * @param timeout how long it may run, in milliseconds
   * @throws SerializationError when an item cannot travel
   */
  constructor(
    readonly call: Call,
    readonly receiver: Receiver,
    items: readonly unknown[] | Float64Array,
    readonly spread: boolean,
    readonly first: number | undefined,
    private readonly signal?: AbortSignal,
    readonly timeout?: number,
  ) {
    const begun = clock();
    this.count = items.length;
    const isNumbers = types.isFloat64Array(items);
    const numbers = isNumbers || spread ? undefined : numbersOf(items, true);
    const list = isNumbers || numbers !== undefined ? undefined : compactList(items, spread, first, call.fn.machines);
    if (isNumbers) this.items = items;
    else if (numbers !== undefined) {
      this.items = numbers;
      this.borrowed = [numbers.buffer as SharedArrayBuffer];
    } else if (list !== undefined) {
      this.items = { list };
      if (!call.fn.machines) this.borrowed = memoryOf(list) as SharedArrayBuffer[];
    } else {
      const { ids: context, workerVariables, machines } = call.fn;
      const what = (index: number): string => (first === undefined ? "the argument list" : `item ${first + index}`);
      const { message, moves, held } = encode(items, { what, shared: !machines, machines, context, workerVariables });
      this.items = message;
      this.moves = moves;
      this.held = held;
    }
    this.isSmall = first === undefined && list !== undefined && this.borrowed.length === 0;
    this.queued = clock();
    this.packing = this.queued - begun;
    signal?.addEventListener("abort", this);
  }

  fixItems(): void {
    // What will be moved belongs to nobody here any more.
    if (!isMessage(this.items) || this.moves.length > 0 || this.receiver.isOver) return;
    try {
      const { bytes, shared } = pack(this.items);
      const memory = borrow(bytes.byteLength);
      const copy = new Uint8Array(memory, 0, bytes.byteLength);
      copy.set(bytes);
      this.items = { bytes: copy, shared };
      this.borrowed = [memory];
    } catch (error) {
      this.failed(notCarried(error));
    }
  }

  replied({ outcome }: Reply): void {
    this.signal?.removeEventListener("abort", this);
    try {
      if (isFailure(outcome)) throw fromFailure(outcome.failure, placesOf(this.call.fn));
      this.receiver.done(this.resultsOf(outcome), this);
    } catch (error) {
      this.receiver.failed(error, this);
    }
    for (const memory of this.borrowed) giveBack(memory);
  }

  failed(error: unknown): void {
    this.signal?.removeEventListener("abort", this);
    this.receiver.failed(error, this);
  }

  /** Nobody waits for it any more: a worker that has begun it is ended. */
  stop(reason: unknown): void {
    if (this.worker === undefined) this.failed(reason);
    else this.worker.stop(this, reason);
  }

  /** The signal aborts. */
  handleEvent(): void {
    this.stop(this.signal?.reason);
  }

  private resultsOf(results: SentResults): ArrayLike<unknown> {
    if (results === "in place") return this.items as Float64Array;
    if (types.isFloat64Array(results)) return results;
    if ("list" in results) return fromCompactList(results.list);
    return (decode(results, { evaluate: false }) as Decoded).value as unknown[];
  }
}

function compactList(items: readonly unknown[], spread: boolean, first: number | undefined, machines: boolean) {
  if (spread && first !== undefined) return undefined;
  return toCompactList(spread ? (items[0] as unknown[]) : items, !machines, machines);
}

/** Where a function stands, and where that one does with whose place it was sent. */
function placesOf({ fn, payload: { code } }: SentFunction): Places | undefined {
  const node = "nodes" in code ? code.nodes[0] : undefined;
  return node?.is === "function"
    ? { sent: node.position, own: authorPositionOf(fn, positionOf(fn)), text: node.source }
    : undefined;
}

function isMessage(items: SentItems): items is Message {
  return "nodes" in items || "cloned" in items;
}
