import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { inRoot } from "../setup/checkout.mjs";
import { mustRun } from "../setup/run.mjs";
import { during, say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";

/** Writes slides/NAME.slides.html for every notebook, with the outputs that the notebook has; runs no cell. */
export async function main() {
  const notebooks = readdirSync(inRoot("notebooks")).filter((name) => name.endsWith(".ipynb"));
  if (notebooks.length === 0) {
    throw new UserError("There is no notebook in notebooks/.", "Bring the lesson's files back: git checkout notebooks");
  }
  const { python } = await setUp(["environment"]);
  // A deck is opened far from the folder that has its pictures; what is higher than the screen, as a chart below its code, can be scrolled to.
  const deck = [
    "-m",
    "nbconvert",
    "--to",
    "slides",
    "--embed-images",
    "--SlidesExporter.reveal_scroll=True",
    "--SlidesExporter.reveal_width=1200",
    "--output-dir",
    inRoot("slides"),
  ];
  const files = notebooks.sort().map((name) => inRoot("notebooks", name));
  await during(`Exporting ${notebooks.length} notebooks as slides`, () =>
    mustRun("nbconvert", python, [...deck, ...files]),
  );
  for (const name of notebooks) mend(inRoot("slides", name.replace(/\.ipynb$/, ".slides.html")));
  say("The decks are in slides/. Open one in a browser.");
  return 0;
}

/** nbconvert forgets that reveal.js enlarges slides to fill the window: the end of a long one could not be scrolled to. And it breaks what was printed within words. */
function mend(file) {
  const deck = readFileSync(file, "utf8");
  const mended = deck
    .replace("return $(this).height() > h;", "return $(this).height() * Reveal.getScale() > h;")
    .replace(
      ".css('height', 'calc(95vh)')",
      ".css('height', ($('.reveal').height() - $('.slides')[0].getBoundingClientRect().top) / Reveal.getScale() - 30 + 'px')",
    )
    .replace(
      "</head>",
      "<style>.jp-OutputArea .jp-RenderedText pre { word-break: normal; overflow-wrap: anywhere; }</style>\n</head>",
    );
  writeFileSync(file, mended);
}
