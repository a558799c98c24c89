/**
 * The comparisons of earlier days: one line of JSON each, appended to a file of the user's. Appending a whole line at once is
 * what makes two writers safe; nothing here may rewrite what it did not write.
 */
import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { readEntry, type HistoryEntry } from "./historyEntry";

const PLACE = "PARALLEL_TYPESCRIPT_HISTORY";

/**
 * Where the comparisons are kept: the file that the environment variable PARALLEL_TYPESCRIPT_HISTORY names, else
 * history.jsonl in the user's data folder. Undefined when the variable is "none": then nothing is kept.
 */
export function historyFile(): string | undefined {
  const asked = process.env[PLACE];
  if (asked === "none") return undefined;
  if (asked) return asked;
  const home = homedir();
  const data =
    process.platform === "win32"
      ? process.env.LOCALAPPDATA || join(home, "AppData", "Local")
      : process.platform === "darwin"
        ? join(home, "Library", "Application Support")
        : process.env.XDG_DATA_HOME || join(home, ".local", "share");
  return join(data, "parallel-typescript", "history.jsonl");
}

/** Keeps a comparison; a file that cannot be written costs a warning, not the comparison. */
export function keep(entry: HistoryEntry): void {
  const file = historyFile();
  if (file === undefined) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Begun on a new line: the last writer may have died in the middle of one.
    appendFileSync(file, `\n${JSON.stringify(entry)}\n`);
  } catch (error) {
    console.warn(
      `This comparison could not be kept in ${file}: ${(error as Error).message}. Set ${PLACE} to a file that can be written, or to "none".`,
    );
  }
}

/** All kept comparisons, oldest first; damaged lines are skipped with one warning. */
export function keptComparisons(): HistoryEntry[] {
  const file = historyFile();
  if (file === undefined) return [];
  try {
    return entriesIn(readFileSync(file, "utf8"), file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      console.warn(`The earlier comparisons in ${file} cannot be read: ${(error as Error).message}.`);
    return [];
  }
}

/** The comparisons in the text of a file, which the warning names. */
export function entriesIn(text: string, file: string): HistoryEntry[] {
  const damaged: number[] = [];
  const lines = text.split("\n");
  const entries = lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    const entry = readEntry(line);
    // The last line may be one that another process is just writing.
    if (entry === undefined && index < lines.length - 1) damaged.push(index + 1);
    return entry === undefined ? [] : [entry];
  });
  if (damaged.length > 0) {
    console.warn(
      `${file}: ${damaged.length === 1 ? `line ${damaged[0]} is` : `lines ${damaged.join(", ")} are`} damaged and skipped. Delete what is damaged to be rid of this warning.`,
    );
  }
  return entries;
}

/** Forgets all comparisons. */
export function clearHistory(): void {
  const file = historyFile();
  if (file !== undefined) rmSync(file, { force: true });
}
