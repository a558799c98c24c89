/** Text in pictures and in terminals: escaped, measured, cut, broken into lines, and the words that several pictures use. */

/** Text as it may stand in SVG and HTML, in attributes too; what XML forbids, halves of surrogate pairs included, becomes "�". */
export function escapeMarkup(text: string): string {
  return cleanText(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Text without the characters that XML forbids, for the chart library, which escapes the rest itself. */
export function cleanText(text: string): string {
  return text.replace(/[\p{Surrogate}\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, "�");
}

/** Bold letters are wider by this factor. */
export const BOLD = 1.13;

/** Roughly, since nobody measures type here: as wide as DejaVu Sans, which is wider than the others. */
export function textWidth(content: string, size: number): number {
  return Array.from(content).reduce((width, character) => width + size * shareOfEm(character), 0);
}

function shareOfEm(character: string): number {
  if (/[ijlI .,:;'|\u00a0]/.test(character)) return 0.32;
  if (/[tfr()[\]/-]/.test(character)) return 0.4;
  if (/[mwMW%±×+<>=…]/.test(character)) return 0.92;
  if (/\p{Lu}/u.test(character)) return 0.7;
  // Scripts such as Chinese, and emoji.
  return character > "\u2e7f" ? 1 : 0.61;
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

/**
 * A moment as people write it, in this machine's time zone; the year only when it is another one.
 *
 * @example
 * dayAndTime("2026-11-22T14:03:00Z"); // "22 Nov, 14:03"
 */
export function dayAndTime(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString("en-GB", {
    day: "numeric",
    month: "short",
    ...(date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
  });
  return `${day}, ${date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

/** Rows of words in columns, as a terminal shows them. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(" "),
  );
}

/**
 * A sentence whose spaces are unbreakable where a line must not end: a number keeps its unit, and options stay in one piece.
 *
 * @example
 * withUnbreakableSpaces("It took 40 ms: use { chunkSize: 8 }."); // unbreakable are the spaces before "ms" and within the braces
 */
export function withUnbreakableSpaces(sentence: string): string {
  return sentence
    .replace(/(\d) (?=(?:[nμmk]?[sB]|%|times|cores?|runs?|rounds?|workers?)(?:[\s,.;:)]|$))/g, "$1\u00a0")
    .replace(/\bNode (?=\d)/g, "Node\u00a0")
    .replace(/\{ [^{}]{1,40} \}/g, (options) => options.replaceAll(" ", "\u00a0"));
}

/** A text in lines that `fits` allows, broken between words. */
function linesOf(content: string, fits: (line: string, index: number) => boolean): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of withUnbreakableSpaces(content).split(/[ \n]+/)) {
    if (line !== undefined && fits(`${line} ${word}`, lines.length)) line = `${line} ${word}`;
    else {
      if (line !== undefined) lines.push(line);
      line = word;
    }
  }
  return line === undefined ? lines : [...lines, line];
}

/** A text in lines for a picture, none wider than `width` pixels. */
export function wrap(content: string, width: number, size: number): string[] {
  return linesOf(content, (line) => textWidth(line, size) <= width).map((line) => fit(line, width, size));
}

/** A narrower notebook than that of a laptop breaks longer lines in the middle of a word. */
const COLUMNS = 92;
const INDENT = "  ";

/**
 * A sentence for a terminal, in lines of at most 92 characters, broken between words; all but the first are indented by two spaces.
 *
 * @example
 * wrapForTerminal("parallel is 1.9 times as fast as serial (95 % sure: between 1.8 and 2.0; 34 rounds): 95 % of what 2 workers could give.");
 * // "parallel is 1.9 times as fast as serial (95 % sure: between 1.8 and 2.0; 34 rounds): 95 % of\n  what 2 workers could give."
 */
export function wrapForTerminal(sentence: string): string {
  return linesOf(sentence, (line, index) => line.length <= COLUMNS - (index === 0 ? 0 : INDENT.length))
    .join(`\n${INDENT}`)
    .replaceAll("\u00a0", " ");
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
