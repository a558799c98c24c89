/**
 * Makes a value of a message again. Functions are the business of `decodeFunction`; this file does everything else. Shells are made
 * first and filled afterwards, so that cycles close and depth costs no stack.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { SerializationError } from "../ground/errors";
import { FunctionDecoder } from "./decodeFunction";
import { imported, importBindings } from "./imports";
import { isFromHere, remember, thingWithId } from "./identities";
import { keepingDebugger } from "./inspector";
import { thingOf, wrapImport } from "./known";
import { CONFIGURABLE, ENUMERABLE, ORDINARY, WRITABLE } from "./wire";
import type { Extras, Message, Node, Property, Slot } from "./wire";

export interface DecodeOptions {
  /** May the code of functions be run here? True in workers, never in the main thread. */
  readonly evaluate: boolean;
  /** Functions and classes that came with an earlier message that this one refers to. */
  readonly context?: ReadonlyMap<string, Function>;
  /** Use the copy of a class that is here already, so that `instanceof` holds across messages. */
  readonly reuseClasses?: boolean;
}
export interface Decoded {
  readonly value: unknown;
  /** The functions and classes in it, by id. */
  readonly functions: ReadonlyMap<string, Function>;
}

const specials = new Map<string, (data: any) => unknown>();

/** Teaches the decoder a class of an upper floor; see `registerSpecial` of encode. */
export function registerUnpack(kind: string, unpack: (data: any) => unknown): void {
  specials.set(kind, unpack);
}

const NO_FUNCTIONS: ReadonlyMap<string, Function> = new Map();

/** Makes the value of a message again; a promise only where an ES module must be imported first. */
export function decode(message: Message, options: DecodeOptions): Decoded | Promise<Decoded> {
  if ("plain" in message) return { value: message.plain, functions: NO_FUNCTIONS };
  const waiting = options.evaluate ? importBindings(message.nodes) : undefined;
  return waiting === undefined ? decodeNow(message, options) : waiting.then(() => decodeNow(message, options));
}

function decodeNow(message: Exclude<Message, { plain: unknown }>, options: DecodeOptions): Decoded {
  const decoder = new Decoder(message, options);
  return keepingDebugger(() => {
    const value = decoder.value(message.root);
    decoder.fillAll();
    decoder.finish();
    return { value, functions: decoder.functions.made };
  });
}

export class Decoder {
  readonly functions: FunctionDecoder;
  private readonly made: unknown[] = [];
  private readonly state: ("made" | "being made" | undefined)[] = [];
  private readonly toFill: (() => void)[] = [];
  private readonly last: (() => void)[] = [];

