/** Gives objects the private members that their classes give them. In workers only: the classes are rewritten for it, see `rewriteClass`. */
import { SerializationError } from "../../base/errors";
import type { Decoder } from "./decoder";
import { evaluateInside, receivedClasses } from "../encode/privateMembers";
import type { ClassHelper, Ref } from "../message/message";
import { importFrom, metaOf } from "../names/esmImports";

/** What the code of functions and classes that are made here uses, under the name `HELPER`. */
export const helper: ClassHelper & {
  load(specifier: unknown, parent: string, options: unknown): unknown;
  meta(url: string): unknown;
} = {
  reviving: false,
  base: undefined,
  keys: [],
  registerClass: (owner, fields, evaluate, isDerived) =>
    void receivedClasses.set(owner, { fields, evaluate, isDerived }),
  load: async (specifier, parent, options) => importFrom(String(specifier), parent, options),
  meta: metaOf,
};

/** Loaded when an instance of an exported class is here: workers start sooner without. */
const exportedClasses = (): typeof import("./exportedClasses") =>
  require("./exportedClasses") as typeof import("./exportedClasses");

/** A private method, read through an instance; an instance without members of its own will do. */
export function privateMethod(owner: Function, name: string, self: unknown): unknown {
  const read = evaluateInside(owner, `(self) => (${name} in self ? self.${name} : undefined)`) as (
    self: unknown,
  ) => unknown;
  return read(owner) ?? read(self ?? construct(owner, {}));
}

/** Gives `object` the private members of those classes, without values; the first class may make a new object of it. */
export function addPrivateMembers(object: object, owners: readonly Function[]): object {
  const before = new Set(Reflect.ownKeys(object));
  const instance = owners.reduce((current, owner) => construct(owner, current), object);
  for (const key of Reflect.ownKeys(instance)) if (!before.has(key)) Reflect.deleteProperty(instance, key);
  return instance;
}

export function setPrivateFields(
  decoder: Decoder,
  owner: Function,
  object: object,
  fields: readonly (readonly [name: string, value: Ref])[],
): void {
  const values = new Map(fields.map(([name, slot]) => [name, decoder.value(slot)]));
  const setters = receivedClasses.get(owner)?.fields;
  if (setters === undefined) exportedClasses().setExportedFields(owner, object, values);
  else for (const [name, value] of values) setters[name]?.(object, value);
}

/** Constructs a class that was made here, with its constructor doing nothing and a base "class" that returns `object`. */
function construct(owner: Function, object: object): object {
  const base = Object.getPrototypeOf(owner) as object;
  const isDerived = receivedClasses.get(owner)?.isDerived;
  if (isDerived === undefined) return exportedClasses().constructExported(owner, object);
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
