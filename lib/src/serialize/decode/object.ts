/** Makes the value of a node: first an empty one of its kind, later its contents, so that cycles close. The counterpart of encode/object.ts. */
import { join } from "node:path";
import { SerializationError } from "../../base/errors";
import { getOrMake } from "../../base/getOrMake";
import { nodeModule } from "../../base/loadLate";
import { findById, registerId, remoteErrors } from "../message/ids";
import type { Node } from "../message/message";
import { importFrom, imported } from "../names/esmImports";
import { adoptPrototypes, checkedThing, thingOf, wrapImport } from "../names/lookup";
import type { Decoder } from "./decoder";
import { fill, setNameAndLength } from "./properties";

type Unpack = (data: any, shared: readonly object[]) => unknown;
const decoders = new Map<string, Unpack>();

/** The counterpart of `registerEncoder`; `shared` is the shared memory of the message. */
export function registerDecoder(kind: string, unpack: Unpack): void {
  decoders.set(kind, unpack);
}

type Made = (value: unknown) => void;
type Kind = Exclude<Node["is"], "function" | "member" | "instances">;

/** @param made gets the value as soon as it exists, before it is filled */
export function makeNode(decoder: Decoder, node: Node & { is: Kind }, made: Made): void {
  (MAKERS[node.is] as (decoder: Decoder, node: Node, made: Made) => void)(decoder, node, made);
}

const MAKERS: { readonly [K in Kind]: (decoder: Decoder, node: Node & { is: K }, made: Made) => void } = {
  raw: (decoder, node, made) => fill(decoder, adoptPrototypes(node.value) as object, node, made),
  shared: (decoder, node, made) => fill(decoder, decoder.message.shared.at(node.index) as object, node, made),
  url: (decoder, node, made) =>
    fill(decoder, node.kind === "URL" ? new URL(node.text) : new URLSearchParams(node.text), node, made),
  object: (decoder, node, made) => fill(decoder, {}, node, made),
  view: (decoder, node, made) => {
    const View = Reflect.get(globalThis, node.kind) as new (buffer: unknown, offset: number, length: number) => object;
    fill(decoder, new View(decoder.value(node.buffer), node.offset, node.length), node, made);
  },
  array: (decoder, node, made) => {
    const array = new Array<unknown>(node.items === undefined ? node.length : 0);
    fill(decoder, array, node, made);
    decoder.fillLater(() => {
      node.items?.forEach((item, index) => {
        array[index] = decoder.value(item);
      });
      const { more = 0, length } = node;
      for (let at = array.length; at < length; at++) array[at] = decoder.value([more + at - 1]);
    });
  },
  arguments: (decoder, node, made) => {
    const values = argumentsObject(...node.items.map(() => undefined));
    fill(decoder, values, node, made);
    decoder.fillLater(() => {
      node.items.forEach((item, index) => {
        values[index] = decoder.value(item);
      });
    });
  },
  map: (decoder, node, made) => {
    const map = new Map<unknown, unknown>();
    fill(decoder, map, node, made);
    decoder.fillLater(() => {
      for (const [key, value] of node.entries) Map.prototype.set.call(map, decoder.value(key), decoder.value(value));
    });
  },
  set: (decoder, node, made) => {
    const set = new Set<unknown>();
    fill(decoder, set, node, made);
    decoder.fillLater(() => {
      for (const value of node.values) Set.prototype.add.call(set, decoder.value(value));
    });
  },
  error: (decoder, node, made) => {
    const error = node.isMade ? new Error() : {};
    for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key);
    fillError(decoder, error, node, made);
  },
  domException: (decoder, node, made) => {
    const { name, message } = node;
    fillError(decoder, new DOMException(message, { name, cause: decoder.value(node.cause) }), node, made);
  },
  bound: (decoder, node, made) => {
    const known = decoder.knownFunction(node.id, false);
    if (known !== undefined) {
      made(known);
      return;
    }
    const target = decoder.value(node.target) as Function;
    const args = node.args.map((argument) => decoder.value(argument));
    const bound = Function.prototype.bind.call(target, decoder.value(node.self), ...args) as Function;
    registerId(node.id, bound);
    setNameAndLength(bound, node);
    fill(decoder, bound, node, made);
  },
  omitted: (_, node) => {
    throw new SerializationError(node.why);
  },
  symbol: (_, node, made) => made(symbolOf(node)),
  name: ({ options: { evaluate } }, { name, check }, made) =>
    made(evaluate && check !== undefined ? checkedThing(name, check) : thingOf(name, evaluate)),
  import: (decoder, node, made) => made(wrapImport(node.name, decoder.options.evaluate)),
  binding: (_, node, made) => made(imported(node)),
  importer: (decoder, node, made) => {
    decoder.mustEvaluate();
    made((specifier: unknown, options: unknown) => importFrom(String(specifier), node.parent, options));
  },
  require: (_, node, made) => made(nodeModule().createRequire(join(node.parent, "..", "x"))),
  prototype: (decoder, node, made) => made((decoder.value(node.of) as { prototype: unknown }).prototype),
  known: (decoder, node, made) => made(decoder.known(node.id)),
  workerExports: (decoder, node, made) => {
    decoder.mustEvaluate();
    const properties = getOrMake(exportsOfWorker, node.id, () => assignableProperties(node.names));
    made(properties);
    decoder.fillLater(() => {
      for (const [name, value] of node.values) properties[name] = decoder.value(value);
    });
  },
  workerObject: (decoder, node, made) => {
    decoder.mustEvaluate();
    const sent = decoder.value(node.value);
    if (sent !== undefined) objectsOfWorker.set(node.id, sent);
    made(objectsOfWorker.get(node.id));
  },
  registered: (decoder, node, made) => made((decoders.get(node.kind) as Unpack)(node.data, decoder.message.shared)),
};

/** What this worker has for itself, since its initializer assigned it, by the names that messages give it. */
const exportsOfWorker = new Map<string, Record<string, unknown>>();
const objectsOfWorker = new Map<string, unknown>();

/** An object from which others inherit: who assigns to such a property of one of them assigns to it here. */
function assignableProperties(names: readonly string[]): Record<string, unknown> {
  const values = new Map<string, unknown>();
  const accessors = names.map((name) => [
    name,
    { get: () => values.get(name), set: (value: unknown) => values.set(name, value), enumerable: true },
  ]);
  return Object.create(null, Object.fromEntries(accessors) as PropertyDescriptorMap) as Record<string, unknown>;
}

function symbolOf(node: Extract<Node, { is: "symbol" }>): symbol {
  if (node.key !== undefined) return Symbol.for(node.key);
  const known = node.id === undefined ? undefined : findById(node.id);
  const symbol = (known ?? Symbol(node.description)) as symbol;
  if (known === undefined && node.id !== undefined) registerId(node.id, symbol);
  return symbol;
}

function fillError(
  decoder: Decoder,
  error: object,
  node: Extract<Node, { readonly stack: string | undefined }>,
  made: Made,
): void {
  remoteErrors.add(error);
  if (node.stack !== undefined)
    Object.defineProperty(error, "stack", { value: node.stack, writable: true, enumerable: false, configurable: true });
  fill(decoder, error, node, made);
}

const argumentsObject = function (): unknown[] {
  // eslint-disable-next-line prefer-rest-params -- An arguments object is wanted.
  return arguments as unknown as unknown[];
} as (...values: unknown[]) => unknown[];
