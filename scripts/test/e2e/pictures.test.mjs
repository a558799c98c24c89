// Every kind of picture in JupyterLab: drawn, whole in a narrow window, in both themes, and in notebooks that nobody has run.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inRoot } from "../../setup/checkout.mjs";
import { openBrowser } from "../../setup/browser.mjs";
import { GALLERY, writeGallery } from "./support/gallery.mjs";
import { startLab } from "./support/jupyterlab.mjs";
import { NotebookPage } from "./support/notebookPage.mjs";
import { chooseTheme } from "./support/pictures.mjs";

const WIDE = { width: 1200, height: 1400 };
const NARROW = { width: 600, height: 1400 };
/** A notebook with a saved chart. */
const SAVED = "02-pool";

/** How bright the ground of a card is, 0 to 255: a little inside its upper left corner. */
async function brightnessInside(png) {
  const image = new Image();
  image.src = `data:image/png;base64,${png}`;
  await image.decode();
  const context = Object.assign(document.createElement("canvas"), { width: 20, height: 20 }).getContext("2d");
  context.drawImage(image, 0, 0);
  return Math.max(...context.getImageData(9, 9, 1, 1).data.slice(0, 3));
}

describe("pictures in JupyterLab", () => {
  let lab, browser, notebook;
  before(async () => {
    lab = await startLab("pictures");
    browser = await openBrowser();
    notebook = new NotebookPage(await browser.newPage({ viewport: WIDE }));
  });
  after(async () => {
    await browser?.close();
    await lab?.stop();
  });

  /** The picture that stands last below a cell: its width and that of the room it has. */
  const picture = (place) =>
    notebook
      .cell(place)
      .locator(".jp-OutputArea")
      .evaluate(async (area) => {
        const image = [...area.querySelectorAll(".jp-OutputArea-output img, .vega-embed canvas, .vega-embed svg")].at(
          -1,
        );
        if (image instanceof HTMLImageElement) await image.decode();
        return (
          image && {
            width: image.getBoundingClientRect().right - area.getBoundingClientRect().left,
            room: area.clientWidth,
          }
        );
      });

  /** The words of the library's sentences below a cell that begin on one line and end on another. */
  const brokenWords = (place) =>
    notebook
      .cell(place)
      .locator(".jp-OutputArea .jp-RenderedHTMLCommon")
      .evaluateAll((areas) => {
        const broken = [];
        const range = document.createRange();
        const walkers = areas.map((area) => document.createTreeWalker(area, NodeFilter.SHOW_TEXT));
        for (const walker of walkers)
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            for (const { 0: word, index } of node.data.matchAll(/[^ \n]+/g)) {
              range.setStart(node, index);
              range.setEnd(node, index + word.length);
              if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
            }
          }
        return broken;
      });

  describe("a gallery of all kinds", () => {
    const names = Object.keys(GALLERY);
    const withPicture = names.filter((name) => !["setup", "bars", "no comparison"].includes(name));
    before(async () => {
      writeGallery(lab.folder);
      await notebook.open(lab.url, "gallery");
      await notebook.runAll();
    });
    after(() => notebook.shutDown());

    it("runs without a complaint", async () => {
      const complaints = (await notebook.cells()).flatMap(({ id, outputs }) =>
        outputs
          .filter(({ output_type, name }) => output_type === "error" || name === "stderr")
          .map(({ text }) => `${id}: ${text}`),
      );
      assert.deepEqual(complaints, []);
    });

    for (const [look, theme, size] of [
      ["light-wide", "JupyterLab Light", WIDE],
      ["light-600", "JupyterLab Light", NARROW],
      ["dark-wide", "JupyterLab Dark", WIDE],
      ["dark-600", "JupyterLab Dark", NARROW],
    ]) {
      it(`draws each one whole: ${look}`, async () => {
        await notebook.page.setViewportSize(WIDE);
        await chooseTheme(notebook, theme);
        // Beside the file browser a window of 600 pixels would have no room for anything.
        if (size === NARROW) await notebook.menu("View", "File Browser");
        await notebook.page.setViewportSize(size);
        for (const [place, name] of names.entries()) {
          await notebook.scrollTo(place, "outputs");
          if (withPicture.includes(name)) {
            await notebook
              .cell(place)
              .locator(".jp-OutputArea-output img, .vega-embed canvas, .vega-embed svg")
              .last()
              .waitFor();
            const { width, room } = await picture(place);
            assert.ok(width > 0 && width <= room + 1, `${name}: ${width} pixels in a room of ${room}`);
            assert.deepEqual(await brokenWords(place), [], name);
          }
          await notebook.picture(`${look}-${String(place).padStart(2, "0")}-${name.replaceAll(" ", "-")}`);
        }
        await notebook.page.setViewportSize(WIDE);
        if (size === NARROW) await notebook.menu("View", "File Browser");
      });
    }

    it("has other colours in the dark theme, in the same pictures", async () => {
      const places = ["compare", "even work", "machines", "amdahl"].map((name) => names.indexOf(name));
      const grounds = {};
      for (const theme of ["JupyterLab Dark", "JupyterLab Light"]) {
        await chooseTheme(notebook, theme);
        grounds[theme] = [];
        for (const place of places) {
          await notebook.scrollTo(place, "outputs");
          const card = notebook.cell(place).locator(".jp-OutputArea-output img, .vega-embed svg").last();
          await card.waitFor();
          const png = (await card.screenshot()).toString("base64");
          grounds[theme].push(await notebook.page.evaluate(brightnessInside, png));
        }
      }
      assert.ok(Math.max(...grounds["JupyterLab Dark"]) < 60, `${grounds["JupyterLab Dark"]}`);
      assert.ok(Math.min(...grounds["JupyterLab Light"]) > 240, `${grounds["JupyterLab Light"]}`);
    });

    it("tells of the task that the pointer rests on, and in words below", async () => {
      const cell = notebook.cell(names.indexOf("even work"));
      await notebook.scrollTo(names.indexOf("even work"), "outputs");
      const image = cell.locator(".jp-OutputArea img[usemap]").last();
      const { x, y } = await image.boundingBox();
      // The middle of the upper lane's left half: some task, in a lane that worked all the time.
      const told = await notebook.page.evaluate(([x, y]) => document.elementFromPoint(x, y).title, [x + 200, y + 64]);
      assert.match(told, /burn, item \d+: sending .*, computing .*, sending back /);
      assert.match(await image.getAttribute("alt"), /^24 tasks on 2 workers in .*computing \d+ %/);
      const list = cell.locator(".jp-OutputArea details").last();
      await list.locator("summary").focus();
      await notebook.page.keyboard.press("Enter");
      await list.getByText(told).first().waitFor();
      await notebook.picture("figures");
    });

    it("lets the reader move the slider of Amdahl's law, and draws the curve anew", async () => {
      const place = names.indexOf("amdahl");
      await notebook.scrollTo(place, "outputs");
      const canvas = notebook.cell(place).locator(".vega-embed canvas, .vega-embed svg").first();
      await canvas.waitFor();
      const before = await canvas.screenshot();
      const slider = notebook.cell(place).locator('input[type="range"]');
      await slider.fill("50");
      await notebook.page.waitForTimeout(300);
      assert.ok(!before.equals(await canvas.screenshot()));
    });
  });

  describe("a notebook that nobody has run here", () => {
    const chart = (cells) =>
      cells.find(
        ({ source, outputs }) =>
          source.includes("mp.compare(") && outputs.some(({ data }) => data?.["text/html"]?.includes("<img ")),
      ).place;

    it("shows its saved charts, as npm start has signed it", async () => {
      copyFileSync(inRoot("notebooks", `${SAVED}.ipynb`), join(lab.folder, "saved.ipynb"));
      await notebook.open(lab.url, "saved");
      const place = chart(await notebook.cells());
      assert.ok(await notebook.showsPicture(place));
      await notebook.picture("drawn");
    });

    it("shows them when somebody else has changed it, too", async () => {
      const changed = readFileSync(inRoot("notebooks", `${SAVED}.ipynb`), "utf8").replace(
        "# Parallel TypeScript",
        "# Somebody's TypeScript",
      );
      writeFileSync(join(lab.folder, "changed.ipynb"), changed);
      await notebook.open(lab.url, "changed");
      const place = chart(await notebook.cells());
      assert.ok(await notebook.showsPicture(place));
      await notebook.picture("not-trusted");
    });
  });

  it("a comparison shows that it runs, Stop ends it, and nothing of it stays", async () => {
    writeFileSync(join(lab.folder, "long.ipynb"), readFileSync(join(lab.folder, "gallery.ipynb")));
    await notebook.open(lab.url, "long");
    await notebook.run(0);
    await notebook.goTo(1);
    await notebook.page.keyboard.press("ControlOrMeta+A");
    await notebook.page.keyboard.insertText(
      'await mp.compare({ serial: () => burn(2e8), parallel: () => pool.apply(burn, [2e8]) }, { n: 1, r: 500, title: "endless" });',
    );
    await notebook.page.keyboard.press("Control+Enter");
    await notebook
      .cell(1)
      .locator(".jp-OutputArea")
      .getByText(/endless: (serial|parallel), round \d+ of 500/)
      .waitFor({ timeout: 60_000 });
    await notebook.picture("running");
    await notebook.stop();
    await notebook.atRest(1);
    const shown = await notebook.shown(1);
    assert.doesNotMatch(shown, /per loop|round \d+ of 500/);
    await notebook.run(0);
  });
});
