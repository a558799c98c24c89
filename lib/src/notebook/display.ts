/**
 * The one door to the notebook's display. Everything that is shown goes through here: as a picture in a cell of the
 * tslab kernel, as text everywhere else (a terminal, a worker thread, a child process).
 */
import { randomUUID } from "node:crypto";
import { isMainThread } from "node:worker_threads";

/** The same content twice: rich for a notebook, text for a terminal. */
export interface Picture {
  readonly mime: "image/svg+xml" | "text/html";
  readonly rich: string;
  readonly text: string;
}

/** What is used here of tslab's own display (its dist/public.d.ts). */
interface KernelDisplay {
  raw(mime: string, content: string): void;
}
interface Kernel {
  readonly display: KernelDisplay;
  newDisplay(): KernelDisplay;
}

/** Asked anew each time: what this file would remember might be another kernel's. */
function kernel(): Kernel | undefined {
  const tslab: unknown = (globalThis as { __tslab__?: { require?: unknown } }).__tslab__?.require;
  return isMainThread && typeof tslab === "function" ? (tslab("tslab") as Kernel) : undefined;
}

/** Whether pictures are seen here. */
export function inNotebook(): boolean {
  return kernel() !== undefined;
}

/** Shows a picture: in a notebook the rich form with the text behind it, elsewhere the text on standard output. */
export function show(picture: Picture): void {
  const notebook = kernel();
  if (notebook === undefined) console.log(picture.text);
  else if (!writeForms(formsOf(picture))) notebook.display.raw(picture.mime, picture.rich);
}

/** Something that JupyterLab draws and lets people change. */
export interface LivePicture {
  readonly mime: string;
  readonly content: object;
}

/** Shows a picture that is live where the reader of the notebook can draw it, and still elsewhere. */
export function showLive(picture: Picture, live: LivePicture): void {
  if (!inNotebook() || !writeForms({ ...formsOf(picture), [live.mime]: live.content })) show(picture);
}

/** JupyterLab shows no SVG of a notebook that is not trusted, and some readers show none at all: these have the text. */
function formsOf({ mime, rich, text }: Picture): Record<string, unknown> {
  return { [mime]: rich, "text/plain": text };
}

/**
 * Writes one output in several forms, of which each reader takes the best that it knows. The kernel's own display carries one form
 * only, so this asks the part behind it; false in a kernel that has no such part.
 */
function writeForms(data: Record<string, unknown>, transient: object = {}, update = false): boolean {
  const write = writerOfKernel();
  write?.({ data, metadata: {}, transient }, update);
  return write !== undefined;
}

type WriteDisplayData = (
  content: { data: Record<string, unknown>; metadata: object; transient: object },
  update: boolean,
) => void;

/** tslab's own file dist/jupyter.js, which is loaded when this runs in its kernel; undefined in another version that has none. */
function writerOfKernel(): WriteDisplayData | undefined {
  const file = Object.keys(require.cache).find((name) => /[\\/]tslab[\\/]dist[\\/]jupyter\.js$/.test(name));
  const write: unknown = file === undefined ? undefined : require.cache[file]?.exports?.lastWriteDisplayData;
  return typeof write === "function" ? (write as WriteDisplayData) : undefined;
}

/** A place in the cell's output for a picture that changes: each call overwrites the last one. Undefined in a terminal. */
export function changingDisplay(): ((picture: Picture) => void) | undefined {
  const place = kernel()?.newDisplay();
  if (place === undefined) return undefined;
  const display_id = randomUUID();
  let shown = false;
  return (picture) => {
    if (!writeForms(formsOf(picture), { display_id }, shown)) place.raw(picture.mime, picture.rich);
    shown = true;
  };
}

/** Text as it may stand in SVG and HTML, in attributes too; what XML forbids, halves of surrogate pairs included, becomes "�". */
export function escapeMarkup(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text without the characters that XML forbids, for the chart library, which escapes the rest itself. */
export function cleanText(text: string): string {
  return text.replace(/[\p{Surrogate}\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, "�");
}
