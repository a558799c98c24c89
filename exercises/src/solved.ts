/** Which exercises the learner has solved: a line of JSON each, in a small file beside the comparisons that are kept. */
import { appendFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { historyFile } from "./library";

const now = new Set<string>();

/** Undefined where nothing is to be kept. */
function solvedFile(): string | undefined {
  const history = historyFile();
  return history && join(dirname(history), "exercises.jsonl");
}

/** The numbers of those solved, in this session or before. */
export function solvedExercises(): Set<string> {
  const file = solvedFile();
  return new Set([...now, ...(file === undefined ? [] : idsIn(textOf(file)))]);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT")
      console.warn(`What was solved before cannot be read from ${file}: ${(error as Error).message}.`);
    return "";
  }
}

/** A line may be half written, by a program that has died. */
const idsIn = (text: string) => [...text.matchAll(/^\{"solved":"([\d.]+)"/gm)].map(([, id]) => id as string);

/** A file that cannot be written costs a warning, and what was solved is known until the kernel ends. */
export function keepSolved(id: string): void {
  if (solvedExercises().has(id)) return;
  now.add(id);
  const file = solvedFile();
  if (file === undefined) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, `\n${JSON.stringify({ solved: id, at: new Date().toISOString() })}\n`);
  } catch (error) {
    console.warn(`That ${id} is solved could not be kept in ${file}: ${(error as Error).message}.`);
  }
}

export function forgetSolved(): void {
  now.clear();
  const file = solvedFile();
  if (file !== undefined) rmSync(file, { force: true });
}
