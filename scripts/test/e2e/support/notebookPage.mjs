// One notebook on JupyterLab's page. It is worked with as a user does, by menus and keys; how far it has come is asked of
// JupyterLab itself, since not every cell can be seen at once.
import { join } from "node:path";
import { RESULTS } from "./files.mjs";
import { hasRun, isAtRest, isOpen, isOver, isSaved, readCells, showCell } from "./inPage.mjs";

const TO_OPEN = { timeout: 120_000, polling: 100 };
const TO_SAVE = { timeout: 60_000, polling: 100 };
const TO_RUN = { timeout: 600_000, polling: 100 };

/** Pixels around a picture that is kept alone. */
const FRAME = 6;

export class NotebookPage {
  constructor(page) {
    this.page = page;
    this.name = undefined;
  }

  /** Opens a notebook, alone, and waits until its kernel has answered. */
  async open(url, name) {
    this.name = name;
    await this.page.goto(new URL(`/lab/tree/${name}.ipynb${url.search}&reset`, url).href);
    await this.page.waitForFunction(isOpen, `${name}.ipynb`, TO_OPEN);
  }

  /** Chooses an entry of the menu bar, such as menu("Settings", "Theme", "JupyterLab Dark"). */
  async menu(bar, ...entries) {
    await this.page.locator(".lm-MenuBar-itemLabel").getByText(bar, { exact: true }).click();
    for (const entry of entries)
      await this.page.locator(".lm-Menu-itemLabel").getByText(entry, { exact: true }).click();
  }

  /** What stands at the top right of the notebook. */
  kernelName() {
    return this.page.locator(".jp-Toolbar-kernelName:visible").innerText();
  }

  /** Every code cell, see readCells. */
  cells() {
    return this.page.evaluate(readCells);
  }

  /** Runs all cells by the menu; resolves when the last one has ended, or one that failed has stopped the others. */
  async runAll() {
    const numbers = (await this.cells()).map((cell) => cell.number ?? 0);
    await this.menu("Run", "Run All Cells");
    await this.page.waitForFunction(isOver, Math.max(...numbers), TO_RUN);
  }

  /** The cell at that place among all cells. */
  cell(place) {
    return this.page.locator(".jp-Notebook:visible .jp-Cell").nth(place);
  }

  /** Puts the cursor at the end of a cell. */
  async goTo(place) {
    await this.cell(place).locator(".cm-content").click();
    await this.page.keyboard.press("ControlOrMeta+End");
  }

  /** Runs a cell by Ctrl-Enter, without waiting for its end. */
  async start(place) {
    await this.goTo(place);
    await this.page.keyboard.press("Control+Enter");
  }

  /** Resolves when neither a cell nor the kernel has anything to do. */
  async atRest(place) {
    await this.page.waitForFunction(isAtRest, place, TO_RUN);
  }

  /** Runs a cell to its end, once. */
  async run(place) {
    const { number } = (await this.cells()).find((cell) => cell.place === place);
    await this.start(place);
    await this.page.waitForFunction(hasRun, { place, before: number }, TO_RUN);
  }

  /** Saves it by Ctrl-S; resolves when JupyterLab's server has done so. */
  async save() {
    await this.page.keyboard.press("ControlOrMeta+S");
    await this.page.waitForFunction(isSaved, undefined, TO_SAVE);
  }

  /** Presses the toolbar's Stop button. */
  async stop() {
    await this.page.locator('.jp-NotebookPanel-toolbar:visible [data-jp-item-name="interrupt"]').click();
  }

  /** Keeps a picture of the window in test-results, for people to look at. */
  async picture(name) {
    await this.page.screenshot({ path: join(RESULTS, `${this.name}-${name}.png`) });
  }

  /** Keeps the last picture below a cell, alone. */
  async figure(place, name) {
    const last = this.cell(place).locator(".jp-OutputArea-output img, .vega-embed").last();
    const { x, y, width, height } = await last.boundingBox();
    await this.page.screenshot({
      path: join(RESULTS, `${this.name}-${name}.png`),
      clip: { x: x - FRAME, y: y - FRAME, width: width + 2 * FRAME, height: height + 2 * FRAME },
    });
  }

  /** Brings the top of a cell, or of its outputs, to the top of the window. */
  async scrollTo(place, part = "all") {
    await this.page.evaluate(showCell, { place, outputs: part === "outputs" });
  }

  /** What can be read below a cell; JupyterLab draws a cell that was out of sight only a moment after it has come into sight. */
  async shown(place) {
    await this.scrollTo(place, "outputs");
    const area = this.cell(place).locator(".jp-OutputArea");
    // Asked of the page anew each time: what stands there may be replaced while it is being waited for.
    await area.filter({ hasText: /\S/ }).waitFor({ timeout: 30_000 });
    return area.innerText();
  }

  /** Whether a picture that the browser could draw stands below a cell. */
  async showsPicture(place) {
    await this.scrollTo(place, "outputs");
    const picture = this.cell(place).locator(".jp-OutputArea img, .jp-OutputArea .vega-embed svg image").last();
    return picture.evaluate(async (drawn) => {
      const image = new Image();
      image.src = drawn.src ?? drawn.getAttribute("href") ?? drawn.getAttribute("xlink:href");
      await image.decode();
      return image.naturalWidth > 0 && image.src.startsWith("data:image/svg");
    });
  }

  /** Ends the kernel of the open notebook. */
  async shutDown() {
    await this.page.evaluate(() => globalThis.jupyterapp.shell.currentWidget.sessionContext.shutdown());
  }
}
