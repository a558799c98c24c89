import { mkdirSync } from "node:fs";
import { parseArgs } from "node:util";
import { inRoot, lessonNotebooks } from "../setup/checkout.mjs";
import { during, say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { UserError } from "../setup/userError.mjs";
import { openBrowser } from "../setup/browser.mjs";
import { writeDecks } from "../slides/deck.mjs";
import { printHandout } from "../slides/handout.mjs";

const usage = "npm run slides, or npm run slides -- --pdf";

/** Writes slides/NAME.slides.html for each notebook of the lesson, with the outputs that it has; `--pdf`: handouts beside them. Resolves with the exit code. */
export async function main(args) {
  const { pdf } = read(args);
  const notebooks = lessonNotebooks();
  if (notebooks.length === 0) {
    throw new UserError("There is no notebook in notebooks/.", "Bring the lesson's files back: git checkout notebooks");
  }
  const { python } = await setUp(["packages", "environment"]);
  const folder = inRoot("slides");
  mkdirSync(folder, { recursive: true });
  const files = notebooks.map((name) => inRoot("notebooks", name));
  const decks = await during(`Exporting ${files.length} notebook${files.length === 1 ? "" : "s"} as slides`, () =>
    writeDecks(python, files, folder),
  );
  if (pdf) await during("Printing the handouts", () => print(decks));
  say("The decks are in slides/. Open one in a browser. The key S shows the speaker's notes, F fills the screen.");
  return 0;
}

async function print(decks) {
  const browser = await openBrowser();
  try {
    for (const deck of decks) await printHandout(browser, deck);
  } finally {
    await browser.close();
  }
}

function read(args) {
  try {
    return parseArgs({ args, options: { pdf: { type: "boolean" } } }).values;
  } catch (error) {
    throw new UserError(error.message, `Write: ${usage}`);
  }
}
