/** Real books: all .txt files below a folder, one after the other, as the bytes that they are. */
import { readdir, stat } from "node:fs/promises";
import { join, resolve, sep } from "node:path";
import { UserError } from "../setup/userError.mjs";

const CHUNK_SIZE = 4 * 1024 * 1024;
const NEWLINE = Buffer.from("\n");

/**
 * The .txt files below a folder, in the order of their paths, and the size of the file that they make.
 *
 * @throws UserError when the folder cannot be read or has no .txt file
 */
export async function findBooks(folder, except) {
  let names;
  try {
    names = await readdir(folder, { recursive: true });
  } catch (error) {
    if (error.code === "ENOENT")
      throw new UserError(`There is no folder "${folder}".`, "Give the folder of your .txt books after --books.");
    if (error.code === "ENOTDIR")
      throw new UserError(`"${folder}" is a file.`, "Give the folder that your .txt books are in after --books.");
    throw error;
  }
  const inOrder = names
    .filter((name) => /\.txt$/i.test(name))
    .map((name) => ({ path: join(folder, name), key: name.split(sep).join("/") }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const books = [];
  let size = 0;
  for (const { path } of inOrder) {
    const info = await stat(path);
    if (!info.isFile() || resolve(path) === resolve(except)) continue;
    size += info.size + (books.length > 0 ? NEWLINE.length : 0);
    books.push(path);
  }
  if (books.length === 0)
    throw new UserError(
      `There is no .txt file in "${folder}" or below it.`,
      "Give the folder that your books are in after --books.",
    );
  return { books, size };
}

/** The books in blocks, a newline between two of them; `counts` (an array like `words`) grows book by book. */
export function* bookText({ books, words, counts, library }) {
  for (const [number, book] of books.entries()) {
    if (number > 0) yield NEWLINE;
    yield* library.readInChunks(book, { chunkSize: CHUNK_SIZE });
    const found = library.countWords(book, words);
    for (const [index, word] of words.entries()) counts[index] += found[word];
  }
}
