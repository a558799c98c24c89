/**
 * Everything that is shown goes through here: as a picture in a cell of the
 * tslab kernel, as text everywhere else (a terminal, a worker thread, a child process).
 */
import { isMainThread } from "node:worker_threads";
import { imageOf, type Region } from "./draw/image";
import { escapeMarkup, withUnbreakableSpaces, wrapForTerminal } from "./draw/text";
import { missingPackages } from "./draw/plot";
import { FONT } from "./draw/theme";
import { nodeCrypto } from "../base/loadLate";
import { currentRoute } from "../remote/outputRoutes";

/** The same content twice: rich for a notebook, text for a terminal. */
export interface Picture {
  readonly mime: "image/svg+xml" | "text/html";
  /** Of an SVG: drawn when it is read. */
  readonly rich: string;
  readonly text: string;
  /** Of an SVG: what the pointer is told where. */
  readonly regions?: readonly Region[] | undefined;
  /** Of an SVG: what stands folded beneath it, a heading and lines, for those who use no pointer. */
  readonly figures?: { readonly heading: string; readonly lines: readonly string[] } | undefined;
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
  const tslab = (globalThis as { __tslab__?: { require?: (id: "tslab") => Kernel } }).__tslab__;
  return isMainThread ? tslab?.require?.("tslab") : undefined;
}

/** Whether pictures are seen here. */
export function inNotebook(): boolean {
  return kernel() !== undefined;
}

/** Shows a picture: in a notebook the rich form with the text behind it, elsewhere the text on standard output. */
export function show(picture: Picture): void {
  const notebook = kernel();
  if (notebook === undefined) return console.log(picture.text);
  const drawn = drawable(picture);
  if (!writeForms(formsOf(drawn))) notebook.display.raw(drawn.mime, drawn.rich);
}

/** The picture, as far as it can be drawn here: without the packages that draw, its text, and what to do. */
function drawable(picture: Picture): Picture {
  const missing = picture.mime === "text/html" ? [] : missingPackages();
  if (missing.length === 0) return picture;
  const { text } = picture;
  const remedy = `A picture of this needs packages that are not installed. Run npm install ${missing.join(" ")}, and restart the kernel.`;
  return { mime: "text/html", rich: blocksOf(text.split("\n"), [remedy]), text: `${text}\n${remedy}` };
}

/**
 * Has a kernel show `value`, where it is the last one of a later cell, by that picture; in the cell that runs now the picture is there already. For that
 * a kernel has a WeakMap of functions, `() => forms by MIME type`, or undefined for nothing. (A property would travel to workers with the value.)
 */
export function showAsPicture(value: object, picture: Picture): void {
  const route = currentRoute();
  (globalThis as { [DISPLAYS]?: WeakMap<object, () => Record<string, unknown> | undefined> })[DISPLAYS]?.set(
    value,
    () => (currentRoute() === route ? undefined : formsOf(drawable(picture))),
  );
}
const DISPLAYS = Symbol.for("parallel-typescript.displays");

/** Something that JupyterLab draws and lets people change. */
export interface LivePicture {
  readonly mime: string;
  readonly content: object;
}

/**
 * Shows a picture that is live where the reader of the notebook can draw it, and still elsewhere. JupyterLab takes HTML before what is
 * live, and what is live before an SVG.
 */
export function showLive(picture: Picture, live: () => LivePicture): void {
  if (!inNotebook() || drawable(picture) !== picture) return show(picture);
  const { mime, content } = live();
  const forms = { [picture.mime]: picture.rich, "text/plain": picture.text, [mime]: content };
  if (!writeForms(forms)) show(picture);
}

/** The richest form that readers know, and the text for those who know none. */
function formsOf(picture: Picture): Record<string, unknown> {
  return { "text/html": picture.mime === "text/html" ? picture.rich : asHtml(picture), "text/plain": picture.text };
}

function asHtml({ rich, regions, figures }: Picture): string {
  const image = imageOf(rich, regions, `regions-${nodeCrypto().randomUUID()}`);
  const folded =
    figures === undefined
      ? ""
      : `<details style="${LINE}"><summary>${escapeMarkup(figures.heading)}</summary>${figures.lines.map((line) => `<div>${escapeMarkup(line)}</div>`).join("")}</details>`;
  return `<div style="padding:2px 0 6px">${image}${folded}</div>`;
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
  const parts = (file === undefined ? undefined : require.cache[file]?.exports) as
    { lastWriteDisplayData?: WriteDisplayData | null } | undefined;
  return parts?.lastWriteDisplayData ?? undefined;
}

/** A place in the cell's output for a picture that changes: each call overwrites the last one. Undefined in a terminal. */
export function changingDisplay(): ((picture: Picture) => void) | undefined {
  const place = kernel()?.newDisplay();
  if (place === undefined) return undefined;
  const display_id = nodeCrypto().randomUUID();
  let shown = false;
  return (picture) => {
    const drawn = drawable(picture);
    if (!writeForms(formsOf(drawn), { display_id }, shown)) place.raw(drawn.mime, drawn.rich);
    shown = true;
  };
}

/** As printed text looks, in columns; a line that does not fit goes on a little further right. */
const LINE =
  "font:var(--jp-code-font-size,13px)/1.5 var(--jp-code-font-family,monospace);white-space:pre-wrap;padding-left:2ch;text-indent:-2ch";
const SENTENCE = `font:var(--jp-content-font-size1,14px)/1.5 var(--jp-content-font-family,${FONT});max-width:44em;margin-top:4px`;

/**
 * Shows lines that are aligned with each other, then sentences, in the colours of the page. JupyterLab breaks printed text wherever a narrow
 * window ends, in the middle of words too; HTML wraps between words.
 */
export function showSentences(lines: readonly string[], sentences: readonly string[] = []): void {
  show({
    mime: "text/html",
    rich: blocksOf(lines, sentences),
    text: [...lines, ...sentences.map(wrapForTerminal)].join("\n"),
  });
}

function blocksOf(lines: readonly string[], sentences: readonly string[]): string {
  const blocks = (style: string, texts: readonly string[]) =>
    texts.map((text) => `<div style="${style}">${escapeMarkup(text)}</div>`);
  return `<div class="parallel-typescript-words" style="padding:0 0 6px 1ch">${[...blocks(LINE, lines), ...blocks(SENTENCE, sentences.map(withUnbreakableSpaces))].join("\n")}</div>`;
}
