import { pathToFileURL } from "node:url";

/** Opens a deck, or its view for printing, and waits until its slides are made; rejects with what went wrong there. */
export async function openDeck(page, file, query = "") {
  const failed = new Promise((_, reject) => page.once("pageerror", reject));
  await page.goto(pathToFileURL(file).href + query);
  await Promise.race([page.waitForSelector('[data-deck="ready"]'), failed]);
}

/** Prints a deck: NAME.pdf for learners, one slide a page, and NAME.notes.pdf for the teacher, with the notes. */
export async function printHandout(browser, deck) {
  const size = { width: "1280px", height: "720px", printBackground: true };
  for (const [query, ending] of [
    ["?print-pdf", ".pdf"],
    ["?print-pdf&showNotes=separate-page", ".notes.pdf"],
  ]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    await openDeck(page, deck, query);
    await page.pdf({ ...size, path: deck.replace(/\.slides\.html$/, ending) });
    await page.close();
  }
}
