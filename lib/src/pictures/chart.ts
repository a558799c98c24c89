/**
 * The chart of a comparison as an SVG text: one row a variant, every run a point, the mean a bar with a mark. It knows
 * how to draw and nothing of measuring or of where the picture is shown.
 */
import { formatTime } from "../timing/format";
import { escapeMarkup } from "./display";
import { colourOf, EDGE, FONT, GRID, GROUND, INK, SMALL_SIZE, SOFT_INK, TEXT_SIZE, TITLE_SIZE } from "./theme";

export interface ChartRow {
  readonly name: string;
  /** Milliseconds per loop, one entry a run. */
  readonly timings: readonly number[];
  /** Their mean. */
  readonly average: number;
  /** What stands under the mean: "baseline", "1.9 times as fast". */
  readonly note: string;
}

export interface Chart {
  readonly title?: string;
  /** For those who do not see the picture. */
  readonly conclusion: string;
  readonly rows: readonly ChartRow[];
}

const WIDTH = 600;
const MARGIN = 20;
const ROW_HEIGHT = 52;
const NAME_WIDTH = { least: 60, most: 190 };
const NOTE_WIDTH = { least: 100, most: 150 };
const GAP = 16;
/** The least room for a time under the axis. */
const TICK_SPACE = 60;

/** The SVG of a chart, 600 wide, its texts escaped. */
export function drawChart({ title, conclusion, rows }: Chart): string {
  const nameWidth = columnWidth(rows.map((row) => row.name), TEXT_SIZE, NAME_WIDTH);
  const noteWidth = columnWidth(rows.map((row) => row.note), SMALL_SIZE, NOTE_WIDTH);
  const left = MARGIN + nameWidth + GAP;
  const right = WIDTH - MARGIN - noteWidth - GAP;
  const top = MARGIN + (title === undefined ? 0 : TITLE_SIZE + 16);
  const bottom = top + rows.length * ROW_HEIGHT;
  const height = bottom + 62;
  const longest = rows.reduce((most, row) => Math.max(most, ...row.timings), 0);
  const end = longest > 0 ? longest * 1.03 : 1;
  const ticks = ticksUpTo(end, Math.floor((right - left) / TICK_SPACE));
  const x = (milliseconds: number) => round(left + ((right - left) * milliseconds) / end);

  const grid = ticks.flatMap((tick) => [
    `<line x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${bottom}" stroke="${tick === 0 ? SOFT_INK : GRID}"/>`,
    text(x(tick), bottom + SMALL_SIZE + 7, tick === 0 ? "0" : formatTime(tick / 1000), { anchor: "middle", colour: SOFT_INK, size: SMALL_SIZE }),
  ]);
  const runs = rows[0].timings.length;
  const legend = runs === 1 ? "Time per loop: the bar is the one run that was made" : `Time per loop: each point one of ${runs} runs, first on top; the bar is their mean`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" ` +
      `role="img" aria-label="${escapeMarkup(conclusion)}" font-family="${FONT}">`,
    `<title>${escapeMarkup(title ?? conclusion)}</title>`,
    `<desc>${escapeMarkup(conclusion)} ${escapeMarkup(rows.map((row) => `${row.name}: ${formatTime(row.average / 1000)}, ${row.note}.`).join(" "))}</desc>`,
    `<rect x="0.5" y="0.5" width="${WIDTH - 1}" height="${height - 1}" rx="8" fill="${GROUND}" stroke="${EDGE}"/>`,
    ...(title === undefined ? [] : [text(MARGIN, MARGIN + TITLE_SIZE - 2, fit(title, WIDTH - 2 * MARGIN, TITLE_SIZE), { size: TITLE_SIZE, weight: 600 })]),
    ...grid,
    ...rows.flatMap((row, index) => drawRow(row, index, top + (index + 0.5) * ROW_HEIGHT, { left, right, nameWidth, noteWidth, x })),
    text(MARGIN, height - 16, legend, { colour: SOFT_INK, size: SMALL_SIZE }),
    "</svg>",
  ].join("\n");
}

interface Columns {
  left: number;
  right: number;
  nameWidth: number;
  noteWidth: number;
  x: (milliseconds: number) => number;
}

function drawRow(row: ChartRow, index: number, middle: number, { left, right, nameWidth, noteWidth, x }: Columns): string[] {
  const colour = colourOf(index);
  const mean = x(row.average);
  const runs = row.timings.length;
  // Top to bottom in the order of the runs, so that a drift is seen as a slope.
  const points = row.timings.map((timing, run) => {
    const y = round(middle + (runs === 1 ? 0 : (run / (runs - 1) - 0.5) * 26));
    return `<circle cx="${x(timing)}" cy="${y}" r="3.5" fill="${colour}" stroke="${GROUND}" stroke-width="1"/>`;
  });
  return [
    "<g>",
    `<title>${escapeMarkup(row.name)}: ${formatTime(row.average / 1000)}</title>`,
    text(left - GAP, middle + 5, fit(row.name, nameWidth, TEXT_SIZE), { anchor: "end", weight: 600 }),
    `<rect x="${left}" y="${middle - 17}" width="${round(mean - left)}" height="34" fill="${colour}" fill-opacity="0.18"/>`,
    `<line x1="${mean}" x2="${mean}" y1="${middle - 17}" y2="${middle + 17}" stroke="${colour}" stroke-width="2.5"/>`,
    ...(runs === 1 ? [] : points),
    text(right + GAP, middle - 3, formatTime(row.average / 1000), { weight: 600 }),
    text(right + GAP, middle + 14, fit(row.note, noteWidth, SMALL_SIZE), { colour: SOFT_INK, size: SMALL_SIZE }),
    "</g>",
  ];
}

function text(x: number, y: number, content: string, style: { anchor?: string; colour?: string; size?: number; weight?: number }): string {
  const { anchor = "start", colour = INK, size = TEXT_SIZE, weight = 400 } = style;
  return `<text x="${x}" y="${y}" font-size="${size}" font-weight="${weight}" fill="${colour}" text-anchor="${anchor}">${escapeMarkup(content)}</text>`;
}

/** 0 and at most `count` equal steps of 1, 2 or 5 times a power of ten that stay below `end`. */
function ticksUpTo(end: number, count: number): number[] {
  const power = 10 ** Math.floor(Math.log10(end / count));
  const step = power * ([1, 2, 5].find((factor) => factor * power * count >= end) ?? 10);
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

/** Roughly, since nobody measures type here: wide scripts take a full em, others a little over half of one. */
function textWidth(content: string, size: number): number {
  return [...content].reduce((width, character) => width + size * (character.codePointAt(0)! > 0x2e7f ? 1 : 0.58), 0);
}

function columnWidth(contents: string[], size: number, { least, most }: { least: number; most: number }): number {
  return Math.round(Math.min(most, contents.reduce((width, content) => Math.max(width, textWidth(content, size)), least)));
}

function fit(content: string, width: number, size: number): string {
  if (textWidth(content, size) <= width + 1) return content;
  let kept = "";
  for (const character of content) {
    if (textWidth(`${kept}${character}…`, size) > width) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function round(coordinate: number): number {
  return Math.round(coordinate * 100) / 100;
}
