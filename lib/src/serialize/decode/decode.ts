/**
 * Makes a value of a message again. What a single node becomes is the business of `decodeObject`, a function that of `decodeFunction`; this
 * file sees to it that each node is made once. Shells are made first and filled afterwards, so that cycles close and depth costs no stack.
 */
import { SerializationError } from "../../base/errors";
import { adoptPrototypes } from "../names/lookup";
import { FunctionDecoder } from "./function";
import { makeNode } from "./object";
import { evaluating } from "./evaluate";
import { importAll } from "../names/esmImports";
import { isLocalId, findById } from "../message/ids";
import { InstanceDecoder } from "./instances";
import type { Message, Slot } from "../message/message";

export { registerUnpack } from "./object";

export interface DecodeOptions {
  /** May the code of functions be run here? True in workers, never in the main thread. */
  readonly evaluate: boolean;
  /** Functions and classes that came with an earlier message that this one refers to. */
  readonly context?: ReadonlyMap<string, Function>;
  /** Use the copy of a class that is here already, so that `instanceof` holds across messages. */
  readonly reuseClasses?: boolean;
  /** Does something with the value before what is locked in it is locked. */
  readonly unlocked?: (value: unknown) => void;
}
export interface Decoded {
  readonly value: unknown;
  /** The functions and classes in it, by id. */
  readonly functions: ReadonlyMap<string, Function>;
}

const NO_FUNCTIONS: ReadonlyMap<string, Function> = new Map();

/** Makes the value of a message again; a promise only where an ES module must be imported first. */
export function decode(message: Message, options: DecodeOptions): Decoded | Promise<Decoded> {
  if ("cloned" in message) return { value: adoptPrototypes(message.cloned), functions: NO_FUNCTIONS };
  const waiting = options.evaluate ? importAll(message.nodes) : undefined;
  return waiting === undefined ? decodeNow(message, options) : waiting.then(() => decodeNow(message, options));
}

function decodeNow(message: Exclude<Message, { cloned: unknown }>, options: DecodeOptions): Decoded {
  const decoder = new Decoder(message, options);
  const make = (): Decoded => {
    const value = decoder.value(message.root);
    decoder.fillAll();
    options.unlocked?.(value);
    decoder.finish();
    return { value, functions: decoder.functions.made };
  };
  return options.evaluate ? evaluating(make) : make();
}

export class Decoder {
  readonly functions: FunctionDecoder;
  readonly instances: InstanceDecoder;
  private readonly made: unknown[] = [];
  private readonly state: ("made" | "being made" | undefined)[] = [];
  private readonly toFill: (() => void)[] = [];
  private readonly last: (() => void)[] = [];

  constructor(
    readonly message: Exclude<Message, { cloned: unknown }>,
    readonly options: DecodeOptions,
  ) {
    this.functions = new FunctionDecoder(this);
    this.instances = new InstanceDecoder(this);
  }

  value(slot: Slot): unknown {
    return Array.isArray(slot) ? this.node((slot as readonly [number])[0]) : slot;
  }

  /** Is the value of that slot being made right now, further up? */
  isBeingMade(slot: Slot): boolean {
    return Array.isArray(slot) && this.state[(slot as readonly [number])[0]] === "being made";
  }

  /** To be done when everything is made: what locks objects must come last. */
  finally(action: () => void): void {
    this.last.push(action);
  }

  finish(): void {
    for (const action of this.last) action();
  }

  /** To be done when what is being made now exists: contents never hold up the making of a thing. */
  fillLater(action: () => void): void {
    this.toFill.push(action);
  }

  fillAll(): void {
    for (let action = this.toFill.pop(); action !== undefined; action = this.toFill.pop()) action();
  }

  private node(number: number): unknown {
    if (this.state[number] !== "made") {
      if (this.state[number] === "being made")
        throw new SerializationError(
          "A value that needs itself to be made cannot travel. Send its parts, and put them together there.",
        );
      this.state[number] = "being made";
      makeNode(this, this.message.nodes[number], (value) => {
        this.made[number] = value;
        this.state[number] = "made";
      });
    }
    return this.made[number];
  }

  known(id: string): unknown {
    const thing = this.options.context?.get(id) ?? findById(id);
    if (thing === undefined)
      throw new SerializationError(
        "A function or symbol came back that is no longer in use here. Keep it in a variable until the call has ended.",
      );
    return thing;
  }

  /** Throws where nothing is kept for later messages: in the main thread. */
  mustKeep(): void {
    if (!this.options.evaluate) throw madeThere();
  }

  knownFunction(id: string, isClass: boolean): unknown {
    if (isLocalId(id) || (isClass && this.options.reuseClasses === true)) {
      const thing = findById(id);
      if (thing !== undefined) return thing;
    }
    if (!this.options.evaluate) throw madeThere();
    return undefined;
  }
}

function madeThere(): SerializationError {
  return new SerializationError(
    "A function that was made in a worker came back. The code of workers is not run in the main thread: return data instead.",
  );
}
