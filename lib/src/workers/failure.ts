/** An error on its way from the worker that threw it to those who wait: same class, message and properties, and where it came from. */
import { findSourceMap } from "node:module";
import type { SourceMapping } from "node:module";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { RemoteError } from "../ground/errors";
import { messageOf, partOf, textOf } from "../ground/thrown";
import { encode } from "../transport/encode";
import { isError } from "../transport/isError";
import { nameOf } from "../transport/names";
import { decodeSalvaged } from "../transport/salvage";
import type { Message } from "../transport/wire";
import type { Failure } from "./protocol";

/** Makes a failure of what a function threw. `where` says which worker, function and item it was. */
export function toFailure(thrown: unknown, where: string): Failure {
  const { message: error } = encode(thrown, { what: "the error thrown", shared: true, homeward: true, lenient: true });
  const stack = textIn(thrown, "stack");
  return {
    error, where, stack: ownFrames(stack), written: filesIn(stack).filter((file) => mapOf(file) !== undefined),
    name: textIn(thrown, "name"), message: messageOf(thrown) ?? `A value that cannot travel was thrown: ${textOf(thrown)}`,
  };
}

function textIn(thrown: unknown, key: string): string {
  const part = partOf(thrown, key);
  return typeof part === "string" ? part : "";
}

/** The error of a failure, with a RemoteError at the end of its chain of causes. What was thrown need not be an Error. */
export function fromFailure(failure: Failure): unknown {
  const { where, stack, written, name, message } = failure;
  const remote = new RemoteError();
  const error = withWrittenStacks(failure.error, new Set(written));
  const { value, isThere, notes } = decodeSalvaged(error, (thrown) => { if (isError(thrown)) endWith(remote, thrown); });
  remote.message = `thrown in ${where}${leftOut(notes)}`;
  remote.stack = `RemoteError: ${remote.message}\n${asWritten(stack, new Set(written))}`;
  if (isThere && (notes.length === 0 || isError(value))) return value;
  const instead = name === "" ? new TypeError(message) : Object.defineProperty(new Error(message), "name", { value: name, writable: true, configurable: true });
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
      if (nameOf(error) === undefined && Object.isExtensible(error)) Object.defineProperty(error, "cause", { value: last, writable: true, enumerable: false, configurable: true });
      return;
    }
    if (typeof cause !== "object" || cause === null) return;
    error = cause;
  }
}

/** The same message, where stacks name the lines that the author wrote. */
function withWrittenStacks(message: Message, written: ReadonlySet<string>): Message {
  if ("plain" in message) return message;
  return { ...message, nodes: message.nodes.map((node) => ("stack" in node && node.stack !== undefined && node.foreign !== true ? { ...node, stack: asWritten(node.stack, written) } : node)) };
}

/** A frame of a stack: what stands before its place, the place, line and column. */
const FRAME = /^(\s+at (?:.*? \()?(?:async )?)(.+):(\d+):(\d+)(?=\)?$)/gm;

function filesIn(stack: string): string[] {
  return [...new Set([...stack.matchAll(FRAME)].map(([, , file]) => file))];
}

function mapOf(file: string): ReturnType<typeof findSourceMap> {
  return findSourceMap(file.startsWith("file:") ? fileURLToPath(file) : file) ?? findSourceMap(file);
}

/** Frames by the lines that the author wrote, where a compiler such as tsx left a map of them in this process. */
function asWritten(frames: string, written: ReadonlySet<string>): string {
  return frames.replace(FRAME, (frame, before: string, file: string, line: string, column: string) => {
    const entry = written.has(file) ? undefined : mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1) as Partial<SourceMapping> | undefined;
    return entry?.originalLine === undefined ? frame : `${before}${file}:${entry.originalLine + 1}:${(entry.originalColumn ?? 0) + 1}`;
  });
}

/** The frames of a stack that are not this library's or piscina's. */
export function ownFrames(stack: string): string {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.filter((line) => !OURS.test(line)).join("\n");
}
/** What follows where a frame says its place: a module of Node's, or a file of this library or of piscina. */
const places = ["node:", dirname(__dirname) + sep, dirname(require.resolve("piscina")) + sep].map((place) => place.replace(/\W/g, "\\$&"));
const OURS = new RegExp(`(?:\\(|at (?:async )?)(?:${places.join("|")})`);
