/**
 * Makes a message of a value: how anything becomes something that structured clone can carry. What a single object becomes is the
 * business of `encodeObject`, a function that of `encodeFunction`; this file numbers them and keeps count of what was met.
 */
import { SerializationError } from "../../base/errors";
import { textOf } from "../../base/thrown";
import { analyse } from "../syntax/analyse";
import { encodeObject } from "./object";
import { FunctionEncoder } from "./function";
import { classIn } from "./homeClass";
import { remoteId, idOf } from "../message/ids";
import { keepingDebugger } from "../v8/session";
import { registerContextOf } from "../names/globals";
import { nameOf, refreshNames } from "../names/lookup";
import { tell, variableOn } from "./valuePath";
import type { Path } from "./valuePath";
import { isPlain } from "./cloneable";
import { sourceOf } from "../v8/sourceText";
import { MoveList, Transferred } from "../message/transfer";
import { ORDINARY } from "../message/message";
import type { Message, Node, Property, Slot } from "../message/message";
import { WorkerVariables } from "./workerVariables";
import type { EncodeOptions, Encoder } from "./encoder";

export { registerSpecial } from "./object";

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

/** Makes a message of `value`. Throws SerializationError, with the path to what cannot travel. */
export function encode(value: unknown, options: EncodeOptions): Encoded {
  const notCloneable = new Set<unknown>();
  if (isPlain(value, notCloneable))
    return { message: { cloned: value }, moves: [], ids: new Set(), held: [], generators: [] };
  return keepingDebugger(() => encodeParts(value, options, notCloneable));
}

/** Makes a message of a pool's initializer and its arguments, and tells which variables each worker has for itself from then on. */
export function encodeInitializer(
  call: readonly [initializer: Function, initargs: readonly unknown[]],
  options: EncodeOptions,
): Encoded & { readonly own: WorkerVariables | undefined } {
  return keepingDebugger(() => {
    const finder = new MessageEncoder({ ...options, finding: true }, new Set());
    finder.list(call, options.what as (index: number) => string);
    finder.encodeAll();
    const own = WorkerVariables.of(finder.functions.assignments);
    return { ...encodeParts(call, own === undefined ? options : { ...options, own, initial: true }, new Set()), own };
  });
}

function encodeParts(value: unknown, options: EncodeOptions, notCloneable: Set<unknown>): Encoded {
  const encoder = new MessageEncoder(options, notCloneable);
  const root =
    typeof options.what === "string" ? encoder.at(options.what, value) : encoder.list(value as unknown[], options.what);
  encoder.encodeAll();
  const { scopes, places } = encoder.functions.settle();
  for (const node of encoder.nodes) {
    if (node.is === "function") (node as { scope: number }).scope = node.scope < 0 ? -1 : places[node.scope];
  }
  return {
    message: { nodes: encoder.nodes, scopes, root, shared: encoder.shared },
    moves: encoder.moves.buffers,
    ids: encoder.ids,
    held: encoder.held,
    generators: encoder.generators,
  };
}

class MessageEncoder implements Encoder {
  readonly nodes: Node[] = [];
  readonly moves = new MoveList();
  readonly shared: object[] = [];
  readonly ids = new Set<string>();
  readonly held: object[] = [];
  /** Where the generators of random numbers in it stand, in words. */
  readonly generators: string[] = [];
  readonly functions: FunctionEncoder;
  private readonly seen = new Map<unknown, number>();
  /** Objects that are needed in part only, so far. */
  private readonly parts = new Map<unknown, { readonly number: number; readonly props: Map<string, Property> }>();
  /** What was met and is not encoded yet. A list, not a recursion, so that depth costs no stack. */
  private readonly waiting: {
    readonly value: object | symbol;
    readonly number: number;
    readonly path: Path | undefined;
  }[] = [];
  private path: Path | undefined;
  /** What is being encoded. */
  private current: unknown;
  /** Methods and instances of a class which did not come along yet. */
  private homeless: { readonly value: object; readonly number: number; readonly path: Path | undefined }[] = [];
  metAll = false;

  constructor(
    readonly options: EncodeOptions,
    readonly notCloneable: Set<unknown>,
  ) {
    refreshNames();
    this.functions = new FunctionEncoder(this);
  }

  at(step: string | number, value: unknown): Slot {
    if ((typeof value !== "object" && typeof value !== "function" && typeof value !== "symbol") || value === null)
      return value as Slot;
    const path = { up: this.path, step, of: this.variableOf(step) };
    if (Transferred.is(value)) {
      // A process shares no memory, so there is nothing to move: the buffers are copied with the value.
      if (this.options.shared) this.moves.add(value.buffers, tell(path));
      return this.at(step, value.value);
    }
    const known = this.seen.get(value);
    if (known !== undefined) return [known];
    const number = this.reserve(value, this.parts.get(value)?.number);
    this.waiting.push({ value, number, path });
    return [number];
  }

