/** Makes the thing of a node: a shell of its kind first, and later what is in it, so that cycles close. The counterpart of `encodeObject`. */
import { join } from "node:path";
import { SerializationError } from "../../base/errors";
import { adoptPrototypes } from "../names/lookup";
import type { Decoder } from "./decode";
import { importFrom, imported } from "../names/esmImports";
import { noteRemoteError, registerId, findById } from "../message/ids";
import { checkedThing, thingOf, wrapImport } from "../names/lookup";
import { membersOfWorker, objectOfWorker } from "./workerScopes";
import { isIndex } from "../encode/valuePath";
import { CONFIGURABLE, ENUMERABLE, ORDINARY, WRITABLE, isLegacyProperty } from "../message/message";
import type { Extras, Node, Property } from "../message/message";

const specials = new Map<string, (data: any) => unknown>();

/** Teaches the decoder a class of an upper floor; see `registerSpecial` of encode. */
export function registerUnpack(kind: string, unpack: (data: any) => unknown): void {
  specials.set(kind, unpack);
}

/** Makes the thing of a node; `made` is told the thing as soon as it exists, before it is filled. */
export function makeNode(from: Decoder, node: Node, made: (value: unknown) => void): void {
  switch (node.is) {
    case "raw":
      return fill(from, adoptPrototypes(node.value) as object, node, made);
    case "shared":
      return fill(from, from.message.shared[node.number] as object, node, made);
    case "view": {
      const View = (
        globalThis as unknown as Record<string, new (buffer: unknown, offset: number, length: number) => object>
      )[node.kind];
      return fill(from, new View(from.value(node.buffer), node.offset, node.length), node, made);
    }
    case "object":
      return fill(from, {}, node, made);
    case "array": {
      const array = new Array<unknown>(node.items === undefined ? node.length : 0);
      fill(from, array, node, made);
      return from.fillLater(() =>
        node.items?.forEach((item, index) => {
          array[index] = from.value(item);
        }),
      );
    }
    case "arguments": {
      const values = argumentsObject(...node.items.map(() => undefined));
      fill(from, values, node, made);
      return from.fillLater(() =>
        node.items.forEach((item, index) => {
          values[index] = from.value(item);
        }),
      );
    }
    case "map": {
      const map = new Map<unknown, unknown>();
      fill(from, map, node, made);
      return from.fillLater(() => {
        for (const [key, value] of node.entries) Map.prototype.set.call(map, from.value(key), from.value(value));
      });
    }
    case "set": {
      const set = new Set<unknown>();
      fill(from, set, node, made);
      return from.fillLater(() => {
        for (const value of node.values) Set.prototype.add.call(set, from.value(value));
      });
    }
    case "error": {
      const error = node.isMade ? new Error() : {};
      for (const key of Reflect.ownKeys(error)) Reflect.deleteProperty(error, key);
      return fillError(from, error, node, made);
    }
    case "domException":
      return fillError(
        from,
        new DOMException(node.message, { name: node.name, cause: from.value(node.cause) }),
        node,
        made,
      );
    case "omitted":
      throw new SerializationError(node.why);
    case "url":
      return fill(from, node.kind === "URL" ? new URL(node.text) : new URLSearchParams(node.text), node, made);
    case "symbol":
      return made(symbolOf(node));
    case "name":
      return made(
        from.options.evaluate && node.check !== undefined
          ? checkedThing(node.name, node.check)
          : thingOf(node.name, from.options.evaluate),
      );
    case "import":
      return made(wrapImport(node.name, from.options.evaluate));
    case "binding":
      return made(imported(node));
    case "importer":
      from.knownFunction(node.parent, false);
      return made((specifier: unknown, options: unknown) => importFrom(String(specifier), node.parent, options));
    case "require":
      return made((require("node:module") as typeof import("node:module")).createRequire(join(node.parent, "..", "x")));
    case "prototype":
      return made((from.value(node.of) as { prototype: unknown }).prototype);
    case "member": {
      const known = from.knownFunction(node.id, false);
      if (known !== undefined) return made(known);
      const member = from.functions.member(node);
      made(member);
      return from.fillLater(() => from.functions.dress(member, node));
    }
    case "known":
      return made(from.known(node.id));
    case "workerExports": {
      from.mustKeep();
      const members = membersOfWorker(node.id, node.names);
      made(members);
      return from.fillLater(() => {
        for (const [name, value] of node.values) members[name] = from.value(value);
      });
    }
    case "workerObject":
      from.mustKeep();
      return made(objectOfWorker(node.id, from.value(node.value)));
    case "special":
      return made((specials.get(node.kind) as (data: unknown) => unknown)(node.data));
    case "bound": {
      const known = from.knownFunction(node.id, false);
      if (known !== undefined) return made(known);
      const target = from.value(node.target) as Function;
      const bound = Function.prototype.bind.call(
        target,
        from.value(node.self),
        ...node.args.map((argument) => from.value(argument)),
      ) as object;
      registerId(node.id, bound);
      nameAsAtHome(bound as Function, node);
      return fill(from, bound, node, made);
    }
    case "function": {
      const known = from.knownFunction(node.id, node.isClass);
      if (known !== undefined) return made(known);
      return from.functions.make(node, made);
    }
  }
}

