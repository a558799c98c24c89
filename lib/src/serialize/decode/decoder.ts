/** What the files of this room need of the decoder of a message; `decode.ts` has the decoder itself. */
import type { Message, Ref } from "../message/message";

export interface DecodeOptions {
  /** May the code of functions be run here? True in workers, never in the main thread. */
  readonly evaluate: boolean;
  /** Functions and classes that came with an earlier message that this one refers to. */
  readonly context?: ReadonlyMap<string, Function> | undefined;
  /** Use the copy of a class that is here already, so that `instanceof` holds across messages. */
  readonly reuseClasses?: boolean;
  /** Does something with the value before frozen and sealed objects in it are locked. */
  readonly beforeLock?: (value: unknown) => void;
}

/** A message with nodes. */
export type NodeMessage = Exclude<Message, { cloned: unknown }>;

export interface Decoder {
  readonly message: NodeMessage;
  readonly options: DecodeOptions;
  /** The value of a slot, made now if it is not there yet. */
  value(slot: Ref): unknown;
  isBeingMade(slot: Ref): boolean;
  /** Runs `action` when the value that is being made exists: its contents are made after it. */
  fillLater(action: () => void): void;
  /** Runs `action` when every value is made: locking objects must come last. */
  lockLater(action: () => void): void;
  /** The function or symbol with that id, which must be here. */
  known(id: string): unknown;
  /** The function with that id, if it is to be used again. Throws in the main thread where it would have to be made. */
  knownFunction(id: string, isClass: boolean): unknown;
  /** Throws in the main thread, which runs and keeps nothing of a worker's. */
  mustEvaluate(): void;
}
