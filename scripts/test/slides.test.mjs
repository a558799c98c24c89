import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { chooseEnvironment } from "../setup/environment.mjs";
import { Checkout } from "./standin.mjs";

const cell = (source, kind) => ({
  cell_type: "markdown",
  id: kind,
  metadata: { slideshow: { slide_type: kind } },
  source,
});
const notebook = {
  nbformat: 4,
  nbformat_minor: 5,
  metadata: { kernelspec: { name: "tslab", display_name: "TypeScript", language: "typescript" } },
  cells: [
    cell("# Zwölf Boxkämpfer", "slide"),
    cell("a note for the speaker", "notes"),
    cell("not for the deck", "skip"),
  ],
};

describe("npm run slides", () => {
  it("writes a deck for each notebook, by the real nbconvert", { skip: process.platform === "win32" }, async () => {
    const checkout = new Checkout();
    try {
      checkout.write("notebooks/01-first.ipynb", JSON.stringify(notebook));
      checkout.write("notebooks/my-own.ipynb", JSON.stringify(notebook));
      // The environment of the real checkout, which is there already, stands in for an active one, and so do its packages.
      const { code, output } = await checkout.run("slides.mjs", [], {
        env: { VIRTUAL_ENV: chooseEnvironment().prefix, NODE_PATH: inRoot("node_modules") },
      });
      assert.equal(code, 0, output);
      const deck = readFileSync(checkout.path("slides/01-first.slides.html"), "utf8");
      assert.match(deck, /Zwölf Boxkämpfer/);
      assert.doesNotMatch(deck, /not for the deck/);
      assert.match(deck, /data-slide="notes">[^<]*<div class="words"><p>a note for the speaker/);
      assert.match(deck, /<!-- reveal\.js\nCopyright [^]*WITHOUT WARRANTY[^]* -->/);
      assert.doesNotMatch(deck, /⟦|(src|href)="https?:/, "all of it is in the file");
      assert.deepEqual(
        readdirSync(checkout.path("slides")),
        ["01-first.slides.html"],
        "one's own notebooks make no deck",
      );
    } finally {
      checkout.remove();
    }
  });

  it("says what it can be asked for", async () => {
    const checkout = new Checkout();
    try {
      const { code, output } = await checkout.run("slides.mjs", ["--pdg"]);
      assert.equal(code, 1);
      assert.match(output, /Unknown option '--pdg'[^]*\nRemedy: Write: npm run slides, or npm run slides -- --pdf\n$/);
    } finally {
      checkout.remove();
    }
  });

  it("says that there is no notebook", async () => {
    const checkout = new Checkout();
    try {
      const { code, output } = await checkout.run("slides.mjs");
      assert.equal(code, 1);
      assert.match(output, /^\nThere is no notebook in notebooks\/\.\nRemedy: .*\n$/);
    } finally {
      checkout.remove();
    }
  });
});
