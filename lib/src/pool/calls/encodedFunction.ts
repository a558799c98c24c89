/** A function made ready to be sent: once a call, however many tasks the call has; and once for all calls where it can never change. */
import { isSelfContained, takesNoNames, usesReplaced } from "../../serialize/encode/closure";
import { encode } from "../../serialize/encode/encode";
import type { Encoded } from "../../serialize/encode/encode";
import type { WorkerVariables } from "../../serialize/encode/workerVariables";
import { sourceOf } from "../../serialize/v8/sourceText";
import { pack } from "../../serialize/message/bytes";
import { currentRoute } from "../../remote/outputRoutes";
import type { Call, SentFunction } from "../scheduler/task";

let functions = 0;
let calls = 0;

/** What is known of those who run the function. */
interface Receiver {
  readonly machines: boolean;
  readonly workerVariables: WorkerVariables | undefined;
}

interface Lasting<Sent> {
  readonly sent: Sent;
  readonly parts: readonly unknown[];
}
const lastingFunctions = new WeakMap<Function, Lasting<SentFunction>>();
/** Those that take no name from outside, by their text: wherever and however often such a function is made, it is the same to a worker. */
const lastingTexts = new Map<string, Lasting<Omit<SentFunction, "fn">>>();
const MOST_TEXTS = 500;

/**
 * A call of `fn`, which is read now: its variables are sent as they are at this moment.
 *
 * @param isOnce the call has one task only
 */
export function newCall(fn: Function, isOnce: boolean, receiver: Receiver): Call {
  return { fn: encodedFunction(fn, isOnce, receiver), id: ++calls, route: currentRoute() };
}

function encodedFunction(fn: Function, isOnce: boolean, { workerVariables, machines }: Receiver): SentFunction {
  const own = lastingFunctions.get(fn);
  const earlier = own ?? lastingTexts.get(sourceOf(fn));
  const parts = partsOf(fn);
  if (earlier !== undefined && parts.every((part, at) => part === earlier.parts[at]) && !usesReplaced(fn)) {
    const { sent } = earlier;
    if (own !== undefined && sent.workerVariables === workerVariables && sent.machines === machines) return own.sent;
    // The name of a module's function is another one on other machines; code is the same everywhere.
    if (sent.machines === machines || !isName(sent.payload)) return { ...sent, fn, workerVariables, machines };
  }
  const what = fn.name === "" ? "the function" : `the function \`${fn.name}\``;
  const encoded = encode(fn, { what, shared: !machines, machines, workerVariables });
  warnOfRepeatedNumbers(encoded);
  const isLasting = canNeverChange(fn, encoded);
  const sent = {
    ids: encoded.ids,
    held: encoded.held,
    machines,
    workerVariables,
    isLasting,
    payload: {
      fn: ++functions,
      // A lasting one refers to nothing, so it is small.
      code: isOnce || isLasting ? encoded.message : pack(encoded.message, true),
      once: isOnce && !isLasting,
      name: fn.name,
    },
  };
  if (isLasting) lastingFunctions.set(fn, { sent: { ...sent, fn }, parts });
  if (isLasting && takesNoNames(fn)) {
    if (lastingTexts.size >= MOST_TEXTS) lastingTexts.delete(lastingTexts.keys().next().value as string);
    // Without the function: it would keep all that is around it.
    lastingTexts.set(sourceOf(fn), { sent, parts });
  }
  return { ...sent, fn };
}

function isName({ code }: SentFunction["payload"]): boolean {
  return "nodes" in code && code.nodes[0]?.is === "name";
}

/** What could be changed about a function that refers to nothing. */
function partsOf(fn: Function): unknown[] {
  const { name, length } = fn;
  const prototype = fn.prototype as object | undefined;
  const prototypeKeys = prototype === undefined ? 0 : Reflect.ownKeys(prototype).length;
  const parent: unknown = Object.getPrototypeOf(fn);
  return [Reflect.ownKeys(fn).length, name, length, parent, Object.isExtensible(fn), prototype, prototypeKeys];
}

/** Does the function refer to nothing that could change, and can it keep nothing from one call to the next? */
function canNeverChange(fn: Function, { message }: Encoded): boolean {
  if (!("nodes" in message)) return false;
  const [node, ...others] = message.nodes;
  if (node === undefined || others.length > 0) return false;
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
  return isSelfContained(fn) && !REACHES_ITSELF.test(node.source) && !mentionsItself(node.source);
}
const REACHES_ITSELF = /\b(callee|caller|target)\b/;

/** It may call itself by its name; anything else could be to keep something there. */
function mentionsItself(source: string): boolean {
  const name = /^(?:async\s+)?function\s*\*?\s*([\w$]+)/.exec(source)?.[1];
  if (name === undefined) return false;
  return new RegExp(`(?<![\\w$])${name.replaceAll("$", "\\$")}(?![\\w$]|\\s*\\()`).test(source);
}

const warned = new Set<string>();

/** A task that draws random numbers from a generator around it draws from a copy, as all tasks do. Each variable is told once. */
function warnOfRepeatedNumbers({ generators, message }: Encoded): void {
  if (generators.length === 0 || !("nodes" in message)) return;
  const sources = message.nodes.flatMap((node) => (node.is === "function" ? [node.source] : []));
  // A stream for each task is the remedy.
  if (sources.some((source) => SPAWNS.test(source)) || !sources.some((source) => DRAWS.test(source))) return;
  for (const where of generators) {
    if (warned.has(where)) continue;
    warned.add(where);
    const name = `${/`(.*?)`/.exec(where)?.[1] ?? "random"}${[...where.matchAll(/property `(\..*?)`/g)].map(([, key]) => key).join("")}`;
    process.emitWarning(
      `${where} is a seededRandom, of which each worker and each call gets a copy as it is now: they all draw the same numbers. ` +
        `Give each task a stream of its own, with a key that no other task has: ${name}.spawn(key).random().`,
      { type: "SeededRandomWarning" },
    );
  }
}
const SPAWNS = /\.spawn\b/;
const DRAWS = /(?<!\bMath)(?<!crypto)\.(random|randint|choice)\b|\{[^}]*\b(random|randint|choice)\b[^}]*\}\s*=/;
