/** What an error becomes in a message. One that was thrown says, too, what it is where its class cannot be had. */
import { types } from "node:util";
import { messageOf, partOf } from "../../base/thrown";
import type { Encoder } from "./encoder";
import { extrasOf } from "./properties";
import { isRemoteError } from "../message/ids";
import { nameOf } from "../names/lookup";
import { isOfNode } from "../v8/sourceText";
import { hasPrivates } from "./privateMembers";
import type { Extras, Node } from "../message/message";

export function errorNode(to: Encoder, error: Error): Node {
  const isDom = error instanceof DOMException;
  const isMade = types.isNativeError(error);
  const usual = isDom ? DOMException.prototype : isMade ? Error.prototype : Object.prototype;
  const [proto = Object.prototype, ...beyond] = protosOf(error);
  // Newer versions of V8 keep the stack behind a getter.
  const get: unknown = Reflect.get(Object.getOwnPropertyDescriptor(error, "stack") ?? {}, "get");
  const skip = (key: string | symbol): boolean =>
    (key === "stack" && (isMade || isDom || get !== undefined)) || (isDom && key === "cause");
  const stack = Object.hasOwn(error, "stack") ? partOf(error, "stack") : undefined;
  const extras: Extras = extrasOf(to, error, usual, skip, proto);
  if (to.options.lenient === true) {
    extras.fallback = {
      protos: beyond.map((each) => to.at("its class", each)),
      className: classNameOf(proto),
      name: nameIn(error),
      message: messageOf(error) ?? "",
      hasPrivates: hasPrivates(error),
    };
  }
  const common = {
    stack: typeof stack === "string" ? stack : undefined,
    ...(isRemoteError(error) && { remote: true as const }),
  };
  return isDom
    ? {
        is: "domException",
        name: error.name,
        message: error.message,
        cause: to.at("cause", error.cause),
        ...common,
        ...extras,
      }
    : { is: "error", isMade, ...common, ...extras };
}

function nameIn(error: Error): string {
  const name = partOf(error, "name");
  return typeof name === "string" ? name : "";
}

/** The prototypes of an error up to the first of the language's. Node hides classes of its own in between, and shows what they extend as the class. */
function protosOf(error: Error): object[] {
  const protos: object[] = [];
  for (
    let proto = Object.getPrototypeOf(error) as object | null;
    proto !== null;
    proto = Object.getPrototypeOf(proto) as object | null
  ) {
    const isOfLanguage = nameOf(proto)?.from === "global";
    if (isOfLanguage || !isHidden(proto)) protos.push(proto);
    if (isOfLanguage) break;
  }
  return protos;
}

const hidden = new WeakMap<object, boolean>();

function isHidden(proto: object): boolean {
  let answer = hidden.get(proto);
  if (answer === undefined) {
    const { value, get } = (Object.getOwnPropertyDescriptor(proto, "constructor") ?? {}) as Record<string, unknown>;
    const owner = value ?? get;
    answer =
      typeof owner === "function" && nameOf(owner) === undefined && nameOf(proto) === undefined && isOfNode(owner);
    hidden.set(proto, answer);
  }
  return answer;
}

function classNameOf(proto: object): string {
  const owner: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  const name: unknown = typeof owner === "function" ? Object.getOwnPropertyDescriptor(owner, "name")?.value : undefined;
  return typeof name === "string" ? name : "";
}
