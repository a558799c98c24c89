// The language of the cells: features/features.ipynb has a cell for each feature, and says from which Node on it runs.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { optionsOfCells, tsconfigFaults } from "../kernel/language.mjs";
import { SELDOM } from "../kernel/seldomTypes.mjs";
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
    const { readDirectory } = ts.sys;
    // The notebooks may lie above thousands of other files.
    ts.sys.readDirectory = () => assert.fail("it looks for files of the project");
    const options = optionsOfCells({ rootDir, outDir: "outDir", module: ts.ModuleKind.ESNext });
    ts.sys.readDirectory = readDirectory;
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
  it("is told with its line where it cannot be read; what can be read of it holds", () => {
    const { strict } = optionsWith(
      '{\n  "compilerOptions": { "strict": true, "strct": true\n    "lib": ["ES2022"], "jsx": "nonsense" }\n}',
    );
    assert.equal(strict, true);
    const faults = tsconfigFaults.splice(0).map((fault) => fault.replace(/^.*(?=tsconfig)/s, ""));
    assert.deepEqual(faults.slice(0, 2), [
      "tsconfig.json, line 3: ',' expected.",
      "tsconfig.json, line 2: Unknown compiler option 'strct'. Did you mean 'strict'?",
    ]);
    assert.match(faults[2], /^tsconfig\.json, line 3: Argument for '--jsx' option must be: /);
    assert.equal(faults.length, 3);
  });
  it("need not be there", () => {
    const { strict, paths, lib } = optionsWith(undefined);
    assert.deepEqual([strict, paths, lib[0]], [false, undefined, "lib.es2023.d.ts"]);
  });
});

describe("modules of Node that few cells use", () => {
  const cells = {
    import: 'import * as http2 from "node:http2"; const code = http2.constants.NGHTTP2_NO_ERROR; code.toFixed(1)',
    "a wrong name": "http2.nonsense",
    getBuiltinModule: 'process.getBuiltinModule("node:repl").REPL_MODE_STRICT.description',
    "a type": 'const secure: typeof import("https") = require("https"); typeof secure.get',
    "a part": 'import { spec } from "test/reporters"; typeof spec',
    "another part": 'import { spec as told } from "node:test/reporters"; typeof told',
    "an earlier name": "code + 1",
  };
  let seen;
  before(async () => {
    const code = Object.fromEntries(Object.entries(cells).map(([name, source]) => [name, { code: source }]));
    seen = (await seenOfKernel("kernel_cells.py", code, folder)).cells;
  });

  it("are typed as soon as something names them", () => {
    const results = ["import", "getBuiltinModule", "a type", "another part", "an earlier name"].map(
      (name) => seen[name].result?.["text/plain"] ?? seen[name].error?.evalue,
    );
    assert.deepEqual(results, ["0.0", "repl-strict", "function", "function", "1"]);
    assert.match(
      seen["a wrong name"].error.evalue,
      /Property 'nonsense' does not exist on type 'typeof import\("node:http2"\)'/,
    );
    assert.equal(seen["a part"].error.ename, "TypeScriptError");
  });
  it("are needed by nothing else in Node's types, but by the list in process.d.ts", () => {
    const types = inRoot("node_modules", "@types", "node");
    const named = new RegExp(`(?:from|import\\(|require\\()\\s*"(?:node:)?(?:${SELDOM})["/]`);
    const theirs = new RegExp(`^(?:${SELDOM})[./]`);
    const others = readdirSync(types, { recursive: true })
      .map(String)
      .filter((file) => file.endsWith(".d.ts") && !theirs.test(file));
    const naming = others.filter((file) => named.test(readFileSync(join(types, file), "utf8")));
    assert.deepEqual(naming, ["process.d.ts"]);
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