  constructor(readonly message: Exclude<Message, { plain: unknown }>, readonly options: DecodeOptions) {
    this.functions = new FunctionDecoder(this);
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
    this.functions.finish();
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
      if (this.state[number] === "being made") throw new SerializationError("A value that needs itself to be made cannot travel.");
      this.state[number] = "being made";
      this.make(this.message.nodes[number], (value) => {
        this.made[number] = value;
        this.state[number] = "made";
      });
    }
    return this.made[number];
  }

  /** Makes the thing of a node; `made` is told the thing as soon as it exists, before it is filled. */
  private make(node: Node, made: (value: unknown) => void): void {
    switch (node.is) {
      case "raw": return this.fill(node.value as object, node, made);
      case "shared": return made(this.message.shared[node.number]);
      case "view": {
        const View = (globalThis as unknown as Record<string, new (buffer: unknown, offset: number, length: number) => object>)[node.kind];
        return this.fill(new View(this.value(node.buffer), node.offset, node.length), node, made);
      }
      case "object": return this.fill(this.shell(node), node, made);
      case "array": {
        const array = new Array<unknown>(node.items === undefined ? node.length : 0);
        this.fill(array, node, made);
        return this.fillLater(() => node.items?.forEach((item, index) => { array[index] = this.value(item); }));
      }
      case "arguments": {
        const values = argumentsObject(...node.items.map(() => undefined));
        this.fill(values, node, made);
        return this.fillLater(() => node.items.forEach((item, index) => { values[index] = this.value(item); }));
      }
      case "map": {
        const map = new Map<unknown, unknown>();
        this.fill(map, node, made);
        return this.fillLater(() => {
          for (const [key, value] of node.entries) Map.prototype.set.call(map, this.value(key), this.value(value));
        });
      }
      case "set": {
        const set = new Set<unknown>();
        this.fill(set, node, made);
        return this.fillLater(() => {
          for (const value of node.values) Set.prototype.add.call(set, this.value(value));
        });
      }
      case "error": {
        const error = new Error();
        for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key);
        if (node.stack !== undefined) Object.defineProperty(error, "stack", { value: node.stack, writable: true, enumerable: false, configurable: true });
        return this.fill(error, node, made);
      }
      case "domException": {
        const exception = new DOMException(node.message, { name: node.name, cause: this.value(node.cause) });
        Object.defineProperty(exception, "stack", { value: node.stack, writable: true, enumerable: false, configurable: true });
        return this.fill(exception, node, made);
      }
      case "url": return this.fill(node.kind === "URL" ? new URL(node.text) : new URLSearchParams(node.text), node, made);
      case "symbol": return made(this.symbol(node));
      case "name": return made(thingOf(node.name, this.options.evaluate));
      case "import": return made(wrapImport(node.name, this.options.evaluate));
      case "binding": {
        const thing = imported(node);
        if (node.id !== undefined) this.functions.note(node.id, thing as Function);
        made(thing);
        for (const slot of node.beside) this.value(slot);
        return;
      }
      case "require": return made(createRequire(join(node.parent, "..", "x")));
      case "prototype": return made((this.value(node.of) as { prototype: unknown }).prototype);
      case "member": {
        const known = this.knownFunction(node.id, false);
        if (known !== undefined) return made(known);
        const key = this.value(node.key) as PropertyKey;
        const member: unknown = node.part === "private" ? this.functions.privateMethod(this.value(node.of) as Function, key as string, this.value(node.self))
          : Object.getOwnPropertyDescriptor(this.value(node.of), key)?.[node.part];
        remember(node.id, member as Function);
        return made(member);
      }
      case "yours": return made(this.known(node.id));
      case "special": return made((specials.get(node.kind) as (data: unknown) => unknown)(node.data));
      case "bound": {
        const known = this.knownFunction(node.id, false);
        if (known !== undefined) return made(known);
        const target = this.value(node.target) as Function;
        const bound = Function.prototype.bind.call(target, this.value(node.self), ...node.args.map((argument) => this.value(argument))) as object;
        remember(node.id, bound);
        return this.fill(bound, node, made);
      }
      case "function": {
        const known = this.knownFunction(node.id, node.isClass);
        if (known !== undefined) return made(known);
        return this.functions.make(node, made);
      }
    }
  }

  private known(id: string): unknown {
    const thing = this.options.context?.get(id) ?? thingWithId(id);
    if (thing === undefined) throw new SerializationError("A function or symbol came back that is no longer in use here.");
    return thing;
  }

  private knownFunction(id: string, isClass: boolean): unknown {
    if (isFromHere(id) || (isClass && this.options.reuseClasses === true)) {
      const thing = thingWithId(id);
      if (thing !== undefined) return thing;
    }
    if (!this.options.evaluate) throw madeThere();
    return undefined;
  }

  private symbol(node: Extract<Node, { is: "symbol" }>): symbol {
    if (node.key !== undefined) return Symbol.for(node.key);
    const known = node.id === undefined ? undefined : thingWithId(node.id);
    const symbol = (known ?? Symbol(node.description)) as symbol;
    if (known === undefined && node.id !== undefined) remember(node.id, symbol as unknown as WeakKey);
    return symbol;
  }

  /** A fresh object for an instance; one whose classes have private fields gets them here. */
  private shell(node: Extras): object {
    return node.privates === undefined ? {} : this.functions.instance(node.privates.map(({ owner }) => this.value(owner) as Function));
  }

  private fill(object: object, node: Extras, made: (value: unknown) => void): void {
    const owners = node.privates?.map(({ owner }) => this.value(owner) as Function) ?? [];
    const shell = node.privates !== undefined && !this.functions.isInstance(object) ? this.functions.own(object, owners) : object;
    made(shell);
    this.fillLater(() => {
      if (node.proto !== undefined) Object.setPrototypeOf(shell, this.value(node.proto) as object | null);
      for (const property of node.props ?? []) this.define(shell, property);
      node.privates?.forEach(({ fields }, index) => this.functions.setPrivates(owners[index], shell, fields));
    });
    if (node.locked !== undefined) this.finally(() => [Object.preventExtensions, Object.seal, Object.freeze][(node.locked as number) - 1](shell));
  }

  define(object: object, property: Property): void {
    if (property.length === 1) {
      const name = this.value(property[0]) as PropertyKey;
      return void Object.defineProperty(object, name, this.functions.fieldOf(object, name));
    }
    const [key, value, attributes = ORDINARY] = property;
    const common = { enumerable: (attributes & ENUMERABLE) !== 0, configurable: (attributes & CONFIGURABLE) !== 0 };
    const descriptor = property.length === 4
      ? { get: this.value(value) as () => unknown, set: this.value(property[3]) as (value: unknown) => void, ...common }
      : { value: this.value(value), writable: (attributes & WRITABLE) !== 0, ...common };
    Object.defineProperty(object, this.value(key) as PropertyKey, descriptor);
  }
}

function madeThere(): SerializationError {
  return new SerializationError("A function that was made in a worker came back. The code of workers is not run in the main thread: return data instead.");
}

const argumentsObject = function (): unknown[] {
  // eslint-disable-next-line prefer-rest-params
  return arguments as unknown as unknown[];
} as (...values: unknown[]) => unknown[];
