// The notebooks as they are shipped have the exercises that there are, and no solution; the teacher's edition has all of it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { exercisesOf, learnersEdition, minutesOf, teachersEdition } from "../editions/editions.mjs";
import { sourceOf, textOf } from "../editions/notebookFile.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { exercises } from "./exercises/cells.mjs";

const ownOf = (name) => exercisesOf(exercises, Number(name.slice(0, 2)));
const names = readdirSync(inRoot("notebooks")).filter((name) => name.endsWith(".ipynb") && ownOf(name).length > 0);
const readme = readFileSync(inRoot("README.md"), "utf8");

describe("the editions of a notebook", () => {
  for (const name of names) {
    const text = readFileSync(inRoot("notebooks", name), "utf8");
    const notebook = JSON.parse(text);
    const own = ownOf(name);

    it(`${name} is the learner's: npm run editions -- --update would change nothing`, () => {
      assert.ok(own.length >= 5);
      assert.equal(textOf(learnersEdition(notebook, own)), text);
    });

    it(`${name} shows no solution`, () => {
      const from = notebook.cells.findIndex(({ id }) => id === "exercises");
      const shown = notebook.cells.slice(from).map((cell) => sourceOf(cell) + JSON.stringify(cell.outputs ?? ""));
      for (const { id, solution, start, hints } of own) {
        assert.notEqual(solution, start);
        const telling = solution.split("\n").filter((line) => line.trim().length > 25 && !start.includes(line));
        assert.ok(telling.length > 0, id);
        for (const line of [...telling, ...hints]) assert.ok(!shown.join().includes(line), `${id}: ${line}`);
      }
    });

    it(`${name} tells how long it takes, and the README does, too`, () => {
      const head = sourceOf(notebook.cells[0]);
      const [, lesson, others] = /\*\*Time:\*\* about (\d+) minutes, and about (\d+) for the exercises\./.exec(head);
      assert.equal(Number(others), minutesOf(own));
      assert.ok(readme.includes(`(notebooks/${name}) | ${lesson} + ${others} |`));
    });

    it(`the teacher's ${name} has each solution and each mistake, folded`, () => {
      const { cells } = teachersEdition(notebook, own);
      for (const { id, solution, hints, mistakes } of own) {
        const place = cells.findIndex((cell) => cell.id === `answer-${id.replace(".", "-")}`);
        const [heading, code, notes] = cells.slice(place + 1);
        assert.equal(heading.metadata["jp-MarkdownHeadingCollapsed"], true);
        assert.match(sourceOf(heading), /^#### Solution/);
        assert.equal(sourceOf(code), solution);
        for (const words of [...hints, ...mistakes.flatMap(({ what, says }) => [what, says])])
          assert.ok(sourceOf(notes).includes(words), words);
      }
      assert.equal(new Set(cells.map(({ id }) => id)).size, cells.length);
    });
  }

  it("are there for the six notebooks of the lesson", () => assert.equal(names.length, 6));

  it("keep what a cell has shown, as long as its source stays", () => {
    const outputs = [{ output_type: "execute_result", data: {}, execution_count: 7, metadata: {} }];
    const [own] = names.map((name) => JSON.parse(readFileSync(inRoot("notebooks", name), "utf8")));
    const mine = exercisesOf(exercises, 1);
    const cells = own.cells.map((cell) => (cell.id === "answer-1-1" ? { ...cell, outputs } : cell));
    const find = (notebook) => notebook.cells.find(({ id }) => id === "answer-1-1");
    const kept = find(learnersEdition({ ...own, cells }, mine));
    assert.deepEqual(kept.outputs, [{ ...outputs[0], execution_count: kept.execution_count }]);
    const answered = own.cells.map((cell) => (cell.id === "answer-1-1" ? { ...cell, outputs, source: ["1"] } : cell));
    assert.deepEqual(find(learnersEdition({ ...own, cells: answered }, mine)).outputs, []);
  });
});
