/** Words that several pictures use. */

/**
 * A moment as people write it, in this machine's time zone; the year only when it is another one.
 *
 * @example
 * dayAndTime("2026-11-22T14:03:00Z"); // "22 Nov, 14:03"
 */
export function dayAndTime(iso: string, now = new Date()): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString("en-GB", { day: "numeric", month: "short", ...(date.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }) });
  return `${day}, ${date.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

/** "1 task", "12 tasks", "10,000 tasks". */
export function counted(count: number, what: string): string {
  return `${count.toLocaleString("en-US")} ${what}${count === 1 ? "" : "s"}`;
}

/** Rows of words in columns, as a terminal shows them. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, column) => Math.max(most[column] ?? 0, cell.length)), []);
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column]))).join(" "));
}
