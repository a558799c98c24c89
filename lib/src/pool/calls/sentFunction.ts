/** A function made ready to be sent: once a call, however many tasks the call has; and once for all where it can never change. */
import { isIndependent, usesReplaced } from "../../serialize/encode/closure";
import { encode } from "../../serialize/encode/encode";
import type { Encoded } from "../../serialize/encode/encode";
import { pack } from "../../serialize/message/bytes";
import type { WorkerVariables } from "../../serialize/encode/workerVariables";
import type { Payload } from "../protocol/messages";
import { warnOfRepeats } from "./randomRepeats";
import { currentRoute } from "../../remote/outputRoutes";
import type { OutputRoute } from "../../remote/outputRoutes";

/** The same for all calls, as long as the function does not change. */
export interface Cargo {
  readonly payload: Payload;
  /** Ids of the functions and classes in it, which its items and results may refer to. */
  readonly ids: ReadonlySet<string>;
  /** Queues in it, to be kept until its tasks have ended. */
  readonly held: readonly object[];
  /** The variables that the workers of its pool have for themselves. */
  readonly own: WorkerVariables | undefined;
  /** Workers keep it for later calls, so that it is compiled and optimized once. */
  readonly lasting: boolean;
}

/** What belongs to one call of it. */
export interface CallOf {
  /** Names the call among those of this process. */
  readonly call: number;
  /** By which its tasks' prints are shown. */
  readonly route: OutputRoute;
}
export interface Shipment extends Cargo, CallOf {}

let functions = 0;
let calls = 0;
const lastingOnes = new WeakMap<Function, { readonly cargo: Cargo; readonly parts: Parts }>();

/**
 * @param once the call has one task only
 * @param own what the workers that it goes to have for themselves
 */
export function ship(fn: Function, once: boolean, own: WorkerVariables | undefined): Shipment {
  return { ...cargoOf(fn, once, own), ...newCall() };
}

export function newCall(): CallOf {
  return { call: ++calls, route: currentRoute() };
}

/** Without a call yet; see `ship`. */
export function cargoOf(fn: Function, once: boolean, own: WorkerVariables | undefined): Cargo {
  const earlier = lastingOnes.get(fn);
  if (earlier !== undefined && isUnchanged(fn, earlier.parts) && !usesReplaced(fn))
    return earlier.cargo.own === own ? earlier.cargo : { ...earlier.cargo, own };
  const parts = partsOf(fn);
  const encoded = encode(fn, {
    what: fn.name === "" ? "the function" : `the function \`${fn.name}\``,
    shared: true,
    own,
  });
  warnOfRepeats(encoded);
  const lasting = isLasting(fn, encoded);
  // One that lasts refers to nothing, so it is small.
  const code = once || lasting ? encoded.message : pack(encoded.message, true);
  const cargo: Cargo = {
    ids: encoded.ids,
    held: encoded.held,
    own,
    lasting,
    payload: { fn: ++functions, code, once: once && !lasting, name: fn.name },
  };
  if (lasting) lastingOnes.set(fn, { cargo, parts });
  return cargo;
}

/** What could be changed about a function that refers to nothing. */
interface Parts {
  readonly keys: number;
  readonly name: string;
  readonly length: number;
  readonly parent: unknown;
  readonly isExtensible: boolean;
  readonly prototype: object | undefined;
  readonly prototypeKeys: number;
}

function partsOf(fn: Function): Parts {
  const { name, length, prototype } = fn as Function & { prototype: object | undefined };
  return {
    keys: keysOf(fn),
    name,
    length,
    parent: Object.getPrototypeOf(fn),
    isExtensible: Object.isExtensible(fn),
    prototype,
    prototypeKeys: keysOf(prototype),
  };
}

function isUnchanged(
  fn: Function,
  { keys, name, length, parent, isExtensible, prototype, prototypeKeys }: Parts,
): boolean {
  return (
    keysOf(fn) === keys &&
    fn.name === name &&
    fn.length === length &&
    Object.getPrototypeOf(fn) === parent &&
    Object.isExtensible(fn) === isExtensible &&
    (fn as { prototype?: object }).prototype === prototype &&
    keysOf(prototype) === prototypeKeys
  );
}

function keysOf(object: object | undefined): number {
  return object === undefined ? 0 : Reflect.ownKeys(object).length;
}

/** Does the function refer to nothing that could change, and can it keep nothing from one call to the next? */
function isLasting(fn: Function, { message }: Encoded): boolean {
  if ("cloned" in message || message.nodes.length !== 1) return false;
  const [node] = message.nodes;
  if (node.is === "name") return true;
  if (
    node.is !== "function" ||
    node.isClass ||
    node.usesThis ||
    node.args !== undefined ||
    node.props !== undefined ||
    node.prototypeParts !== undefined
  )
    return false;
  return isIndependent(fn) && !KEEPS.test(node.source) && !mentionsItself(node.source);
}
/** Ways for a function to get at itself. */
const KEEPS = /\b(callee|caller|target)\b/;

/** It may call itself by its name; anything else could be to put something there. */
function mentionsItself(source: string): boolean {
  const name = /^(?:async\s+)?function\s*\*?\s*([\w$]+)/.exec(source)?.[1];
  if (name === undefined) return false;
  return new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$]|\\s*\\()`).test(source);
}