function symbolOf(node: Extract<Node, { is: "symbol" }>): symbol {
  if (node.key !== undefined) return Symbol.for(node.key);
  const known = node.id === undefined ? undefined : findById(node.id);
  const symbol = (known ?? Symbol(node.description)) as symbol;
  if (known === undefined && node.id !== undefined) registerId(node.id, symbol as unknown as WeakKey);
  return symbol;
}

function fill(from: Decoder, object: object, node: Extras, made: (value: unknown) => void): void {
  if (node.privates !== undefined && !from.options.evaluate)
    throw new SerializationError(
      "An instance with private members came back from a worker, and only its class can give it those. Return its data instead.",
    );
  const owners = node.privates?.map(({ owner }) => from.value(owner) as Function) ?? [];
  const shell = owners.length === 0 ? object : from.instances.own(object, owners);
  made(shell);
  from.fillLater(() => {
    if (node.proto !== undefined) Object.setPrototypeOf(shell, from.value(node.proto) as object | null);
    for (const property of node.props ?? []) define(from, shell, property);
    if (node.allProps !== undefined) arrange(from, shell, node.allProps);
    node.privates?.forEach(({ fields }, index) => from.instances.setPrivates(owners[index], shell, fields));
  });
  lockLater(from, shell, node);
}

export function lockLater(from: Decoder, object: object, { locked }: Extras): void {
  if (locked !== undefined)
    from.finally(() => [Object.preventExtensions, Object.seal, Object.freeze][locked - 1](object));
}

function fillError(
  from: Decoder,
  error: object,
  node: Extract<Node, { readonly stack: string | undefined }>,
  made: (value: unknown) => void,
): void {
  noteRemoteError(error);
  if (node.stack !== undefined)
    Object.defineProperty(error, "stack", { value: node.stack, writable: true, enumerable: false, configurable: true });
  fill(from, error, node, made);
}

export function define(from: Decoder, object: object, property: Property): void {
  const [key, value, attributes = ORDINARY] = property;
  const common = { enumerable: (attributes & ENUMERABLE) !== 0, configurable: (attributes & CONFIGURABLE) !== 0 };
  const descriptor =
    property.length === 4
      ? { get: from.value(value) as () => unknown, set: from.value(property[3]) as (value: unknown) => void, ...common }
      : { value: from.value(value), writable: (attributes & WRITABLE) !== 0, ...common };
  Object.defineProperty(object, from.value(key) as PropertyKey, descriptor);
}

/** A function's name and length, where its making did not give it those. */
export function nameAsAtHome(fn: Function, { name, length }: { readonly name: string; readonly length: number }): void {
  for (const [key, value] of [
    ["name", name],
    ["length", length],
  ] as const) {
    const descriptor = Object.getOwnPropertyDescriptor(fn, key);
    if (
      descriptor?.configurable === false ||
      descriptor?.value === value ||
      typeof (descriptor?.value ?? "") === "function"
    )
      continue;
    Object.defineProperty(fn, key, { value, configurable: true, enumerable: false, writable: false });
  }
}

/** Gives an object all its properties in their order, and takes what else it was made with. */
export function arrange(from: Decoder, object: object, own: NonNullable<Extras["allProps"]>): void {
  const wanted = own.map(([key]) => from.value(key) as PropertyKey);
  const before = new Map<PropertyKey, PropertyDescriptor>();
  for (const kind of ["index", "string", "symbol"]) {
    // What stands in its place already stays: the `prototype` of a function has to.
    const next = wanted.filter((key) => kindOf(key) === kind).values();
    let expected = next.next().value;
    for (const key of Reflect.ownKeys(object)) {
      if (kindOf(key) !== kind || isLegacyProperty(object, key)) continue;
      if (key === expected) {
        expected = next.next().value;
        continue;
      }
      before.set(key, Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor);
      Reflect.deleteProperty(object, key);
    }
  }
  own.forEach((property, index) => {
    const [key, descriptor] = [wanted[index], before.get(wanted[index])];
    if (property.length !== 1) define(from, object, property);
    else if (descriptor !== undefined) Object.defineProperty(object, key, descriptor);
  });
}

/** Keys of one kind keep their order; indices come first, and symbols last. */
function kindOf(key: PropertyKey): string {
  return typeof key !== "symbol" && isIndex(String(key)) ? "index" : typeof key;
}

const argumentsObject = function (): unknown[] {
  // eslint-disable-next-line prefer-rest-params
  return arguments as unknown as unknown[];
} as (...values: unknown[]) => unknown[];
