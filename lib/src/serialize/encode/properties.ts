/** What any object may have beside what its kind says: properties, another prototype, locks, private members. */
import { types } from "node:util";
import { prototypeOf } from "../../base/reflect";
import { textOf } from "../../base/thrown";
import type { Encoder } from "./encoder";
import { isError } from "../names/untransferable";
import { namedKeysOf } from "../v8/inspector";
import { stepOf } from "./valuePath";
import { hasProperties } from "./cloneable";
import { isFieldArrow, privatesOf } from "./privateMembers";
import { CONFIGURABLE, ENUMERABLE, ORDINARY, WRITABLE, type Extras, type Property, type Ref } from "../message/message";

/**
 * @param usual the prototype that its kind has
 * @param skip properties that its kind takes care of
 * @param proto the prototype that its copy gets
 */
export function extrasOf(
  to: Encoder,
  value: object,
  usual: object | null | undefined,
  skip?: (key: string | symbol) => boolean,
  proto = prototypeOf(value),
): Extras {
  const extras: Extras = {};
  if (proto !== usual) extras.proto = proto === null ? null : to.at("its prototype", proto);
  const props = keysOf(value).filter((key) => skip === undefined || !skip(key));
  if (props.length > 0) extras.props = props.map((key) => propertyOf(to, value, key));
  if (!Object.isExtensible(value)) extras.locked = Object.isFrozen(value) ? 3 : Object.isSealed(value) ? 2 : 1;
  if (proto !== usual && proto !== null) {
    const privates = isError(value) && to.options.lenient === true ? undefined : privatesOf(to, value, proto);
    if (privates !== undefined) extras.privates = privates;
  }
  return extras;
}

/** The keys of an object; of a typed array without the indexes, which its kind takes care of. */
function keysOf(value: object): (string | symbol)[] {
  if (!types.isTypedArray(value)) return Reflect.ownKeys(value);
  return hasProperties(value) ? namedKeysOf(value) : [];
}

export function propertyOf(to: Encoder, value: object, key: string | symbol): Property {
  const descriptor = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
  const keySlot = to.at("key", key);
  const step = stepOf(key);
  const attributes = attributesOf(descriptor);
  if ("value" in descriptor) {
    if (to.options.returning === true && typeof descriptor.value === "function" && isFieldArrow(value, key))
      return [keySlot, fieldArrow(to, key)];
    const slot = to.at(step, descriptor.value);
    return attributes === ORDINARY ? [keySlot, slot] : [keySlot, slot, attributes];
  }
  // The getters of workers do not travel, so a thrown error gets the values that they have now.
  if (to.options.lenient === true && isError(value)) return [keySlot, read(to, value, key), attributes | WRITABLE];
  const { get, set } = descriptor as Record<string, unknown>;
  return [keySlot, to.at(`getter of ${step}`, get), attributes, to.at(`setter of ${step}`, set)];
}

/** A copy of the function would go on using the `this` of the instance that was sent. */
function fieldArrow(to: Encoder, key: string | symbol): Ref {
  const why =
    "is an arrow function that belongs to its instance, and only its class can make one for the instance here";
  if (to.options.lenient === true) return to.omit(stepOf(key), `it ${why}`);
  return to.refuse(`its ${stepOf(key)} ${why}. Make it a method, or return the data of the instance instead.`);
}

function read(to: Encoder, value: object, key: string | symbol): Ref {
  try {
    return to.at(stepOf(key), Reflect.get(value, key));
  } catch (error) {
    return to.omit(stepOf(key), `its getter failed with: ${textOf(error)}`);
  }
}

export function attributesOf(descriptor: PropertyDescriptor): number {
  return (
    (descriptor.writable === true || !("value" in descriptor) ? WRITABLE : 0) +
    (descriptor.enumerable === true ? ENUMERABLE : 0) +
    (descriptor.configurable === true ? CONFIGURABLE : 0)
  );
}
