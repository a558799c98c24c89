/** Makes instances again: gives objects the private members, and the fields that are arrow functions, that their classes give them. */
import { SerializationError } from "../../base/errors";
import type { Decoder } from "./decode";
import { evaluateInside, helper, insides } from "../encode/runtimeHelper";
import type { PrivateFields } from "../encode/reviveAtHome";
import type { Slot } from "../message/message";

/** Needed only where a copy of an instance comes home. */
const originals = (): typeof import("../encode/reviveAtHome") =>
  require("../encode/reviveAtHome") as typeof import("../encode/reviveAtHome");

/** Instances that were made here, with the public fields that their classes gave them at first. */
const instances = new WeakMap<object, ReadonlyMap<PropertyKey, PropertyDescriptor>>();

/** Was that object made here with its private members? */
export function isInstance(object: object): boolean {
  return instances.has(object);
}

/** A field of an instance as its class makes it. */
export function fieldOf(object: object, key: PropertyKey): PropertyDescriptor {
  const field = instances.get(object)?.get(key);
  if (field === undefined)
    throw new SerializationError(
      `An instance came back with a field ${String(key)} that its class does not give it here. Return its data as a plain object.`,
    );
  return field;
}

/** The instances of one message. */
export class InstanceDecoder {
  constructor(private readonly from: Decoder) {}

  /** A private method, read through an instance; one without members of its own will do. */
  privateMethod(owner: Function, name: string, self: unknown): unknown {
    const read = evaluateInside(owner, `(self) => (${name} in self ? self.${name} : undefined)`) as (
      self: unknown,
    ) => unknown;
    return read(owner) ?? read(self ?? construct(owner, {}));
  }

  /** Gives `object` the private members of those classes; the first class may make a new object of it. */
  own(object: object, owners: readonly Function[]): object {
    let current = object;
    const before = new Set(Reflect.ownKeys(object));
    for (const owner of owners)
      current = insides.has(owner) ? construct(owner, current) : originals().constructOriginal(owner, current);
    const fields = new Map<PropertyKey, PropertyDescriptor>();
    for (const key of Reflect.ownKeys(current)) {
      if (before.has(key)) continue;
      fields.set(key, Object.getOwnPropertyDescriptor(current, key) as PropertyDescriptor);
      Reflect.deleteProperty(current, key);
    }
    instances.set(current, fields);
    return current;
  }

  setPrivates(owner: Function, object: object, fields: readonly (readonly [name: string, value: Slot])[]): void {
    const values = fields.map(([name, slot]) => [name, this.from.value(slot)] as const);
    const inside = insides.get(owner);
    if (inside !== undefined) {
      for (const [name, value] of values) inside.fields[name](object, value);
      return;
    }
    const pending = this.pending.get(owner) ?? { names: values.map(([name]) => name), objects: [] };
    pending.objects.push({ object, values: values.map(([, value]) => value) });
    this.pending.set(owner, pending);
  }

  /** Sets the private fields of instances whose classes are at home here. */
  finish(): void {
    for (const [owner, fields] of this.pending) originals().setOriginalPrivates(owner, fields);
  }
  private readonly pending = new Map<Function, PrivateFields>();
}

/** Constructs a class that was made here, with its constructor doing nothing and a base "class" that returns `object`. */
function construct(owner: Function, object: object): object {
  const base = Object.getPrototypeOf(owner) as object;
  const isDerived = insides.get(owner)?.isDerived === true;
  if (isDerived && !Object.isExtensible(owner)) {
    throw new SerializationError(
      `An instance of the class ${owner.name} came after the class, which is locked (frozen, sealed or not extensible), and its private members cannot be set any more. Send it with the function, or its data.`,
    );
  }
  helper.reviving = true;
  try {
    if (!isDerived) return Reflect.construct(owner, [], Object) as object;
    Object.setPrototypeOf(owner, function () {
      return object;
    });
    Reflect.construct(owner, [], owner);
    return object;
  } finally {
    helper.reviving = false;
    if (isDerived) Object.setPrototypeOf(owner, base);
  }
}
