/** The frame that all pictures share: a card with a title, a body, a legend, notes, and words for those who do not see it. */
import { darkStyle, EDGE, FONT, GROUND, INK, SMALL_SIZE, SOFT_INK, TEXT_SIZE, TITLE_SIZE } from "./theme";
import { BOLD, escapeMarkup, textWidth, wrap } from "./text";

/** JupyterLab neither shrinks a picture nor breaks it: this fits into a window of 600 pixels beside the prompts. */
export const WIDTH = 480;
export const MARGIN = 16;
const NOTE_LINE = 18;
const LEGEND_LINE = 20;
const TITLE_LINE = 21;

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
  const heading = titleLines(title);
  const top = cardTop(title);
  const entries = placeLegend(legend);
  const legendHeight = LEGEND_LINE * ((entries.at(-1)?.line ?? -1) + 1);
  const lines = notes.flatMap((note) => wrap(note, WIDTH - 2 * MARGIN, SMALL_SIZE + 1));
  const legendTop = top + height + 18;
  const notesTop = legendTop + legendHeight + (legendHeight > 0 ? 4 : 0);
  const full = Math.round(lines.length > 0 ? notesTop + lines.length * NOTE_LINE + 4 : legendTop + legendHeight - 2);
  const content = [
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${full - 1}" rx="8" fill="${GROUND}" stroke="${EDGE}"/>`,
    ...heading.map((line, index) =>
      text(MARGIN, MARGIN + TITLE_SIZE - 1 + index * TITLE_LINE, line, { size: TITLE_SIZE, weight: 600 }),
    ),
    `<g transform="translate(0,${top})">${body}</g>`,
    ...entries.map(({ x, line, entry }) => drawEntry(x, legendTop + line * LEGEND_LINE, entry)),
    ...lines.map((line, index) => text(MARGIN, notesTop + 5 + index * NOTE_LINE, line, { size: SMALL_SIZE + 1 })),
  ].join("\n");
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${full}" width="${WIDTH}" height="${full}" ` +
      `role="img" aria-label="${escapeMarkup(conclusion)}" font-family="${FONT}">`,
    `<title>${escapeMarkup(title ?? conclusion)}</title>`,
    `<desc>${escapeMarkup(`${conclusion} ${details}`)}</desc>`,
    darkStyle(content),
    content,
    "</svg>",
  ].join("\n");
}

/** The whole title: a long one takes several lines. */
function titleLines(title: string | undefined): string[] {
  return title === undefined ? [] : wrap(title, WIDTH - 2 * MARGIN, TITLE_SIZE * BOLD);
}

/** Where the body of a card begins, in pixels from its upper edge. */
export function cardTop(title: string | undefined): number {
  return MARGIN + (title === undefined ? 0 : 9 + TITLE_LINE * titleLines(title).length);
}

function drawEntry(x: number, y: number, { text: words, symbol }: LegendEntry): string {
  return `<g transform="translate(${x + 6},${y})">${symbol ?? ""}${text(symbol === undefined ? -6 : 12, 4, words, { colour: SOFT_INK, size: SMALL_SIZE })}</g>`;
}

/** In lines as wide as the card. */
function placeLegend(legend: readonly LegendEntry[]): { x: number; line: number; entry: LegendEntry }[] {
  let [x, line] = [MARGIN, 0];
  return legend.map((entry) => {
    const width = (entry.symbol === undefined ? 4 : 22) + textWidth(entry.text, SMALL_SIZE);
    if (x > MARGIN && x + width > WIDTH - MARGIN) [x, line] = [MARGIN, line + 1];
    const placed = { x: Math.round(x), line, entry };
    x += width + 12;
    return placed;
  });
}

/** A straight stroke as a legend's symbol. */
export function lineSymbol(style: string, way: "across" | "down" = "across"): string {
  return `<line ${way === "across" ? 'x1="-7" x2="7"' : 'y1="-7" y2="7"'} ${style}/>`;
}

/** What tells variants apart without their colours: a form for each, as Plot names them, and a pattern of dashes. */
const FORMS = ["circle", "square", "triangle", "diamond"] as const;
const DASHES = ["none", "6 3", "2 3", "8 3 2 3", "1 4", "4 2"] as const;

/** How the variant at `index` is drawn, 0 being the first that is no baseline. */
export function formOf(index: number): { symbol: (typeof FORMS)[number]; dashes: string } {
  return { symbol: FORMS[index % FORMS.length] ?? "circle", dashes: DASHES[index % DASHES.length] ?? "none" };
}

/** The variant's form as a legend's symbol. */
export function formSymbol(index: number, colour: string): string {
  const paths = {
    circle: `<circle r="5" fill="${colour}"/>`,
    square: `<rect x="-4.5" y="-4.5" width="9" height="9" fill="${colour}"/>`,
    triangle: `<path d="M0 -6L5.5 4H-5.5Z" fill="${colour}"/>`,
    diamond: `<path d="M0 -6.5L4 0L0 6.5L-4 0Z" fill="${colour}"/>`,
  };
  return paths[formOf(index).symbol];
}

/** A dot as a legend's symbol. */
export function dotSymbol(colour: string, { radius = 5, opacity = 1 } = {}): string {
  return `<circle r="${radius}" fill="${colour}" fill-opacity="${opacity}"/>`;
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
