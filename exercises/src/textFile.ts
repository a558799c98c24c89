/** A text file that is there while a check needs it. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function withTextFile(text: string, work: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "parallel-typescript-exercise-"));
  try {
    const path = join(folder, "book.txt");
    writeFileSync(path, text, "latin1");
    await work(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
