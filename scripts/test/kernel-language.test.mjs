// The language of the cells: features/features.ipynb has a cell for each feature, and says from which Node on it runs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { inRoot } from "../setup/checkout.mjs";
import { seenOfKernel } from "./pythonPrograms.mjs";

const folder = inRoot("scripts", "test", "features");
const notebook = JSON.parse(readFileSync(inRoot("scripts", "test", "features", "features.ipynb"), "utf8"));
const major = Number(process.versions.node.split(".")[0]);

describe("the language of the cells", () => {
  let seen;
  const code = Object.fromEntries(
    notebook.cells.map(({ metadata, source }) => [metadata.feature, { code: source.join("") }]),
  );
  before(async () => (seen = (await seenOfKernel("kernel_cells.py", code, folder)).cells));

  for (const { metadata } of notebook.cells) {
    const { node, feature, expected } = metadata;
    it(`${feature}${node > 20 ? `, from Node ${node} on` : ""}`, () => {
      const { error, result } = seen[feature];
      if (node > major) {
        assert.equal(error.ename, "TypeScriptError");
        assert.match(
          stripVTControlCharacters(error.traceback.join("\n")),
          new RegExp(`\\nNode ${node} and later have it; this kernel runs on Node ${process.versions.node}\\.`),
        );
      } else {
        assert.equal(error, null);
        if (expected === null || typeof expected === "string") assert.equal(result?.["text/plain"] ?? null, expected);
        else assert.match(result["text/plain"], new RegExp(expected.matches));
      }
    });
  }
  it("there are sixty cells at least", () => assert.ok(notebook.cells.length >= 60));
});
