/** What the files of this room need of the encoder of a message; `encode.ts` has the encoder itself. */
import type { Message, Node, Ref } from "../message/message";
import type { WorkerVariables } from "./workerVariables";

export interface EncodeOptions {
  /** What the value is, for error messages: "the function", or of a list what each part of it is: "item 3", "result of `load`". */
  readonly what: string | ((index: number) => string);
  /** The receiver shares this process's memory. */
  readonly shared: boolean;
  /** The message goes from a worker back to where its functions came from: no function is sent whole. */
  readonly returning?: boolean;
  /** What cannot travel is left out, as decode/lenient.ts expects it, instead of refused. For what was thrown, which comes home whatever it holds. */
  readonly lenient?: boolean;
  /** Functions and classes that the receiver has from this message already. */
  readonly context?: ReadonlySet<string> | undefined;
  /** The variables that the receiver has for itself: they are not sent. */
  readonly workerVariables?: WorkerVariables | undefined;
  /** It is to be found out what the initializer assigns, in modules that are not sent, too. */
  readonly findAssignments?: boolean;
  /** This is the message with which the receiver gets them. */
  readonly initial?: true;
}
export interface Encoded {
  readonly message: Message;
  /** Buffers to move. */
  readonly moves: ArrayBuffer[];
  /** Ids of the functions and classes in it. */
  readonly ids: ReadonlySet<string>;
  /** Things in it that stay here and are only referred to (queues): to be kept until the receiver is done. */
  readonly held: readonly object[];
  /** Where generators of random numbers stand in it, of which the receiver gets copies. */
  readonly generators: readonly string[];
}

export interface Encoder {
  readonly options: EncodeOptions;
  readonly nodes: Node[];
  /** Shared memory and the like, which only threads of one process can hand on. */
  readonly shared: object[];
  /** Ids of the functions and classes in the message. */
  readonly ids: Set<string>;
  /** Things that stay here and are only referred to. */
  readonly held: object[];
  /** What was found not to be cloneable. */
  readonly notCloneable: Set<unknown>;
  /** No class is to come any more. */
  readonly metAll: boolean;
  /** The place in the message of `value`, which stands at `step` below what is being encoded: the step shows in error messages. */
  at(step: string | number, value: unknown): Ref;
  /** The place of an object of which only some properties are needed there; wherever more is, it is the whole object in the same place. */
  part(step: string, value: object, properties: ReadonlyMap<string, PropertyDescriptor>): Ref;
  /** The place of what stands at `step` and cannot travel. */
  omit(step: string | number, why: string): Ref;
  /** A node for `value` that the caller fills in: the one with that number, or a new one. */
  reserve(value: unknown, number?: number): number;
  placeOf(value: unknown): number | undefined;
  /** Notes that what is being encoded is a generator of random numbers. */
  noteGenerator(): void;
  /** Throws: what is being encoded cannot travel. */
  refuse(why: string): never;
}
