/** A file cut into byte ranges between its words, so that each worker can read its own. */
import { fstatSync } from "node:fs";
import { needNode } from "../base/runtime";
import { describe } from "../base/errors";
import { readFully, withFile } from "./readInChunks";
import { isSeparator } from "./latin1Words";

const LOOK_AHEAD = 4 * 1024;

/** The bytes of a file from `start` up to but without `end`. */
export interface FileRange {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/**
 * A file cut into at most `parts` byte ranges of about equal size, none of them empty, each ending just after a
 * separator, so that no word is cut in two and every byte is in exactly one range; an empty file gives none. It reads
 * only around the cuts.
 * Separators are what Python's `str.split()` splits latin-1 text on.
 *
 * @param path relative to the folder of the running notebook or program, or absolute
 * @param parts how many ranges are wanted; a file of few and long words gives fewer
 * @throws RangeError when parts is no positive integer; Error when the file cannot be read
 * @example
 * fileRanges("books.txt", 2); // [{ path: "books.txt", start: 0, end: 5012 }, { path: "books.txt", start: 5012, end: 10019 }]
 */
export function fileRanges(path: string, parts: number): FileRange[] {
  needNode("fileRanges");
  if (!Number.isSafeInteger(parts) || parts < 1) {
    throw new RangeError(
      `parts must be a positive integer, but is ${describe(parts)}. Give one for each worker, or more.`,
    );
  }
  return withFile(path, (file) => {
    const { size } = fstatSync(file);
    const most = Math.min(parts, size);
    const ranges: FileRange[] = [];
    let start = 0;
    for (let part = 1; start < size; part++) {
      const wanted = part < most ? Math.round((size / most) * part) : size;
      if (wanted <= start) continue; // the word before this cut was so long that it took this range as well
      const end = wanted < size ? afterSeparator(file, wanted, size) : size;
      ranges.push({ path, start, end });
      start = end;
    }
    return ranges;
  });
}

/** The first position from `position` on that comes just after a separator, or else the end of the file. */
function afterSeparator(file: number, position: number, size: number): number {
  const buffer = new Uint8Array(LOOK_AHEAD);
  for (let from = position - 1; ; from += LOOK_AHEAD) {
    const length = readFully(file, buffer, from);
    for (let index = 0; index < length; index++) {
      if (isSeparator[buffer[index] as number] === 1) return from + index + 1;
    }
    if (length < LOOK_AHEAD) return size;
  }
}
