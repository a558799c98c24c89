/**
 * Instances of the program's classes. There may be very many of one class, and most are only their properties: what the first of them has told of the class
 * is not asked again, and the properties of the others go as structured clone carries them.
 */
import { types } from "node:util";
import { SeededRandom } from "../../base/random";
import { prototypeOf } from "../../base/reflect";
import type { Extras, Node } from "../message/message";
import { nameInWorkers } from "../names/lookup";
import { isBareArray, isCloneableRecord } from "./cloneable";
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
  return proto === undefined || !isPlain(to, value) ? undefined : { is: "raw", value: { ...value }, proto };
}

function isPlain(to: Encoder, value: object): boolean {
  if (hasSlots(value) || !isCloneableRecord(value, to.notCloneable)) return false;
  // These may make it a module, or a prototype.
  return !Object.hasOwn(value, "default") && !Object.hasOwn(value, "constructor");
}

/** The least number of instances for which one node is worth while. */
const MANY = 10;

/** Makes one node of all items but the first, if all are instances of one class that are only their properties. */
export function instancesIn(to: Encoder, array: readonly unknown[]): { more: number } | undefined {
  if (array.length < MANY || to.options.lenient === true || !isBareArray(array)) return undefined;
  const first = array[0];
  // Not of a list in a list: one in the other they may be thousands deep.
  if (!isNew(to, first) || hasSlots(first)) return undefined;
  const prototype = prototypeOf(first);
  if (prototype === null || prototype === Object.prototype) return undefined;
  to.ahead(0, first);
  const proto = to.plainPrototypes.get(prototype);
  if (proto === undefined) return undefined;
  const rest = new Set(array);
  rest.delete(first);
  if (rest.size !== array.length - 1) return undefined;
  for (const item of rest) {
    if (!isNew(to, item) || prototypeOf(item) !== prototype || nameInWorkers(item) !== undefined || !isPlain(to, item))
      return undefined;
  }
  const values = Array.from(rest, (item) => ({ ...(item as object) }));
  const more = to.nodes.length;
  const node: Node = { is: "instances", first: more, values, proto };
  for (const item of rest) to.nodes[to.reserve(item)] = node;
  return { more };
}

function isNew(to: Encoder, value: unknown): value is object {
  return typeof value === "object" && value !== null && !types.isProxy(value) && to.nodeNumberOf(value) === undefined;
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
