// A deck is one file: reveal.js, our layout and all pictures are in it, so that it opens without a network.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { inRoot } from "../setup/checkout.mjs";
import { mustRun } from "../setup/run.mjs";

const require = createRequire(import.meta.url);
const template = inRoot("scripts", "slides", "template");

/** What the template asks for by name; a script must not hold the tag that ends it. */
function parts(title) {
  const text = (file) => readFileSync(file, "utf8");
  const script = (file) => text(file).replaceAll("</script", "<\\/script");
  return {
    title,
    // Beside what it allows to be copied.
    licence: `reveal.js\n${text(join(dirname(require.resolve("reveal.js")), "..", "LICENSE")).replaceAll("--", "- -")}`,
    "reveal.css": text(require.resolve("reveal.js/reset.css")) + text(require.resolve("reveal.js/reveal.css")),
    "deck.css": text(inRoot("scripts", "pages", "colours.css")) + text(inRoot("scripts", "slides", "deck.css")),
    "reveal.js": script(require.resolve("reveal.js")),
    "notes.js": script(require.resolve("reveal.js/plugin/notes")),
    "deck.js": script(inRoot("scripts", "slides", "deck.js")),
  };
}

/** Writes FOLDER/NAME.slides.html for each notebook file; returns the paths. Runs no cell. */
export async function writeDecks(python, notebooks, folder) {
  const options = ["--to", "html", "--embed-images", "--HTMLExporter.exclude_anchor_links=True"];
  const ours = ["--template", "template", `--TemplateExporter.extra_template_basedirs=${join(template, "..")}`];
  const out = ["--output-dir", folder, "--NbConvertApp.output_base={notebook_name}.slides"];
  await mustRun("nbconvert", python, ["-m", "nbconvert", ...options, ...ours, ...out, ...notebooks]);
  return notebooks.map((notebook) => {
    const name = notebook.replace(/^.*[\\/]|\.ipynb$/g, "");
    const file = join(folder, `${name}.slides.html`);
    const known = parts(name);
    const deck = readFileSync(file, "utf8").replace(/⟦([\w.]+)⟧/g, (whole, part) => known[part] ?? whole);
    writeFileSync(file, deck);
    return file;
  });
}
