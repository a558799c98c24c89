import { createRequire } from "node:module";
import { constants } from "node:os";
import { basename, relative } from "node:path";
import { bookText, findBooks } from "../data/books.mjs";
import { descriptionPath, readDescription, RECIPE, WORDS } from "../data/description.mjs";
import { bookParagraphs, drawnText } from "../data/drawn.mjs";
import { readOptions, USAGE } from "../data/options.mjs";
import { replaceFile } from "../data/replace.mjs";
import { SHELF, writeShelf } from "../data/shelf.mjs";
import { formatSize } from "../data/size.mjs";
import { UserError } from "../setup/userError.mjs";

/** Builds the large text file that the last notebook reads; resolves with the exit code. data/README.md tells how to use it. */
export async function main(args) {
  const options = readOptions(args);
  if (options.help) {
    console.log(USAGE);
    return 0;
  }
  if (options.shelf) {
    const count = await writeShelf();
    console.log(`${relative("", SHELF)} has ${count} texts now, a file each.`);
    return 0;
  }
  const { file } = options;
  const existing = await readDescription(file);
  if (existing !== undefined && isWanted(existing, options)) {
    report("is there already", file, existing);
    return 0;
  }

  const library = loadLibrary();
  const counts = WORDS.map(() => 0);
  const { blocks, size, ...origin } =
    options.books === undefined ? drawn(options, counts, library) : await fromBooks(options, counts, library);
  const start = performance.now();
  const description = await replaceFile({
    file,
    size,
    blocks: library.progress(blocks, { total: size, label: basename(file), unit: "bytes" }),
    describe: (written) => {
      const named = Object.fromEntries(WORDS.map((word, index) => [word, counts[index]]));
      return { name: basename(file), ...written, ...origin, counts: named, recipe: RECIPE };
    },
    signal: abortOnSignals(),
  });
  report(`built in ${((performance.now() - start) / 1000).toFixed(1)} s`, file, description);
  return 0;
}

/** When nothing is said of the contents any finished file will do: who built a larger one or brought books keeps it. */
function isWanted(existing, { books, anyWillDo, size, seed }) {
  if (books !== undefined) return false; // the folder may have changed
  return anyWillDo || (existing.size === size && existing.seed === seed);
}

/** Loaded late, for a finished file needs no library and is to be seen at once. */
function loadLibrary() {
  try {
    return createRequire(import.meta.url)("parallel-typescript");
  } catch (error) {
    if (error.code !== "MODULE_NOT_FOUND") throw error;
    throw new UserError("The library of this lesson is not built yet.", "Run `npm install` and `npm run build` first.");
  }
}

function drawn({ size, seed }, counts, library) {
  const random = library.seededRandom(seed);
  return {
    blocks: drawnText({ paragraphs: bookParagraphs(WORDS), words: WORDS, size, random, counts }),
    size,
    source: "Moby Dick",
    seed,
  };
}

async function fromBooks({ books: folder, file }, counts, library) {
  const { books, size } = await findBooks(folder, file);
  return {
    blocks: bookText({ books, words: WORDS, counts, library }),
    size,
    source: `books: ${books.length}`,
    seed: null,
  };
}

/** The first signal stops the build between two blocks, so that it can clean up; a second one ends it at once. */
function abortOnSignals() {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.once(name, () => {
      process.exitCode = 128 + constants.signals[name];
      controller.abort(
        new UserError(
          "Interrupted: the unfinished file is removed, and what was there before is as it was.",
          "Run the same command again.",
        ),
      );
    });
  }
  return controller.signal;
}

function report(what, file, { size, source, sha256, counts }) {
  console.log(`${relative("", file)} ${what}: ${formatSize(size)} (${source})`);
  console.log(
    `  ${Object.entries(counts)
      .map(([word, count]) => `${word} ${count}`)
      .join(", ")}; sha256 ${sha256}`,
  );
  console.log(`  described in ${relative("", descriptionPath(file))}`);
}
