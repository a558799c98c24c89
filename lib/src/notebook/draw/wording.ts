/** Words that several pictures use. */

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

/** "1 task", "12 tasks", "10,000 tasks". */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
}

/** Rows of words in columns, as a terminal shows them. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]))).join(" "),
  );
}

/**
 * A sentence whose spaces are unbreakable where a line must not end: a number keeps its unit, and options stay in one piece.
 *
 * @example
 * keptTogether("It took 40 ms: use { chunkSize: 8 }."); // unbreakable are the spaces before "ms" and within the braces
 */
export function keptTogether(sentence: string): string {
  return sentence
    .replace(/(\d) (?=(?:[nμmk]?[sB]|%|times|cores?|runs?|workers?)(?:[\s,.;:)]|$))/g, "$1\u00a0")
    .replace(/\bNode (?=\d)/g, "Node\u00a0")
    .replace(/\{ [^{}]{1,40} \}/g, (options) => options.replaceAll(" ", "\u00a0"));
}

/** A narrower notebook than that of a laptop breaks longer lines in the middle of a word. */
const COLUMNS = 92;

/**
 * A sentence in lines of at most 92 characters, broken between words; all but the first are indented by two spaces.
 *
 * @example
 * wrapped("parallel is 1.9 times as fast as serial (1.8 to 2.0 over 7 runs): 95 % of what 2 workers could give.");
 * // "parallel is 1.9 times as fast as serial (1.8 to 2.0 over 7 runs): 95 % of what 2 workers\n  could give."
 */
export function wrapped(sentence: string): string {
  const lines: string[] = [];
  for (const word of keptTogether(sentence).split(" ")) {
    const last = lines.length - 1;
    if (last >= 0 && lines[last].length + 1 + word.length <= COLUMNS) lines[last] += ` ${word}`;
    else lines.push(last < 0 ? word : `  ${word}`);
  }
  return lines.join("\n").replaceAll("\u00a0", " ");
}
