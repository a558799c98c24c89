/** Numbers the nodes of a message, and remembers what has one. object.ts encodes a single object, function.ts a function. */
import { SerializationError } from "../../base/errors";
import { isObject } from "../../base/reflect";
import { textOf } from "../../base/thrown";
import { analyse } from "../syntax/analyse";
import { encodeObject, encodeSymbol } from "./object";
import { FunctionEncoder } from "./function";
import { classIn } from "./prototypes";
import { registerContextOf } from "../names/globals";
import { refreshNames } from "../names/lookup";
import { functionAt, tell, variableOn, type Path } from "./valuePath";
import { sourceOf } from "../v8/sourceText";
import { MoveList, Transferred } from "../message/transfer";
import { ORDINARY, type Node, type Property, type Ref } from "../message/message";
import type { EncodeOptions, Encoder } from "./encoder";

interface Waiting {
  readonly value: object | symbol;
  readonly number: number;
  readonly path: Path | undefined;
}

export class MessageEncoder implements Encoder {
  readonly nodes: Node[] = [];
  readonly moves = new MoveList();
  readonly shared: object[] = [];
  readonly ids = new Set<string>();
  readonly held: object[] = [];
  readonly generators: string[] = [];
  readonly plainPrototypes = new Map<object, Ref>();
  readonly functions: FunctionEncoder;
  private readonly seen = new Map<unknown, number>();
  /** Objects that are needed in part only, so far. */
  private readonly parts = new Map<unknown, { readonly number: number; readonly props: Map<string, Property> }>();
  /** What has a number and no node yet. A list, not a recursion, so that depth costs no stack. */
  private readonly waiting: Waiting[] = [];
  /** Methods and instances whose class was not found yet. */
  private waitingForClass: Waiting[] = [];
  noMoreClasses = false;
  /** What is being encoded, and the way to it. */
  private current: unknown;
  private path: Path | undefined;

  constructor(
    readonly options: EncodeOptions,
    readonly notCloneable: Set<unknown>,
  ) {
    refreshNames();
    this.functions = new FunctionEncoder(this);
  }

  at(step: string | number, value: unknown): Ref {
    if (!isObject(value) && typeof value !== "symbol") return value as Ref;
    const path = this.below(step);
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

  part(step: string, value: object, properties: ReadonlyMap<string, PropertyDescriptor>): Ref {
    const known = this.seen.get(value);
    if (known !== undefined) return [known];
    const part = this.parts.get(value) ?? { number: this.nodes.length, props: new Map<string, Property>() };
    if (!this.parts.has(value)) {
      this.parts.set(value, part);
      this.nodes.push({ is: "object", props: [] });
    }
    const { path } = this;
    this.path = this.below(step);
    for (const [name, descriptor] of properties) {
      if (part.props.has(name)) continue;
      const isValue = "value" in descriptor;
      const slot = this.at(
        `${isValue ? "" : "getter of "}property \`.${name}\``,
        isValue ? descriptor.value : Reflect.get(descriptor, "get"),
      );
      part.props.set(name, isValue ? [name, slot] : [name, slot, ORDINARY, undefined]);
    }
    this.path = path;
    // Among the properties may be one that leads to the object itself.
    if (!this.seen.has(value)) this.nodes[part.number] = { is: "object", props: [...part.props.values()] };
    return [part.number];
  }

  /** A list whose items have names of their own in error messages. */
  list(values: readonly unknown[], what: (index: number) => string): Ref {
    const number = this.reserve(values);
    this.nodes[number] = {
      is: "array",
      length: values.length,
      items: values.map((value, index) => this.at(what(index), value)),
    };
    return [number];
  }

  encodeAll(): void {
    do {
      // This adds more to the list.
      for (const next of this.waiting) this.encodeOne(next);
      this.waiting.length = 0;
      this.findClasses();
    } while (this.waiting.length > 0 || this.waitingForClass.length > 0);
  }

  ahead(step: string | number, value: object): void {
    const { path, current } = this;
    this.at(step, value);
    const last = this.waiting.at(-1);
    if (last?.value === value) {
      this.waiting.pop();
      this.encodeOne(last);
    }
    this.path = path;
    this.current = current;
  }

  private encodeOne({ value, number, path }: Waiting): void {
    this.path = path;
    this.current = value;
    const node = this.nodeOf(value);
    if (node === undefined) this.waitingForClass.push({ value, number, path });
    else this.nodes[number] = node;
  }

  private nodeOf(value: object | symbol): Node | undefined {
    try {
      if (typeof value !== "symbol") registerContextOf(value);
      return typeof value === "symbol"
        ? encodeSymbol(this, value)
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

  /** Everything else is encoded, so all classes of the message are known. */
  private findClasses(): void {
    const classes =
      this.waitingForClass.length === 0 ? [] : [...this.seen.keys()].flatMap((value) => classIn(value) ?? []);
    const before = this.waitingForClass;
    this.waitingForClass = before.filter(({ value, number, path }) => {
      this.path = path;
      this.current = value;
      const node =
        typeof value === "function"
          ? this.functions.inItsClass(value, analyse(sourceOf(value)), classes)
          : this.nodeOf(value);
      if (node !== undefined) this.nodes[number] = node;
      return node === undefined;
    });
    const first = before.at(0);
    if (first === undefined || this.waitingForClass.length < before.length) return;
    if (this.noMoreClasses) {
      this.path = first.path;
      this.functions.refuseWithoutClass(first.value as Function);
    }
    this.noMoreClasses = true;
  }

  reserve(value: unknown, known?: number): number {
    const number = known ?? this.nodes.push({ is: "raw", value: undefined }) - 1;
    this.seen.set(value, number);
    return number;
  }

  nodeNumberOf(value: unknown): number | undefined {
    return this.seen.get(value);
  }

  private below(step: string | number): Path {
    return { up: this.path, step, of: functionAt(step, this.current) };
  }

  noteGenerator(): void {
    this.generators.push(tell(this.path));
  }

  omit(step: string | number, why: string): Ref {
    return [
      this.nodes.push({
        is: "omitted",
        why: `${tell(this.below(step))} cannot travel: ${why}`,
      }) - 1,
    ];
  }

  refuse(why: string): never {
    const returning = this.options.returning === true;
    const variable = returning ? undefined : variableOn(this.path);
    const remedy =
      variable === undefined
        ? ""
        : ` Otherwise export ${variable} from a module of its own and import it: then each worker makes one for itself.`;
    throw new SerializationError(
      `${tell(this.path)} cannot travel ${returning ? "back from" : "to"} a worker: ${why}${remedy}`,
    );
  }
}
