// What the tests write: a copy of the lesson, and pictures. All of it is in a folder that git ignores.
import { cpSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { inRoot } from "../../../setup/checkout.mjs";

export const RESULTS = inRoot("test-results");

/** The names of the lesson's notebooks, such as "02-pool". */
export const NOTEBOOKS = readdirSync(inRoot("notebooks"))
  .filter((file) => file.endsWith(".ipynb"))
  .map((file) => basename(file, ".ipynb"))
  .sort();

/**
 * Copies notebooks/ into `home`, below this checkout so that the cells find the library, and the books beside it. The copied
 * cells have neither outputs nor numbers: whatever is seen later was made there; and comparisons do not wait until they are sure. Returns the copy's folder.
 */
export function copyNotebooks(home) {
  const folder = join(home, "notebooks");
  cpSync(inRoot("notebooks"), folder, { recursive: true, filter: (path) => basename(path) !== ".ipynb_checkpoints" });
  for (const name of NOTEBOOKS) {
    const file = join(folder, `${name}.ipynb`);
    const notebook = JSON.parse(readFileSync(file, "utf8"));
    for (const cell of notebook.cells.filter((cell) => cell.cell_type === "code"))
      Object.assign(cell, { source: inAHurry(cell.source), outputs: [], execution_count: null });
    writeFileSync(file, JSON.stringify(notebook));
  }
  symlinkSync(inRoot("data"), join(home, "data"), "junction");
  return folder;
}

const inAHurry = (source) =>
  [source]
    .flat()
    .join("")
    .replace(/budget: \w+/g, "budget: 300");

/** Writes a notebook of the given code cells into `folder`, for the TypeScript kernel. */
export function writeNotebook(folder, name, ...sources) {
  const cells = sources.map((source, i) => ({
    cell_type: "code",
    id: `cell-${i}`,
    metadata: {},
    source,
    outputs: [],
    execution_count: null,
  }));
  const kernelspec = { name: "tslab", display_name: "TypeScript", language: "typescript" };
  writeFileSync(
    join(folder, `${name}.ipynb`),
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: { kernelspec }, cells }),
  );
}
