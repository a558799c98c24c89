/** What was asked for on the command line. */
import { extname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "../setup/userError.mjs";
import { DATA_FILE, DEFAULT_SEED, DEFAULT_SIZE } from "./description.mjs";
import { parseSize } from "./size.mjs";

export const USAGE = `npm run data                                           builds data/large_txt.bin (64 MB) unless a finished one is there
npm run data -- --size 10GB [--seed N] [--out FILE]    a file of this size, the same for the same size and seed
npm run data -- --books DIR [--out FILE]               a file of all .txt books in DIR and the folders in it
npm run data -- --shelf                                writes a novel and 233 speeches into data/books/, a file each`;

const OPTIONS = /** @type {const} */ ({
  size: { type: "string" },
  seed: { type: "string" },
  out: { type: "string" },
  books: { type: "string" },
  shelf: { type: "boolean" },
  help: { type: "boolean" },
});

/**
 * { help, shelf, file, books, size, seed, anyWillDo }: `books` is a folder or undefined; `anyWillDo` when nothing was said of
 * the contents.
 *
 * @throws UserError when the options are wrong or do not go together
 */
export function readOptions(args) {
  const { size, seed, out, books, shelf, help } = parse(args);
  if (shelf && (size ?? seed ?? out ?? books) !== undefined) {
    throw new UserError("--shelf writes books and nothing else.", "Leave out the other options.");
  }
  if (books !== undefined && (size ?? seed) !== undefined) {
    throw new UserError("--books takes the books as they are.", "Leave out --size and --seed.");
  }
  if (seed !== undefined && !/^\d{1,15}$/.test(seed)) {
    throw new UserError(`"${seed}" is no seed.`, "Write an integer of at most 15 digits, such as --seed 7.");
  }
  const file = resolve(out ?? DATA_FILE);
  if (extname(file) === ".json") {
    throw new UserError(
      "--out must not end in .json: so ends the description beside the file.",
      "Choose another ending, such as .bin.",
    );
  }
  return {
    help,
    shelf,
    file,
    books: books && resolve(books),
    size: size === undefined ? DEFAULT_SIZE : parseSize(size),
    seed: Number(seed ?? DEFAULT_SEED),
    anyWillDo: size === undefined && seed === undefined && books === undefined,
  };
}

/** @returns {{ size?: string, seed?: string, out?: string, books?: string, shelf?: boolean, help?: boolean }} */
function parse(args) {
  try {
    return /** @type {ReturnType<typeof parse>} */ (parseArgs({ args, options: OPTIONS }).values);
  } catch (error) {
    throw new UserError(error.message, `Write one of these:\n${USAGE}`);
  }
}
