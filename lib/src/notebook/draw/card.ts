/** The frame that all pictures share: a card with a title, a body, a legend, notes, and words for those who do not see it. */
import { escapeMarkup } from "../display";
import { EDGE, FONT, GROUND, INK, SMALL_SIZE, SOFT_INK, TEXT_SIZE, TITLE_SIZE } from "./theme";
import { keptTogether } from "./wording";

/** JupyterLab neither shrinks a picture nor breaks it: this fits into a window of 600 pixels beside the prompts. */
export const WIDTH = 480;
export const MARGIN = 16;
const NOTE_LINE = 18;
const LEGEND_LINE = 20;

export interface Card {
  readonly title: string | undefined;
  /** For those who do not see the picture: what it shows, in a sentence. */
  readonly conclusion: string;
  /** And its figures. */
  readonly details: string;
  /** Height of the body, and its markup; its upper left corner is 0, 0. */
  readonly height: number;
  readonly body: string;
  readonly legend: readonly LegendEntry[];
  /** Sentences under the picture. */
  readonly notes: readonly string[];
}
export interface LegendEntry {
  readonly text: string;
  /** What it looks like, drawn around 0, 0 within 12 by 12; nothing for a word alone. */
  readonly symbol?: string;
}

/** The SVG of a card, 480 wide, as high as it needs to be. */
export function drawCard({ title, conclusion, details, height, body, legend, notes }: Card): string {
  const top = cardTop(title);
  const legendRows = rowsOf(legend);
  const lines = notes.flatMap((note) => wrap(note, WIDTH - 2 * MARGIN, SMALL_SIZE + 1));
  const legendTop = top + height + 18;
  const notesTop = legendTop + legendRows.length * LEGEND_LINE + (legendRows.length > 0 ? 4 : 0);
  const full = Math.round(
    lines.length > 0 ? notesTop + lines.length * NOTE_LINE + 4 : legendTop + legendRows.length * LEGEND_LINE - 2,
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${full}" width="${WIDTH}" height="${full}" ` +
      `role="img" aria-label="${escapeMarkup(conclusion)}" font-family="${FONT}">`,
    `<title>${escapeMarkup(title ?? conclusion)}</title>`,
    `<desc>${escapeMarkup(`${conclusion} ${details}`)}</desc>`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${full - 1}" rx="8" fill="${GROUND}" stroke="${EDGE}"/>`,
    ...(title === undefined
      ? []
      : [
          text(MARGIN, MARGIN + TITLE_SIZE - 1, fit(title, WIDTH - 2 * MARGIN, TITLE_SIZE * BOLD), {
            size: TITLE_SIZE,
            weight: 600,
          }),
        ]),
    `<g transform="translate(0,${top})">${body}</g>`,
    ...legendRows.flatMap((row, index) =>
      row.map(({ x, entry }) => drawEntry(x, legendTop + index * LEGEND_LINE, entry)),
    ),
    ...lines.map((line, index) =>
      text(MARGIN, notesTop + 5 + index * NOTE_LINE, line, { colour: INK, size: SMALL_SIZE + 1 }),
    ),
    "</svg>",
  ].join("\n");
}

/** Where the body of a card begins, in pixels from its upper edge. */
export function cardTop(title: string | undefined): number {
  return MARGIN + (title === undefined ? 0 : TITLE_SIZE + 14);
}

function drawEntry(x: number, y: number, { text: words, symbol }: LegendEntry): string {
  return `<g transform="translate(${x + 6},${y})">${symbol ?? ""}${text(symbol === undefined ? -6 : 12, 4, words, { colour: SOFT_INK, size: SMALL_SIZE })}</g>`;
}

function rowsOf(legend: readonly LegendEntry[]): { x: number; entry: LegendEntry }[][] {
  const rows: { x: number; entry: LegendEntry }[][] = [];
  let x = Infinity;
  for (const entry of legend) {
    const width = (entry.symbol === undefined ? 4 : 22) + textWidth(entry.text, SMALL_SIZE);
    if (x + width > WIDTH - MARGIN) {
      rows.push([]);
      x = MARGIN;
    }
    rows[rows.length - 1].push({ x: Math.round(x), entry });
    x += width + 12;
  }
  return rows;
}

export interface TextStyle {
  readonly anchor?: "start" | "middle" | "end";
  readonly colour?: string;
  readonly size?: number;
  readonly weight?: number;
}

export function text(
  x: number,
  y: number,
  content: string,
  { anchor = "start", colour = INK, size = TEXT_SIZE, weight = 400 }: TextStyle = {},
): string {
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`;
}

/** Bold letters are wider by this factor. */
export const BOLD = 1.13;

/** Roughly, since nobody measures type here: as wide as DejaVu Sans, which is wider than the others. */
export function textWidth(content: string, size: number): number {
  return [...content].reduce((width, character) => width + size * shareOfEm(character), 0);
}

function shareOfEm(character: string): number {
  if (/[ijlI .,:;'|\u00a0]/.test(character)) return 0.32;
  if (/[tfr()[\]/-]/.test(character)) return 0.4;
  if (/[mwMW%±×+<>=…]/.test(character)) return 0.92;
  if (/\p{Lu}/u.test(character)) return 0.7;
  // Scripts such as Chinese, and emoji.
  return character.codePointAt(0)! > 0x2e7f ? 1 : 0.61;
}

/** The width of a column that holds `contents`, within bounds. */
export function columnWidth(
  contents: readonly string[],
  size: number,
  { least, most }: { least: number; most: number },
): number {
  return Math.round(
    Math.min(
      most,
      contents.reduce((width, content) => Math.max(width, textWidth(content, size)), least),
    ),
  );
}

/** As much of a text as fits, with an ellipsis for what does not. */
export function fit(content: string, width: number, size: number): string {
  if (textWidth(content, size) <= width + 1) return content;
  let kept = "";
  for (const character of content) {
    if (textWidth(`${kept}${character}…`, size) > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

/** A text in lines that fit. */
export function wrap(content: string, width: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of keptTogether(content).split(/[ \n]+/)) {
    const longer = lines.length === 0 ? word : `${lines[lines.length - 1]} ${word}`;
    if (lines.length > 0 && textWidth(longer, size) <= width) lines[lines.length - 1] = longer;
    else lines.push(fit(word, width, size));
  }
  return lines;
}
