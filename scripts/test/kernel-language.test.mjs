// The language of the cells: features/features.ipynb has a cell for each feature, and says from which Node on it runs.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { optionsOfCells } from "../kernel/language.mjs";
import { ts } from "../kernel/typescript.mjs";
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

describe("the notebook's tsconfig.json", () => {
  const optionsWith = (text) => {
    const above = mkdtempSync(join(tmpdir(), "tsconfig ü "));
    const rootDir = join(above, "notebooks");
    mkdirSync(rootDir);
    if (text !== undefined) writeFileSync(join(above, "tsconfig.json"), text);
    const options = optionsOfCells({ rootDir, outDir: "outDir", module: ts.ModuleKind.ESNext });
    rmSync(above, { recursive: true });
    return options;
  };
  it("holds for paths, lib, jsx and strict, in folders below, too", () => {
    const { paths, lib, jsx, strict, noImplicitAny, module, outDir } = optionsWith(`{
      // A comment is allowed.
      "compilerOptions": { "paths": { "@/*": ["./*"] }, "lib": ["ES2022", "DOM"], "jsx": "preserve", "strict": true, "noImplicitAny": false, "module": "CommonJS", "outDir": "dist" }
    }`);
    assert.deepEqual([paths, jsx, strict, noImplicitAny], [{ "@/*": ["./*"] }, ts.JsxEmit.Preserve, true, false]);
    assert.deepEqual(lib.slice(0, -1), ["lib.es2022.d.ts", "lib.dom.d.ts"]);
    assert.deepEqual([module, outDir], [ts.ModuleKind.ESNext, "outDir"]);
  });
  it("need not be there", () => {
    const { strict, paths, lib } = optionsWith(undefined);
    assert.deepEqual([strict, paths, lib[0]], [false, undefined, "lib.es2023.d.ts"]);
  });
});

describe("files that come and change while the kernel runs", () => {
  const folder = mkdtempSync(join(tmpdir(), "files ü "));
  // TypeScript watches no folder that lies higher.
  const here = join(folder, "of", "one", "learner");
  mkdirSync(here, { recursive: true });
  const write = (text) =>
    `require("node:fs").writeFileSync("fresh.ts", ${JSON.stringify(text)}); await new Promise((resolve) => setTimeout(resolve, 1500));`;
  const cells = {
    "not there": 'import { fresh } from "./fresh";',
    "a notebook is saved":
      'require("node:fs").writeFileSync("lesson.ipynb", "{}"); await new Promise((resolve) => setTimeout(resolve, 1500));',
    "a cell after that": "1 + 1",
    written: write("export const fresh: number = 1;"),
    there: 'import { fresh } from "./fresh";\nfresh',
    changed: write("export const fresh: string = 'two';"),
    "there anew": 'import { fresh } from "./fresh";\nfresh',
  };
  let seen;
  before(async () => {
    const asked = Object.fromEntries(Object.entries(cells).map(([name, code]) => [name, { code }]));
    seen = (await seenOfKernel("kernel_cells.py", asked, here)).cells;
    rmSync(folder, { recursive: true });
  });

  it("one that is not there is told", () =>
    assert.match(seen["not there"].error.evalue, /Cannot find module '.\/fresh'/));
  it("another one disturbs nothing", () =>
    assert.deepEqual([seen["a cell after that"].error, seen["a cell after that"].said], [null, "2\n"]));
  it("one that comes is found, and one that changes is read anew", () => {
    assert.deepEqual([seen.there.error, seen.there.said], [null, "1\n"]);
    assert.deepEqual([seen["there anew"].error, seen["there anew"].said], [null, "two\n"]);
  });
});
