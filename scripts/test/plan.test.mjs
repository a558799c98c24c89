// The plan for 90 minutes: a room that runs only the sections it names, in its order, finds everything that they need.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { inRoot, lessonNotebooks } from "../setup/checkout.mjs";
import { seenOfKernel } from "./pythonPrograms.mjs";

/** The sections that a room runs, by the number of their notebook, in their order; what is on slides only is left out. */
function planned() {
  const [plan] = readFileSync(inRoot("docs", "teaching", "plans.md"), "utf8")
    .split(/^## /m)
    .slice(1);
  assert.match(plan, /^90 minutes\n/);
  const rows = plan.split("\n").map((line) => line.split("|").map((cell) => cell.trim()));
  const sections = new Map();
  for (const [, , notebook, names, how] of rows)
    if (/^\d\d$/.test(notebook) && !how.startsWith("slides"))
      sections.set(notebook, [...(sections.get(notebook) ?? []), ...names.split("; ")]);
  return sections;
}

/** The code of those sections, each with all that is beneath its heading. */
function codeOf(file, sections) {
  const { cells } = JSON.parse(readFileSync(inRoot("notebooks", file), "utf8"));
  /** The headings around a cell. */
  let around = [];
  const found = new Map(sections.map((section) => [section, []]));
  for (const { cell_type, source } of cells) {
    const text = [source].flat().join("");
    if (cell_type === "markdown") {
      for (const [, { length }, title] of text.matchAll(/^(#+) (.*)$/gm))
        around = [...around.filter(({ depth }) => depth < length), { depth: length, title }];
    } else {
      const section = around.find(({ title }) => found.has(title));
      if (section !== undefined) found.get(section.title).push(text);
    }
  }
  return [...found.values()].flat();
}

describe("the plan for 90 minutes", () => {
  const sections = planned();
  it("has a room run notebooks 02 and 03", () => assert.deepEqual([...sections.keys()].sort(), ["02", "03"]));
  for (const [notebook, names] of sections) {
    it(`runs in notebook ${notebook}`, async () => {
      const file = lessonNotebooks().find((name) => name.startsWith(notebook));
      const codes = codeOf(file, names);
      assert.ok(codes.length > 8, `${codes.length} cells`);
      const cells = Object.fromEntries(codes.map((code, at) => [`cell ${at + 1}`, { code }]));
      const { cells: seen } = await seenOfKernel("kernel_cells.py", cells);
      const failed = Object.entries(seen).filter(([, { status }]) => status !== "ok");
      assert.deepEqual(
        failed.map(([name, { error }]) => [cells[name].code.split("\n")[0], error]),
        [],
      );
    });
  }
});
