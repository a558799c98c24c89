/**
 * Decodes a message that was encoded leniently. It takes out what this thread does not have. An error whose class is missing becomes one of the nearest
 * class that is there.
 */
import { SerializationError } from "../../base/errors";
import { MessageDecoder, decode, type Decoded } from "./decode";
import { CONFIGURABLE, WRITABLE, type Extras, type Message, type Node, type Ref } from "../message/message";

type ErrorNode = Extract<Node, { is: "error" | "domException" }>;

export interface Lenient {
  /** Undefined if nothing of it is left. */
  readonly value: unknown;
  readonly isThere: boolean;
  /** What was taken out, and why. */
  readonly notes: readonly string[];
}

/** Runs none of its code. `beforeLock` gets the value before frozen and sealed objects in it are locked. */
export function decodeLeniently(message: Message, beforeLock: (value: unknown) => void): Lenient {
  if ("cloned" in message) return { value: message.cloned, isThere: true, notes: [] };
  const options = { evaluate: false, beforeLock };
  const probe = new MessageDecoder(message, options);
  const filter = new LenientFilter(message.nodes, (number) => probe.value([number]));
  const nodes = message.nodes.map((node, number) => (filter.isThere([number]) ? filter.without(node) : node));
  const isThere = filter.keep(message.root);
  return {
    value: isThere ? (decode({ ...message, nodes }, options) as Decoded).value : undefined,
    isThere,
    notes: [...filter.notes],
  };
}

class LenientFilter {
  /** Why each node is missing; undefined for those that are there. */
  readonly why: (string | undefined)[];
  readonly notes = new Set<string>();

  /** @param make makes the value of a node without parts; throws SerializationError where it is missing */
  constructor(
    private readonly nodes: readonly Node[],
    make: (number: number) => unknown,
  ) {
    this.why = nodes.map((node, number) => whyMissing(node, () => make(number)));
    // Nodes that need a missing one are missing, too.
    for (let changed = true; changed;) {
      changed = false;
      nodes.forEach((node, number) => {
        const missing = this.why[number] === undefined ? needsOf(node).find((slot) => !this.isThere(slot)) : undefined;
        if (missing === undefined) return;
        this.why[number] = this.whyOf(missing);
        changed = true;
      });
    }
  }

  isThere(slot: Ref): boolean {
    return this.whyOf(slot) === undefined;
  }

  private whyOf(slot: Ref): string | undefined {
    return Array.isArray(slot) ? this.why[(slot as readonly [number])[0]] : undefined;
  }

  /** A node without its missing parts. */
  without(node: Node): Node {
    if (node.is === "error") return this.error(node);
    if (node.is === "domException") return this.error({ ...node, cause: this.kept(node.cause) });
    const bare: Node = "props" in node ? this.bare(node) : node;
    if (bare.is === "array") return { ...bare, items: bare.items?.map((slot) => this.kept(slot)) };
    if (bare.is === "arguments") return { ...bare, items: bare.items.map((slot) => this.kept(slot)) };
    if (bare.is === "set") return { ...bare, values: bare.values.filter((slot) => this.keep(slot)) };
    if (bare.is === "map")
      return { ...bare, entries: bare.entries.filter((entry) => entry.every((slot) => this.keep(slot))) };
    return bare;
  }

  keep(slot: Ref): boolean {
    const why = this.whyOf(slot);
    if (why !== undefined) this.notes.add(why);
    return why === undefined;
  }

  private kept(slot: Ref): Ref {
    return this.keep(slot) ? slot : undefined;
  }

  private bare<N extends Node & Extras>(node: N): N {
    return node.props === undefined
      ? node
      : { ...node, props: node.props.filter((property) => property.every((part) => this.keep(part))) };
  }

  private error<N extends ErrorNode>(node: N): N {
    const { fallback } = node;
    const kept = this.bare(node);
    if (fallback === undefined) return kept;
    const isWhole = !fallback.hasPrivates && this.isThere(node.proto);
    if (isWhole && kept.props?.length === node.props?.length) return kept;
    const props = kept.props ?? [];
    const give = (key: string, value: string): void => {
      if (!props.some(([slot]) => slot === key)) props.push([key, value, WRITABLE + CONFIGURABLE]);
    };
    // A getter of its class may have computed the message from what is missing.
    give("message", fallback.message);
    if (isWhole) return { ...kept, props };
    const proto = fallback.protos.find(
      (slot, index) => this.isThere(slot) && (!fallback.hasPrivates || index === fallback.protos.length - 1),
    );
    const known = node.is === "domException" ? node.name : this.languageName(proto);
    // If the class gives its errors no name, the name of the class says more.
    give("name", node.is === "error" && fallback.name === known ? fallback.className : fallback.name);
    this.notes.add(`the class \`${fallback.className}\` of an error cannot be had here`);
    return { ...kept, proto, props };
  }

  private languageName(proto: Ref): string | undefined {
    const node = Array.isArray(proto) ? this.nodes[(proto as readonly [number])[0]] : undefined;
    return node?.is === "name" ? node.name.path[0] : undefined;
  }
}

/** Why a node without parts is missing; undefined when it is there, or has parts. */
function whyMissing(node: Node, make: () => unknown): string | undefined {
  if (!["omitted", "name", "import", "binding", "known"].includes(node.is)) return undefined;
  try {
    make();
    return undefined;
  } catch (error) {
    if (error instanceof SerializationError) return error.message;
    throw error;
  }
}

/** The nodes that a node needs. */
function needsOf(node: Node): readonly Ref[] {
  if (node.is === "prototype") return [node.of];
  const proto = "proto" in node && !("fallback" in node) ? [node.proto] : [];
  return node.is === "view" ? [node.buffer, ...proto] : proto;
}
