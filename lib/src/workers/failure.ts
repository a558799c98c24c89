/** An error on its way from the worker that threw it to those who wait: same class, message and properties, and where it came from. */
import { findSourceMap } from "node:module";
import type { SourceMapping } from "node:module";
import { dirname, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { types } from "node:util";
import { RemoteError, SerializationError } from "../ground/errors";
import { decode } from "../transport/decode";
import type { Decoded } from "../transport/decode";
import { encode } from "../transport/encode";
import { nameOf } from "../transport/names";
import type { Failure } from "./protocol";

/** Makes a failure of what a function threw. `where` says which worker, function and item it was. */
export function toFailure(thrown: unknown, where: string): Failure {
  try {
    return failureOf(thrown, where);
  } catch (error) {
    return failureOf(new TypeError(`What was thrown cannot be read; that failed with: ${String(error)}`), where);
  }
}

function failureOf(thrown: unknown, where: string): Failure {
  const stack = types.isNativeError(thrown) ? ownFrames(String(thrown.stack)) : "";
  try {
    return { error: encode(thrown, { what: "the error thrown", shared: true, homeward: true }).message, where, stack };
  } catch (error) {
    if (!(error instanceof SerializationError)) throw error;
    return { error: encode(withoutWhatCannotTravel(thrown), { what: "the error thrown", shared: true, homeward: true }).message, where: `${where} (${error.message})`, stack };
  }
}

/** The error of a failure, with a RemoteError at the end of its chain of causes. What was thrown need not be an Error. */
export function fromFailure(failure: Failure): unknown {
  const thrown = (decode(failure.error, { evaluate: false }) as Decoded).value;
  if (!types.isNativeError(thrown)) return thrown;
  const remote = new RemoteError(`thrown in ${failure.where}`);
  remote.stack = `RemoteError: ${remote.message}\n${asWritten(failure.stack)}`;
  let last: Error = thrown;
  for (const seen = new Set<unknown>(); types.isNativeError(last.cause) && !seen.has(last.cause); last = last.cause) seen.add(last);
  if (last.cause === undefined && Object.isExtensible(last)) {
    Object.defineProperty(last, "cause", { value: remote, writable: true, enumerable: false, configurable: true });
  }
  return thrown;
}

/** Frames by the lines that the author wrote, where a compiler such as tsx left a map of them in this process. */
function asWritten(frames: string): string {
  return frames.replace(/(file:[^\s()]+|\/[^\s():]+|[A-Z]:\\[^\s():]+):(\d+):(\d+)/g, (frame, file: string, line: string, column: string) => {
    const map = findSourceMap(file.startsWith("file:") ? fileURLToPath(file) : file) ?? findSourceMap(file);
    const entry = map?.findEntry(Number(line) - 1, Number(column) - 1) as Partial<SourceMapping> | undefined;
    return entry?.originalLine === undefined ? frame : `${file}:${entry.originalLine + 1}:${(entry.originalColumn ?? 0) + 1}`;
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

/** An error of the nearest class that travels, with what of its properties travels. */
function withoutWhatCannotTravel(thrown: unknown): unknown {
  if (!types.isNativeError(thrown)) return new TypeError(`A value that cannot travel was thrown: ${String(thrown)}`);
  let proto = Object.getPrototypeOf(thrown) as object;
  while (nameOf(proto) === undefined && !travels(proto)) proto = Object.getPrototypeOf(proto) as object;
  const copy = Object.setPrototypeOf(new Error(thrown.message), proto) as Error;
  for (const key of Reflect.ownKeys(thrown)) {
    const descriptor = Object.getOwnPropertyDescriptor(thrown, key) as PropertyDescriptor;
    if (key !== "stack" && travels(descriptor.value)) Object.defineProperty(copy, key, descriptor);
  }
  Object.defineProperty(copy, "stack", { value: thrown.stack, writable: true, configurable: true });
  if (copy.name !== thrown.name) Object.defineProperty(copy, "name", { value: thrown.name, writable: true, configurable: true });
  return copy;
}

function travels(value: unknown): boolean {
  try {
    encode(value, { what: "it", shared: true, homeward: true });
    return true;
  } catch (error) {
    if (error instanceof SerializationError) return false;
    throw error;
  }
}
