// The diagrams of the lesson: what is committed is what their source draws, and each stands in a notebook with words that say what it shows.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";

const folder = inRoot("notebooks", "img");
const diagrams = readdirSync(folder)
  .filter((name) => name.endsWith(".svg"))
  .sort();
const notebooks = readdirSync(inRoot("notebooks")).filter((name) => name.endsWith(".ipynb"));

describe("the diagrams of the lesson", () => {
  it("are what draw.mjs draws, to the letter", () => {
    const copy = mkdtempSync(join(tmpdir(), "diagrams ü "));
    try {
      copyFileSync(join(folder, "draw.mjs"), join(copy, "draw.mjs"));
      const { status, stderr } = spawnSync(process.execPath, [join(copy, "draw.mjs")], { encoding: "utf8" });
      assert.equal(status, 0, stderr);
      assert.deepEqual(
        readdirSync(copy)
          .filter((name) => name.endsWith(".svg"))
          .sort(),
        diagrams,
      );
      const lines = (file) => readFileSync(file, "utf8").split(/\r?\n/);
      for (const name of diagrams) assert.deepEqual(lines(join(copy, name)), lines(join(folder, name)), name);
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  });

  it("stand in the notebooks, one for each primitive, with a sentence for those who do not see them", () => {
    const shown = new Map();
    for (const notebook of notebooks) {
      const { cells } = JSON.parse(readFileSync(inRoot("notebooks", notebook), "utf8"));
      for (const { source } of cells) {
        for (const [, words, name] of [source]
          .flat()
          .join("")
          .matchAll(/!\[([^\]]*)\]\(img\/([^)]+\.svg)\)/g))
          shown.set(name, words);
      }
    }
    assert.deepEqual([...shown.keys()].sort(), diagrams);
    for (const primitive of [
      "process_queue",
      "pool_apply",
      "map_chunks",
      "async_results",
      "single_reader",
      "fed_workers",
    ])
      assert.ok(shown.has(`${primitive}.svg`), primitive);
    for (const [name, words] of shown) assert.match(words, /^(\S+\s+){7,}\S+\.$/, `${name}: ${words}`);
  });
});
