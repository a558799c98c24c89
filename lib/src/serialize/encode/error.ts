/** What an error becomes in a message. A thrown error also says what it becomes where the receiver does not have its class. */
import { types } from "node:util";
import { ownValue, prototypeChain, prototypeOf } from "../../base/reflect";
import { messageOf, partOf } from "../../base/thrown";
import type { Encoder } from "./encoder";
import { extrasOf } from "./properties";
import { remoteErrors } from "../message/ids";
import { nameInWorkers } from "../names/lookup";
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
    ...(remoteErrors.has(error) && { remote: true as const }),
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

/** The prototypes of an error up to the first of the language's, without the classes that Node hides in between. */
function protosOf(error: Error): object[] {
  const protos = prototypeChain(prototypeOf(error));
  const last = protos.findIndex((proto) => nameInWorkers(proto)?.from === "global");
  return protos.filter((proto, index) => index === last || ((last < 0 || index < last) && !isHidden(proto)));
}

const hidden = new WeakMap<object, boolean>();

function isHidden(proto: object): boolean {
  let answer = hidden.get(proto);
  if (answer === undefined) {
    const { value, get } = (Object.getOwnPropertyDescriptor(proto, "constructor") ?? {}) as Record<string, unknown>;
    const owner = value ?? get;
    answer =
      typeof owner === "function" &&
      nameInWorkers(owner) === undefined &&
      nameInWorkers(proto) === undefined &&
      isOfNode(owner);
    hidden.set(proto, answer);
  }
  return answer;
}

function classNameOf(proto: object): string {
  const owner = ownValue(proto, "constructor");
  const name = typeof owner === "function" ? ownValue(owner, "name") : undefined;
  return typeof name === "string" ? name : "";
}
