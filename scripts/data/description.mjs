/** The JSON beside a data file, which tells what is in it; the file counts as there only when the two agree. */
import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/** The file that the notebooks read unless told otherwise. */
export const DATA_FILE = fileURLToPath(new URL("../../data/large_txt.bin", import.meta.url));

export const DEFAULT_SIZE = 64_000_000;

/** data/README.md tells how it was chosen. */
export const DEFAULT_SEED = 134;

/** The words that the lesson counts. */
export const WORDS = ["dog", "cat", "boy", "girl"];

/** Raise it whenever the same size and seed begin to give other bytes: files of an older recipe are then built anew. */
export const RECIPE = 1;

/** Where the description of a data file lies: `books.bin` has `books.json`. */
export function descriptionPath(file) {
  return file.slice(0, file.length - extname(file).length) + ".json";
}

/** What is in a data file ({ name, size, seed, sha256, counts, ... }), or undefined when it is missing or unfinished. */
export async function readDescription(file = DATA_FILE) {
  try {
    const description = JSON.parse(await readFile(descriptionPath(file), "utf8"));
    const { size } = await stat(file);
    return description.recipe === RECIPE && description.size === size ? description : undefined;
  } catch (error) {
    if (error.code === "ENOENT" || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
