// What JupyterLab offers while one writes and runs cells: names by Tab, documentation by Shift-Tab, the Stop button.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openBrowser } from "../../setup/browser.mjs";
import { writeNotebook } from "./support/files.mjs";
import { startLab } from "./support/jupyterlab.mjs";
import { NotebookPage } from "./support/notebookPage.mjs";

const CELLS = {
  setup: 'import * as mp from "parallel-typescript";\nconst pool = new mp.Pool(1);',
  mp: "mp.",
  pool: "pool.",
  Pool: "mp.Pool",
  newPool: "new mp.Pool",
  map: "pool.map",
  // Printed by a timer: only when the cell waits. A Stop at the very moment between its start and its wait is lost in the kernel.
  forever: 'setTimeout(() => console.log("it waits"), 0);\nawait pool.map(() => { for (;;); }, mp.range(3));',
  half: 'console.log("😀"[0]);\nthrow new Error("half: " + "😀"[1]);',
  rescue: 'await pool.terminate();\nconsole.log("saved");',
};
const place = (name) => Object.keys(CELLS).indexOf(name);

describe("a cell in JupyterLab", () => {
  let lab, browser, notebook;

  before(async () => {
    lab = await startLab("editor");
    writeNotebook(lab.folder, "cells", ...Object.values(CELLS));
    browser = await openBrowser();
    notebook = new NotebookPage(await browser.newPage({ viewport: { width: 1200, height: 800 } }));
    await notebook.open(lab.url, "cells");
    await notebook.run(place("setup"));
  });
  after(async () => {
    await browser?.close();
    await lab?.stop();
  });

  /** What Tab offers at the end of a cell. */
  async function offered(name) {
    await notebook.goTo(place(name));
    await notebook.page.keyboard.press("Tab");
    const names = notebook.page.locator(".jp-Completer:visible .jp-Completer-match");
    await names.first().waitFor();
    await notebook.picture(`tab-${name}`);
    const texts = await names.allInnerTexts();
    await notebook.page.keyboard.press("Escape");
    return texts;
  }

  /** What Shift-Tab tells at the end of a cell. */
  async function told(name) {
    await notebook.goTo(place(name));
    await notebook.page.keyboard.press("Shift+Tab");
    const tooltip = notebook.page.locator(".jp-Tooltip:visible");
    await tooltip.waitFor();
    await notebook.picture(`shift-tab-${name}`);
    const text = await tooltip.innerText();
    await notebook.page.keyboard.press("Escape");
    return text;
  }

  it("is covered by no box that asks whether one wants news", async () => {
    assert.equal(await notebook.page.locator(".Toastify__toast").count(), 0);
  });

  it("offers the names of the library after mp. and Tab", async () => {
    const names = await offered("mp");
    for (const name of [
      "Pool",
      "Process",
      "Queue",
      "compare",
      "countWords",
      "cpuCount",
      "range",
      "timeit",
      "withPool",
    ]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
    }
  });

  it("offers the methods of a pool after pool. and Tab, and nothing private", async () => {
    const names = await offered("pool");
    for (const name of [
      "apply",
      "applyAsync",
      "map",
      "mapAsync",
      "imap",
      "imapUnordered",
      "starmap",
      "close",
      "join",
      "size",
    ]) {
      assert.ok(names.includes(name), `${name} is not among ${names.join(", ")}`);
    }
    assert.ok(!names.includes("crew"), names.join(", "));
  });

  it("tells what a class is, what its constructor takes and what a method does by Shift-Tab", async () => {
    assert.match(await told("Pool"), /A fixed number of worker threads/);
    assert.match(await told("newPool"), /processes\?: number[^]*processes: how many workers/);
    assert.match(await told("map"), /fn: \(item: T\) => R[^]*results in the order of the items/);
  });

  it("gives control back when Stop ends the wait for a pool that never finishes", async () => {
    await notebook.start(place("forever"));
    await notebook.cell(place("forever")).locator(".jp-OutputArea").getByText("it waits").waitFor();
    await notebook.stop();
    await notebook.atRest(place("forever"));
    await notebook.run(place("rescue"));
    assert.match(await notebook.shown(place("rescue")), /^saved$/m);
    await notebook.scrollTo(place("forever"));
    await notebook.picture("stopped");
  });

  it("leaves a notebook that is saved when it prints and throws halves of characters", async () => {
    await notebook.run(place("half"));
    await notebook.save();
    const { cells } = JSON.parse(readFileSync(join(lab.folder, "cells.ipynb"), "utf8"));
    const [printed, error] = cells[place("half")].outputs;
    assert.deepEqual([[printed.text].flat().join(""), error.evalue], ["�\n", "half: �"]);
  });

  it("goes on when its page is closed: the next page finds what it has computed", async () => {
    const wait = (ms) => `await new Promise((resolve) => setTimeout(resolve, ${ms}));`;
    const slow = `${wait(4000)}\nconst found = await mp.withPool(1, (own) => own.apply((x: number) => x * 6, [7]));\nconsole.log("found", found);`;
    writeNotebook(lab.folder, "closed", CELLS.setup, slow, 'console.log("there is", found);');
    const open = async () => {
      const page = new NotebookPage(await browser.newPage({ viewport: { width: 1200, height: 800 } }));
      await page.open(lab.url, "closed");
      return page;
    };
    const first = await open();
    await first.run(0);
    await first.start(1);
    await first.page.waitForFunction(() => document.querySelectorAll(".jp-InputPrompt")[1]?.textContent.includes("*"));
    await first.page.close();
    const next = await open();
    await next.run(2);
    await next.picture("again");
    assert.match(await next.shown(2), /^there is 42$/m);
    await next.page.close();
  });
});
