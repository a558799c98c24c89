/**
 * Makes the value of a message again. object.ts makes one node, function.ts a function; this file makes each node once.
 * It makes a value first and fills it later, so that cycles close and depth costs no stack.
 */
import { SerializationError } from "../../base/errors";
import { adoptPrototypes } from "../names/lookup";
import { FunctionDecoder } from "./function";
import { makeNode } from "./object";
import { evaluating } from "./evaluate";
import { importAll } from "../names/esmImports";
import { isLocalId, findById } from "../message/ids";
import type { Message, Node, Ref } from "../message/message";
import type { DecodeOptions, Decoder, NodeMessage } from "./decoder";

export { registerDecoder } from "./object";

export interface Decoded {
  readonly value: unknown;
  /** The functions and classes in it, by id. */
  readonly functions: ReadonlyMap<string, Function>;
}

const NO_FUNCTIONS: ReadonlyMap<string, Function> = new Map();

/** Returns a promise only if an ES module must be imported first. */
export function decode(message: Message, options: DecodeOptions): Decoded | Promise<Decoded> {
  if ("cloned" in message) return { value: adoptPrototypes(message.cloned), functions: NO_FUNCTIONS };
  const waiting = options.evaluate ? importAll(message.nodes) : undefined;
  return waiting === undefined ? decodeNow(message, options) : waiting.then(() => decodeNow(message, options));
}

function decodeNow(message: NodeMessage, options: DecodeOptions): Decoded {
  const decoder = new MessageDecoder(message, options);
  const make = (): Decoded => {
    const value = decoder.value(message.root);
    decoder.fillAll();
    options.beforeLock?.(value);
    decoder.finish();
    return { value, functions: decoder.functions.made };
  };
  return options.evaluate ? evaluating(make) : make();
}

export class MessageDecoder implements Decoder {
  readonly functions: FunctionDecoder;
  private readonly made: unknown[] = [];
  private readonly state: ("made" | "being made" | undefined)[] = [];
  private readonly toFill: (() => void)[] = [];
  private readonly last: (() => void)[] = [];

  constructor(
    readonly message: NodeMessage,
    readonly options: DecodeOptions,
  ) {
    this.functions = new FunctionDecoder(this);
  }

  value(slot: Ref): unknown {
    return Array.isArray(slot) ? this.node((slot as readonly [number])[0]) : slot;
  }

  isBeingMade(slot: Ref): boolean {
    return Array.isArray(slot) && this.state[(slot as readonly [number])[0]] === "being made";
  }

  lockLater(action: () => void): void {
    this.last.push(action);
  }

  finish(): void {
    for (const action of this.last) action();
  }

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
      const node = this.message.nodes.at(number) as Node;
      const made = (value: unknown): void => {
        this.made[number] = value;
        this.state[number] = "made";
      };
      if (node.is === "function" || node.is === "member") this.functions.make(node, made);
      else if (node.is === "instances") this.instance(node, node.values.at(number - node.first) as object, made);
      else makeNode(this, node, made);
    }
    return this.made[number];
  }

  private instance({ proto }: { proto: Ref }, value: object, made: (value: unknown) => void): void {
    made(adoptPrototypes(value));
    this.fillLater(() => void Object.setPrototypeOf(value, this.value(proto) as object));
  }

  known(id: string): unknown {
    const thing = this.options.context?.get(id) ?? findById(id);
    if (thing === undefined)
      throw new SerializationError(
        "A function or symbol came back that is no longer in use here. Keep it in a variable until the call has ended.",
      );
    return thing;
  }

  mustEvaluate(): void {
    if (!this.options.evaluate)
      throw new SerializationError(
        "A function that was made in a worker came back. The code of workers is not run in the main thread: return data instead.",
      );
  }

  knownFunction(id: string, isClass: boolean): unknown {
    if (isLocalId(id) || (isClass && this.options.reuseClasses === true)) {
      const thing = findById(id);
      if (thing !== undefined) return thing;
    }
    this.mustEvaluate();
    return undefined;
  }
}
