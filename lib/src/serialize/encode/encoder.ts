/** What the files of this room need of the encoder of a message; `encode.ts` has the encoder itself. */
import type { Message, Node, Ref } from "../message/message";
import type { WorkerVariables } from "./workerVariables";

export interface EncodeOptions {
  /** What the value is, for error messages: "the function", or of a list what each part of it is: "item 3", "result of `load`". */
  readonly what: string | ((index: number) => string);
  /** The receiver is a thread of this process. */
  readonly shared: boolean;
  /** The receiver may be on another machine, which has the packages of this one, not its files. */
  readonly machines?: boolean;
  /** The message goes from a worker back to where its functions came from: no function is sent whole. */
  readonly returning?: boolean;
  /** What cannot travel is left out instead of refused; decode/lenient.ts reads such a message. For thrown values. */
  readonly lenient?: boolean;
  /** Functions and classes that the receiver has from this message already. */
  readonly context?: ReadonlySet<string> | undefined;
  /** The variables that the receiver has for itself: they are not sent. */
  readonly workerVariables?: WorkerVariables | undefined;
  /** This run only finds what the initializer assigns, also in modules that are not sent. */
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
  /** The prototypes of instances that are only their properties. */
  readonly plainPrototypes: Map<object, Ref>;
  /** All classes of the message are known. */
  readonly noMoreClasses: boolean;
  /** Refers to `value`, which is at `step` below what is being encoded. The step shows in error messages. */
  at(step: string | number, value: unknown): Ref;
  /** Encodes a value before its turn. */
  ahead(step: string | number, value: object): void;
  /** Refers to an object of which only some properties are needed. Where another part of the message needs more, both get the whole object. */
  part(step: string, value: object, properties: ReadonlyMap<string, PropertyDescriptor>): Ref;
  /** Refers to what is at `step` and cannot travel. */
  omit(step: string | number, why: string): Ref;
  /** The number of a node for `value`, which the caller fills in: the given one or a new one. */
  reserve(value: unknown, number?: number): number;
  nodeNumberOf(value: unknown): number | undefined;
  /** Notes that what is being encoded is a generator of random numbers. */
  noteGenerator(): void;
  /** Throws: what is being encoded cannot travel. */
  refuse(why: string): never;
}
