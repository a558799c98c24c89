/** A function made ready to be sent: once a call, however many tasks the call has; and once for all where it can never change. */
import { isIndependent } from "../transport/capture";
import { encode } from "../transport/encode";
import type { Encoded } from "../transport/encode";
import { pack } from "../transport/pack";
import type { Payload } from "./protocol";
import { voiceOfNow } from "./voices";
import type { Voice } from "./voices";

export interface Shipment {
  readonly payload: Payload;
  /** Names the call among those of this process. */
  readonly call: number;
  /** Ids of the functions and classes in it, which its items and results may refer to. */
  readonly ids: ReadonlySet<string>;
  /** By which its tasks' prints are shown. */
  readonly voice: Voice;
  /** Queues in it, to be kept until its tasks have ended. */
  readonly held: readonly object[];
  /** Workers keep it for later calls, so that it is compiled and optimized once. */
  readonly lasting: boolean;
}

let functions = 0;
let calls = 0;
const lastingOnes = new WeakMap<Function, { readonly shipment: Shipment; readonly parts: readonly unknown[] }>();

/** @param once the call has one task only */
export function ship(fn: Function, once: boolean): Shipment {
  const earlier = lastingOnes.get(fn);
  const parts = partsOf(fn);
  if (earlier?.parts.every((part, index) => part === parts[index]) === true) return { ...earlier.shipment, call: ++calls, voice: voiceOfNow() };
  const encoded = encode(fn, { what: fn.name === "" ? "the function" : `the function \`${fn.name}\``, shared: true });
  const lasting = isLasting(fn, encoded);
  const code = once && !lasting ? encoded.message : pack(encoded.message, true);
  const shipment: Shipment = { ids: encoded.ids, held: encoded.held, lasting, call: ++calls, voice: voiceOfNow(), payload: { fn: ++functions, code, once: once && !lasting, name: fn.name } };
  if (lasting) lastingOnes.set(fn, { shipment, parts });
  return shipment;
}

/** What could be changed about a function that refers to nothing. */
function partsOf(fn: Function): unknown[] {
  const { prototype } = fn as { prototype: object | undefined };
  return [
    Reflect.ownKeys(fn).length, fn.name, fn.length, Object.getPrototypeOf(fn), Object.isExtensible(fn),
    prototype, prototype && Reflect.ownKeys(prototype).length,
  ];
}

/** Does the function refer to nothing that could change, and can it keep nothing from one call to the next? */
function isLasting(fn: Function, { message }: Encoded): boolean {
  if ("plain" in message || message.nodes.length !== 1) return false;
  const [node] = message.nodes;
  if (node.is === "name") return true;
  if (node.is !== "function" || node.isClass || node.usesSelf || node.args !== undefined || node.props !== undefined || node.prototypeParts !== undefined) return false;
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
