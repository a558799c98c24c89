/**
 * Instances of the program's classes. There may be very many of one class, and most are only their properties: what the first of them has told of the class
 * is not asked again, and the properties of the others go as structured clone carries them.
 */
import { types } from "node:util";
import { SeededRandom } from "../../base/random";
import { prototypeOf } from "../../base/reflect";
import type { Extras, Node } from "../message/message";
import { isCloneableRecord } from "./cloneable";
import type { Encoder } from "./encoder";
import { mayHavePrivates } from "./privateMembers";
import { hasLostClass } from "./prototypes";

/** Notes the prototype of an instance for which no kind of object was found but the general one. */
export function noteInstance(to: Encoder, value: object, { proto }: Extras): void {
  const prototype = prototypeOf(value);
  if (prototype === null || !Array.isArray(proto) || value instanceof SeededRandom) return;
  if (!hasLostClass(value) && !mayHavePrivates(prototype)) to.plainPrototypes.set(prototype, proto);
}

/** The node of an instance with a prototype that was noted; undefined where it may be more than ordinary properties. */
export function plainInstance(to: Encoder, value: object): Node | undefined {
  const proto = to.plainPrototypes.get(prototypeOf(value) as object);
  if (proto === undefined || hasSlots(value) || !isCloneableRecord(value, to.notCloneable)) return undefined;
  // These may make it a module, or a prototype.
  if (Object.hasOwn(value, "default") || Object.hasOwn(value, "constructor")) return undefined;
  return { is: "raw", value: { ...value }, proto };
}

/** Is it of a kind of the language, whatever its prototype? */
function hasSlots(value: object): boolean {
  return (
    Array.isArray(value) ||
    types.isMap(value) ||
    types.isSet(value) ||
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isPromise(value) ||
    types.isNativeError(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isBoxedPrimitive(value) ||
    types.isArgumentsObject(value) ||
    types.isGeneratorObject(value) ||
    types.isMapIterator(value) ||
    types.isSetIterator(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value) ||
    types.isExternal(value) ||
    types.isModuleNamespaceObject(value)
  );
}
