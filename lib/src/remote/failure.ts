/** An error on its way from the worker that threw it to those who wait: same class, message and properties, and where it came from. */
import { RemoteError } from "../base/errors";
import { messageOf, partOf, textOf } from "../base/thrown";
import { encode } from "../serialize/encode/encode";
import { isError } from "../serialize/names/untransferable";
import { nameInWorkers } from "../serialize/names/lookup";
import { decodeLeniently } from "../serialize/decode/lenient";
import type { Message } from "../serialize/message/message";
import { asWritten, movedFrames, ownFrames, writtenFilesIn } from "./stackFrames";
import type { Places } from "./stackFrames";

export interface Failure {
  /** The error, as the function threw it. */
  readonly error: Message;
  /** Where it was thrown, in which worker, for the cause of causes. */
  readonly where: string;
  readonly stack: string;
  /** Files of which the worker knows how their lines were written; its stacks say those already. */
  readonly written: readonly string[];
  /** What it said, for the case that nothing else of it can be had. What is no error has the name "". */
  readonly name: string;
  readonly message: string;
}

/** Makes a failure of what a function threw. `where` says which worker, function and item it was; `machines`: it may go to another machine. */
export function toFailure(thrown: unknown, where: string, machines: boolean): Failure {
  const { message: error } = encode(thrown, {
    what: "the error thrown",
    shared: !machines,
    machines,
    returning: true,
    lenient: true,
  });
  const stack = textIn(thrown, "stack");
  return {
    error,
    where,
    stack: ownFrames(stack),
    written: writtenFilesIn(stack),
    name: textIn(thrown, "name"),
    message: messageOf(thrown) ?? `A value that cannot travel was thrown: ${textOf(thrown)}`,
  };
}

function textIn(thrown: unknown, key: string): string {
  const part = partOf(thrown, key);
  return typeof part === "string" ? part : "";
}

/** The failures that errors were made of: such an error is sent on as it came, since not all of it may be here. */
const failures = new WeakMap<object, Failure>();

/** The failure of which `fromFailure` made that error. */
export function failureOf(error: unknown): Failure | undefined {
  return typeof error === "object" && error !== null ? failures.get(error) : undefined;
}

/** The error of a failure, with a RemoteError at the end of its chain of causes. What was thrown need not be an Error. */
export function fromFailure(failure: Failure, places?: Places): unknown {
  const error = errorOf(failure, places);
  if (typeof error === "object" && error !== null) failures.set(error, failure);
  return error;
}

function errorOf(failure: Failure, places: Places | undefined): unknown {
  const { where, stack, written, name, message } = failure;
  const remote = new RemoteError();
  const writtenFiles = new Set(written);
  const readable = (frames: string): string => asWritten(movedFrames(frames, writtenFiles, places), writtenFiles);
  const error = withStacks(failure.error, readable);
  const { value, isThere, notes } = decodeLeniently(error, (thrown) => {
    if (isError(thrown)) endWith(remote, thrown);
  });
  remote.message = `thrown in ${where}${leftOut(notes)}`;
  remote.stack = `RemoteError: ${remote.message}\n${readable(stack)}`;
  if (isThere && (notes.length === 0 || isError(value))) return value;
  const instead =
    name === ""
      ? new TypeError(message)
      : Object.defineProperty(new Error(message), "name", { value: name, writable: true, configurable: true });
  endWith(remote, instead);
  return instead;
}

const MOST_NOTES = 5;

/** What of an error could not be had, in one sentence each. */
function leftOut(notes: readonly string[]): string {
  if (notes.length === 0) return "";
  const shown = notes.slice(0, MOST_NOTES).map((note) => note.replace(/\. .*$/s, ""));
  return `. Not all of it came home: ${shown.join("; ")}${notes.length > MOST_NOTES ? `; and ${notes.length - MOST_NOTES} more` : ""}`;
}

/** Makes an error the last in a chain of causes. */
function endWith(last: RemoteError, thrown: object): void {
  let error = thrown;
  for (const seen = new Set<object>(); !seen.has(error);) {
    seen.add(error);
    const cause = partOf(error, "cause");
    if (cause === undefined) {
      if (nameInWorkers(error) === undefined && Object.isExtensible(error))
        Object.defineProperty(error, "cause", { value: last, writable: true, enumerable: false, configurable: true });
      return;
    }
    if (typeof cause !== "object" || cause === null) return;
    error = cause;
  }
}

/** The same message with changed stacks. */
function withStacks(message: Message, change: (stack: string) => string): Message {
  if ("cloned" in message) return message;
  return {
    ...message,
    nodes: message.nodes.map((node) =>
      "stack" in node && node.stack !== undefined && node.remote !== true
        ? { ...node, stack: change(node.stack) }
        : node,
    ),
  };
}
