/** Makes instances again: gives objects the private members, and the fields that are arrow functions, that their classes give them. */
import { SerializationError } from "../../base/errors";
import type { Decoder } from "./decode";
import { evaluateInside, helper, insides } from "../encode/runtimeHelper";
import type { Slot } from "../message/message";

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
    const before = new Set(Reflect.ownKeys(object));
    const instance = owners.reduce((current, owner) => construct(owner, current), object);
    for (const key of Reflect.ownKeys(instance)) if (!before.has(key)) Reflect.deleteProperty(instance, key);
    return instance;
  }

  setPrivates(owner: Function, object: object, fields: readonly (readonly [name: string, value: Slot])[]): void {
    const setters = insides.get(owner)?.fields;
    for (const [name, slot] of fields) setters?.[name](object, this.from.value(slot));
  }
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
