// The lesson as a learner meets it: npm start, JupyterLab in a browser, each notebook run by the menu and looked at.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { readDescription } from "../../data/description.mjs";
import { openBrowser } from "../../setup/browser.mjs";
import { NOTEBOOKS } from "./support/files.mjs";
import { authorization, startLab } from "./support/jupyterlab.mjs";
import { NotebookPage } from "./support/notebookPage.mjs";
import { keepPictures } from "./support/pictures.mjs";

const STRINGS = /^(\w{5} ){15}\w{5}$/m;
const CUBES = /^\[\s*0,\s+1,\s+8,\s+27,\s+64,(\s+\d+,){249}\s+16387064\s*\]$/m;
const TRUE = /^\[\s*true(,\s+true){254}\s*\]$/m;
const FOUR = /dog: \d+, cat: \d+, boy: \d+, girl: \d+/;
const { counts } = await readDescription(process.env.PARALLEL_TYPESCRIPT_BOOKS);
const KNOWN = new RegExp(
  Object.entries(counts)
    .map(([word, count]) => `${word}: ${count}`)
    .join(", "),
);

/** What must be readable below the last cell that mirrors one of the original's, or whose counts are of that kind. */
const READABLE = {
  "01-processes": { "In [2]": STRINGS, "In [4]": STRINGS, "In [5]": /^(\d+:\w{5} ){15}15:\w{5}$/m },
  "02-pool": { "In [10]": CUBES, "In [11]": CUBES },
  "03-async": { "In [12]": /AsyncResult/, "In [13]": TRUE, "In [14]": TRUE, "In [15]": CUBES, "In [17]": CUBES },
  "04-gutenberg": { "In [18]": FOUR, "In [19]": FOUR, exact: KNOWN },
};

/** The notebook that is run twice in the browser; npm test does so with every one, faster. */
const AGAIN = "02-pool";

/** Every cell has ended, in order, and none has complained. */
function assertRan(cells, first) {
  const complaints = cells.flatMap(({ id, outputs }) =>
    outputs
      .filter(({ output_type, name }) => output_type === "error" || name === "stderr")
      .map(({ text }) => `${id}: ${text}`),
  );
  assert.deepEqual(complaints, []);
  assert.deepEqual(
    cells.map(({ number }) => number),
    cells.map((_, i) => first + i),
  );
}

describe("the lesson in JupyterLab", () => {
  let lab, browser, notebook;

  before(async () => {
    lab = await startLab("notebooks");
    browser = await openBrowser();
    notebook = new NotebookPage(
      await browser.newPage({
        viewport: { width: 1200, height: 800 },
        deviceScaleFactor: Number(process.env.PICTURE_SCALE ?? 1),
      }),
    );
  });
  after(async () => {
    await browser?.close();
    await lab?.stop();
  });

  it("starts by npm start, on this machine only, for those who have the token", async () => {
    assert.equal(lab.url.hostname, "127.0.0.1");
    const contents = new URL("/api/contents", lab.url);
    assert.equal((await fetch(contents)).status, 403);
    const { content } = await (await fetch(contents, { headers: authorization(lab.url) })).json();
    const names = content.map(({ name }) => name).filter((name) => name.endsWith(".ipynb"));
    assert.deepEqual(
      names.sort(),
      NOTEBOOKS.map((name) => `${name}.ipynb`),
    );
  });

  for (const name of NOTEBOOKS) {
    describe(name, () => {
      let cells;
      before(() => notebook.open(lab.url, name));
      after(() => notebook.shutDown());

      it("opens with the TypeScript kernel and asks nothing", async () => {
        assert.equal(await notebook.kernelName(), "TypeScript");
        assert.equal(await notebook.page.locator(".jp-Dialog").count(), 0);
      });

      it("runs to its end by Run All Cells", async () => {
        await notebook.runAll();
        cells = await notebook.cells();
        assertRan(cells, 1);
      });

      it("says below each exercise that it is not solved yet, and shows the board", async () => {
        const answers = cells.filter(({ id }) => id.startsWith("answer-"));
        assert.ok(answers.length >= 5 || !(name in READABLE));
        for (const { place, id } of answers) assert.match(await notebook.shown(place), /is not solved yet/, id);
        for (const { place } of cells.filter(({ id }) => id === "board"))
          assert.match(await notebook.shown(place), /0 of \d+ exercises are solved/);
      });

      it("shows the results that the lesson speaks of", async () => {
        for (const [mark, pattern] of Object.entries(READABLE[name] ?? {})) {
          const cell = cells.findLast(({ metadata }) => metadata.mirrors === mark || metadata.counts === mark);
          assert.ok(cell, `no cell is marked ${mark}`);
          assert.match(await notebook.shown(cell.place), pattern, mark);
        }
      });

      it("shows a chart below each comparison, each pool chapter a timeline", async () => {
        const comparisons = cells.filter(({ source }) => /mp\.(compare|timeline)\(/.test(source));
        if (["02-pool", "03-async"].includes(name))
          assert.ok(comparisons.some(({ source }) => source.includes("mp.timeline(")));
        assert.ok(comparisons.length > 0);
        for (const { place, id } of comparisons) assert.ok(await notebook.showsPicture(place), id);
      });

      if (name === AGAIN) {
        it("runs to its end again in the same kernel", async () => {
          await notebook.runAll();
          assertRan(await notebook.cells(), cells.length + 1);
        });
      }

      it("can be looked at, in both themes and in a narrow window", async () => {
        await keepPictures(notebook, cells);
      });
    });
  }
});
