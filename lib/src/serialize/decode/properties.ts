/** Gives values their properties, prototypes and private members, and locks them. */
import { SerializationError } from "../../base/errors";
import { isIndex } from "../encode/valuePath";
import { CONFIGURABLE, ENUMERABLE, ORDINARY, WRITABLE, isLegacyProperty } from "../message/message";
import type { Extras, FunctionExtras, Property } from "../message/message";
import type { Decoder } from "./decoder";
import { addPrivateMembers, setPrivateFields } from "./instances";

export function fill(decoder: Decoder, object: object, node: Extras, made: (value: unknown) => void): void {
  if (node.privates !== undefined && !decoder.options.evaluate)
    throw new SerializationError(
      "An instance with private members came back from a worker, and only its class can give it those. Return its data instead.",
    );
  const owners = node.privates?.map(({ owner }) => decoder.value(owner) as Function) ?? [];
  const target = owners.length === 0 ? object : addPrivateMembers(object, owners);
  made(target);
  decoder.fillLater(() => {
    if (node.proto !== undefined) Object.setPrototypeOf(target, decoder.value(node.proto) as object | null);
    for (const property of node.props ?? []) define(decoder, target, property);
    if (node.allProps !== undefined) arrange(decoder, target, node.allProps);
    for (const { owner, fields } of node.privates ?? [])
      setPrivateFields(decoder, decoder.value(owner) as Function, target, fields);
  });
  lock(decoder, target, node);
}

function lock(decoder: Decoder, object: object, { locked }: Extras): void {
  if (locked !== undefined)
    decoder.lockLater(() => [Object.preventExtensions, Object.seal, Object.freeze][locked - 1]?.(object));
}

function define(decoder: Decoder, object: object, property: Property): void {
  const [key, value, attributes = ORDINARY] = property;
  const common = { enumerable: (attributes & ENUMERABLE) !== 0, configurable: (attributes & CONFIGURABLE) !== 0 };
  const descriptor =
    property.length === 4
      ? {
          get: decoder.value(value) as () => unknown,
          set: decoder.value(property[3]) as (value: unknown) => void,
          ...common,
        }
      : { value: decoder.value(value), writable: (attributes & WRITABLE) !== 0, ...common };
  Object.defineProperty(object, decoder.value(key) as PropertyKey, descriptor);
}

/** The counterpart of encode/functionProperties.ts. */
export function addFunctionProperties(decoder: Decoder, fn: Function, node: FunctionExtras): void {
  for (const [object, extras] of [
    [fn, node],
    [fn.prototype as object, node.prototypeParts],
  ] as const) {
    if (extras === undefined) continue;
    if (extras.proto !== undefined) Object.setPrototypeOf(object, decoder.value(extras.proto) as object | null);
    if (extras.allProps !== undefined) arrange(decoder, object, extras.allProps);
    lock(decoder, object, extras);
  }
}

export function setNameAndLength(
  fn: Function,
  { name, length }: { readonly name: string; readonly length: number },
): void {
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

/** Gives an object these properties in this order, and no others. */
function arrange(decoder: Decoder, object: object, all: NonNullable<Extras["allProps"]>): void {
  const wanted = all.map(([key]) => decoder.value(key) as PropertyKey);
  const before = new Map<PropertyKey, PropertyDescriptor>();
  for (const kind of ["index", "string", "symbol"]) {
    // A property that has its order already stays: the `prototype` of a function cannot be deleted.
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
  for (const property of all) {
    const key = decoder.value(property[0]) as PropertyKey;
    const descriptor = before.get(key);
    if (property.length !== 1) define(decoder, object, property);
    else if (descriptor !== undefined) Object.defineProperty(object, key, descriptor);
  }
}

/** Only keys of one kind have an order among each other. */
function kindOf(key: PropertyKey): string {
  return typeof key !== "symbol" && isIndex(String(key)) ? "index" : typeof key;
}
