import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
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
      // The environment of the real checkout, which is there already, stands in for an active one.
      const { code, output } = await checkout.run("slides.mjs", [], {
        env: { VIRTUAL_ENV: chooseEnvironment().prefix },
      });
      assert.equal(code, 0, output);
      const deck = readFileSync(checkout.path("slides/01-first.slides.html"), "utf8");
      assert.match(deck, /Zwölf Boxkämpfer/);
      assert.doesNotMatch(deck, /not for the deck/);
      assert.match(deck, /var scroll = true\b/, "a chart below the edge of the screen can be scrolled to");
      assert.deepEqual(
        [deck.split("Reveal.getScale()").length, deck.includes("95vh")],
        [3, false],
        "to its end, however much the slides are enlarged",
      );
      assert.match(deck, /word-break: normal[^]*<\/head>/, "what was printed wraps between words");
      assert.match(deck, /width: 1200/, "lines of code have room");
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