  part(step: string, value: object, properties: ReadonlyMap<string, PropertyDescriptor>): Slot {
    const known = this.seen.get(value);
    if (known !== undefined) return [known];
    const part = this.parts.get(value) ?? { number: this.nodes.length, props: new Map<string, Property>() };
    if (!this.parts.has(value)) {
      this.parts.set(value, part);
      this.nodes.push({ is: "object", props: [] });
    }
    const { path } = this;
    this.path = { up: path, step, of: this.variableOf(step) };
    for (const [name, descriptor] of properties) {
      if (part.props.has(name)) continue;
      const isValue = "value" in descriptor;
      const slot = this.at(
        `${isValue ? "" : "getter of "}property \`.${name}\``,
        isValue ? descriptor.value : descriptor.get,
      );
      part.props.set(name, isValue ? [name, slot] : [name, slot, ORDINARY, undefined]);
    }
    this.path = path;
    // Among the properties may be one that leads to the object itself.
    if (!this.seen.has(value)) this.nodes[part.number] = { is: "object", props: [...part.props.values()] };
    return [part.number];
  }

  /** The place of a list whose parts have names of their own. */
  list(values: readonly unknown[], what: (index: number) => string): Slot {
    const number = this.reserve(values);
    this.nodes[number] = {
      is: "array",
      length: values.length,
      items: values.map((value, index) => this.at(what(index), value)),
    };
    return [number];
  }

  encodeAll(): void {
    let next = 0;
    do {
      for (; next < this.waiting.length; next++) {
        const { value, number, path } = this.waiting[next];
        this.path = path;
        this.current = value;
        const node = this.nodeOf(value);
        if (node === undefined) this.homeless.push({ value: value as object, number, path });
        else this.nodes[number] = node;
      }
      this.findHomes();
    } while (next < this.waiting.length || this.homeless.length > 0);
  }

  private nodeOf(value: object | symbol): Node | undefined {
    try {
      if (typeof value !== "symbol") registerContextOf(value);
      return typeof value === "symbol"
        ? this.symbol(value)
        : typeof value === "function"
          ? this.functions.encode(value)
          : encodeObject(this, value);
    } catch (error) {
      if (this.options.lenient !== true) throw error;
      return {
        is: "omitted",
        why:
          error instanceof SerializationError ? error.message : `${tell(this.path)} cannot be read (${textOf(error)})`,
      };
    }
  }

  /** Everything else is encoded: what classes there are is known now. */
  private findHomes(): void {
    const classes = this.homeless.length === 0 ? [] : [...this.seen.keys()].flatMap((value) => classIn(value) ?? []);
    const before = this.homeless;
    this.homeless = before.filter(({ value, number, path }) => {
      this.path = path;
      this.current = value;
      const node =
        typeof value === "function"
          ? this.functions.inItsClass(value, analyse(sourceOf(value)), classes)
          : this.nodeOf(value);
      if (node !== undefined) this.nodes[number] = node;
      return node === undefined;
    });
    if (before.length === 0 || this.homeless.length < before.length) return;
    if (!this.metAll) {
      this.metAll = true;
      return;
    }
    const [{ value, path }] = before;
    this.path = path;
    this.functions.refuseHomeless(value as Function, analyse(sourceOf(value as Function)));
  }

  reserve(value: unknown, place?: number): number {
    const number = place ?? this.nodes.push({ is: "raw", value: undefined }) - 1;
    this.seen.set(value, number);
    return number;
  }

  placeOf(value: unknown): number | undefined {
    return this.seen.get(value);
  }

  noteGenerator(): void {
    this.generators.push(tell(this.path));
  }

  /** The function whose variable or `this` stands at a step. */
  private variableOf(step: string | number): Function | undefined {
    return typeof this.current === "function" &&
      typeof step === "string" &&
      /^(captured|global) variable |^`this` of /.test(step)
      ? this.current
      : undefined;
  }

  omit(step: string | number, why: string): Slot {
    return [
      this.nodes.push({
        is: "omitted",
        why: `${tell({ up: this.path, step, of: this.variableOf(step) })} cannot travel: ${why}`,
      }) - 1,
    ];
  }

  refuse(why: string): never {
    const homeward = this.options.homeward === true;
    const variable = homeward ? undefined : variableOn(this.path);
    const remedy =
      variable === undefined
        ? ""
        : ` Otherwise export ${variable} from a module of its own and import it: then each worker makes one for itself.`;
    throw new SerializationError(
      `${tell(this.path)} cannot travel ${homeward ? "back from" : "to"} a worker: ${why}${remedy}`,
    );
  }

  private symbol(symbol: symbol): Node {
    const known = nameOf(symbol);
    if (known !== undefined) return { is: "name", name: known };
    const name = Object.getOwnPropertyNames(Symbol).find(
      (key) => (Symbol as unknown as Record<string, unknown>)[key] === symbol,
    );
    if (name !== undefined) return { is: "name", name: { from: "global", path: ["Symbol", name] } };
    const key = Symbol.keyFor(symbol);
    if (key !== undefined) return { is: "symbol", key, description: key };
    const foreign = remoteId(symbol as unknown as WeakKey);
    if (this.options.homeward === true && foreign !== undefined) return { is: "known", id: foreign };
    return { is: "symbol", key: undefined, description: symbol.description, id: idOf(symbol as unknown as WeakKey) };
  }
}
