/** The frames of a stack: whose they are, and the lines that they name. */
import { SourceMap, findSourceMap } from "node:module";
import type { SourceMapPayload, SourceMapping } from "node:module";
import { BEGINNING } from "../base/ownFiles";
import { fileURLToPath } from "node:url";
import { partOf, textOf } from "../base/thrown";
import { isError } from "../serialize/names/untransferable";
import { nameOfScript } from "../serialize/decode/generatedCode";
import type { FunctionNode, Message } from "../serialize/message/message";

/** A frame of a stack: what stands before the file, the file, line and column. */
const FRAME = /^(\s+at (?:.*? \()?(?:async )?)(.+):(\d+):(\d+)(?=\)?$)/gm;

/** Files in a stack of this thread whose lines stand there as their author wrote them, since Node knows how they were compiled. */
export function writtenFilesIn(stack: string): string[] {
  return [...new Set([...stack.matchAll(FRAME)].map(([, , file = ""]) => file))].filter(
    (file) => mapOf(file) !== undefined,
  );
}

function mapOf(file: string): SourceMap | undefined {
  return findSourceMap(file.startsWith("file:") ? fileURLToPath(file) : file) ?? findSourceMap(file);
}

/** How the scripts were compiled in which the functions of a message stand, as far as it is known here. */
export function mapsOf(message: Message): Maps {
  const files =
    "cloned" in message
      ? []
      : message.nodes.flatMap((node) =>
          node.is === "function" && node.position !== undefined ? [node.position[0]] : [],
        );
  return new Map(
    [...new Set(files)].flatMap((file) => {
      const payload = mapOf(file)?.payload;
      return payload === undefined ? [] : [[file, payload]];
    }),
  );
}
export type Maps = ReadonlyMap<string, SourceMapPayload>;

const sent = new Map<string, SourceMap>();

/** Takes note of how scripts were compiled that are not loaded here. */
export function learnMaps(maps: Maps): void {
  for (const [file, payload] of maps) if (mapOf(file) === undefined) sent.set(file, new SourceMap(payload));
}

/** Frames by the files and lines that the author wrote, where a compiler such as tsx left a map of them in this process. */
export function asWritten(frames: string, written: ReadonlySet<string>): string {
  return frames.replace(FRAME, (frame, before: string, file: string, line: string, column: string) => {
    const entry = written.has(file)
      ? undefined
      : ((sent.get(file) ?? mapOf(file))?.findEntry(Number(line) - 1, Number(column) - 1) as
          Partial<SourceMapping> | undefined);
    return entry?.originalLine === undefined
      ? frame
      : `${before}${entry.originalSource || file}:${entry.originalLine + 1}:${(entry.originalColumn ?? 0) + 1}`;
  });
}

/** A function, and another one of the same text with whose place it was sent to workers. */
export interface Places {
  readonly text: string;
  readonly sent: FunctionNode["position"];
  readonly own: FunctionNode["position"];
}

/** Frames in the function, where it stands itself. */
export function movedFrames(frames: string, written: ReadonlySet<string>, places: Places | undefined): string {
  const { sent, own, text = "" } = places ?? {};
  if (sent === undefined || own === undefined || written.has(sent[0]) || sent.join() === own.join()) return frames;
  const lines = text.split("\n").length;
  return frames.replace(FRAME, (frame, before: string, file: string, line: string, column: string) => {
    const below = Number(line) - 1 - sent[1];
    if (file !== nameOfScript(sent[0]) || below < 0 || below >= lines) return frame;
    return `${before}${nameOfScript(own[0])}:${own[1] + below + 1}:${Number(column) + (below === 0 ? own[2] - sent[2] : 0)}`;
  });
}

/** The frames of a stack that are not this library's or piscina's. */
export function ownFrames(stack: string): string {
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  return frames.filter((line) => !OURS.test(line)).join("\n");
}
/** How the file of a frame begins: a module of Node's, or a file of this library or of piscina. */
const LIBRARY = BEGINNING.replace(/\W/g, "\\$&");
const OURS = new RegExp(`(?:\\(|at (?:async )?)(?:node:|${LIBRARY}|[^(]*[\\\\/]node_modules[\\\\/]piscina[\\\\/])`);

/** An error as a learner should read it: name, message, the lines of their own code, and what caused it. */
export function errorText(thrown: unknown): string {
  const seen = new Set<unknown>();
  const parts: string[] = [];
  for (let error = thrown; !seen.has(error); error = partOf(error, "cause")) {
    seen.add(error);
    const stack = isError(error) ? String(partOf(error, "stack")) : "";
    const frames = asWritten(ownFrames(stack), new Set(writtenFilesIn(stack)));
    parts.push(`${textOf(error)}${frames === "" ? "" : `\n${frames}`}`);
    if (!isError(error) || partOf(error, "cause") === undefined) break;
  }
  return parts.join("\nCaused by ");
}
