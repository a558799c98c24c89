// The slide decks of the lesson as a room sees them: opened from the disk, on two kinds of projectors.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { openBrowser } from "../../setup/browser.mjs";
import { inRoot, lessonNotebooks } from "../../setup/checkout.mjs";
import { chooseEnvironment } from "../../setup/environment.mjs";
import { writeDecks } from "../../slides/deck.mjs";
import { openDeck, printHandout } from "../../slides/handout.mjs";
import { RESULTS } from "./support/files.mjs";

const SIZES = [
  { width: 1280, height: 720 },
  { width: 1024, height: 768 },
];
/** Of the height of the frame: letters as high as a line of a page that one reads at ten times its width. */
const SMALLEST_LETTERS = 1 / 40;
const folder = join(RESULTS, "decks");

/** Runs in the deck: shows each slide with all its steps, and tells what is wrong with it. */
function lookAtAll(smallest) {
  const { Reveal } = globalThis;
  const problems = [];
  for (const slide of Reveal.getSlides()) {
    const { h, v } = Reveal.getIndices(slide);
    Reveal.slide(h, v ?? 0, 99);
    const frame = slide.getBoundingClientRect();
    const seen = { top: Math.max(frame.top, 0), bottom: Math.min(frame.bottom, globalThis.innerHeight) };
    const at = `${h}.${v}`;
    for (const part of slide.querySelectorAll(":scope > :not(aside), :scope > :not(aside) *")) {
      const { top, bottom, left, right, width, height } = part.getBoundingClientRect();
      if (width === 0 || height === 0 || part.closest("svg") !== null) continue;
      const inside =
        top >= seen.top - 1 && bottom <= seen.bottom + 1 && left >= frame.left - 1 && right <= frame.right + 1;
      if (!inside) problems.push(`${at}: ${part.tagName} leaves the frame: ${part.textContent.slice(0, 40)}`);
      if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "visible")
        problems.push(`${at}: ${part.tagName} is cut off`);
      if (part.tagName === "PRE" && parseFloat(getComputedStyle(part).fontSize) < 720 * smallest)
        problems.push(`${at}: code is too small`);
    }
    const words = slide.querySelector(":scope > p, :scope > ul, :scope > ol");
    const lowest = Math.max(
      ...[...slide.querySelectorAll(":scope > :not(aside)")].map((part) => part.offsetTop + part.offsetHeight),
    );
    if (
      words &&
      !slide.querySelector("pre, .picture, table") &&
      lowest < 500 &&
      parseFloat(getComputedStyle(words).fontSize) < 36
    )
      problems.push(`${at}: little is on it, in small letters`);
    for (const picture of slide.querySelectorAll(".picture")) {
      const { width, height } = picture.getBoundingClientRect();
      const image = picture.querySelector("img");
      if (image !== null && image.naturalWidth === 0) problems.push(`${at}: a picture is missing`);
      if (Math.abs(width / height / picture.dataset.shape - 1) > 0.02)
        problems.push(`${at}: a picture is out of shape`);
      if (width < frame.width / 4) problems.push(`${at}: a picture is too small`);
    }
  }
  return problems;
}

const hasChart = ({ data = {} }) =>
  "image/svg+xml" in data || [data["text/html"] ?? ""].flat().join("").includes("<img");

describe("the decks", () => {
  let browser, decks;
  before(async () => {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const notebooks = lessonNotebooks().map((name) => inRoot("notebooks", name));
    decks = await writeDecks(chooseEnvironment().python, notebooks, folder);
    browser = await openBrowser();
  });
  after(() => browser?.close());

  for (const [place, name] of lessonNotebooks().entries()) {
    it(`${name} shows all code and each chart, keeps each slide in its frame, and asks no network`, async () => {
      const page = await browser.newPage({ viewport: SIZES[0] });
      const asked = [];
      page.on("request", (request) => /^(file|data|about):/.test(request.url()) || asked.push(request.url()));
      await openDeck(page, decks[place]);
      const { cells } = JSON.parse(readFileSync(inRoot("notebooks", name), "utf8"));
      const code = cells.filter((cell) => cell.cell_type === "code" && cell.metadata.slideshow.slide_type !== "skip");
      const charts = code.flatMap(({ outputs }) => outputs).filter(hasChart);
      const inDeck = await page.evaluate(() => ({
        code: document.querySelectorAll(".code").length,
        charts: document.querySelectorAll(".output .picture").length,
      }));
      assert.deepEqual(inDeck, { code: code.length, charts: charts.length });
      for (const size of SIZES) {
        await page.setViewportSize(size);
        assert.deepEqual(await page.evaluate(lookAtAll, SMALLEST_LETTERS), [], `${size.width} x ${size.height}`);
      }
      assert.deepEqual(asked, []);
      await page.close();
    });
  }

  it("have the speaker's notes in a window of their own, on every slide", async () => {
    const page = await browser.newPage({ viewport: SIZES[0] });
    await openDeck(page, decks.at(-1));
    const without = await page.evaluate(() =>
      [...document.querySelectorAll(".slides > .stack > section:first-child")]
        .filter((slide) => slide.querySelector("aside.notes") === null)
        .map((slide) => slide.textContent.slice(0, 40)),
    );
    assert.deepEqual(without, []);
    const bare = await page.evaluate(
      () => globalThis.Reveal.getSlides().filter((slide) => slide.querySelector("aside.notes") === null).length,
    );
    assert.equal(bare, 0, "slides without notes");
    const notes = await page.evaluate(() => document.querySelector("aside.notes").textContent.trim().slice(0, 30));
    const [speaker] = await Promise.all([page.waitForEvent("popup"), page.keyboard.press("s")]);
    await speaker.waitForFunction((text) => document.body.innerText.includes(text), notes);
    await page.close();
  });

  it("are printed, a page a slide, for learners without the notes", async () => {
    const page = await browser.newPage({ viewport: SIZES[0] });
    await openDeck(page, decks[0]);
    const slides = await page.evaluate(() => globalThis.Reveal.getTotalSlides());
    await page.close();
    await printHandout(browser, decks[0]);
    const pages = (file) => readFileSync(file, "latin1").match(/\/Type \/Page\b/g).length;
    const handout = decks[0].replace(".slides.html", ".pdf");
    assert.equal(pages(handout), slides);
    assert.ok(pages(handout.replace(".pdf", ".notes.pdf")) > slides);
  });
});
