// What a beginner reads when a cell is wrong, magics, and what a cell asks of the person in front of it.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { before, describe, it } from "node:test";
import { stripVTControlCharacters } from "node:util";
import { inRoot } from "../setup/checkout.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";
import { seenOfKernel } from "./pythonPrograms.mjs";

describe("what a beginner reads", () => {
  const pool = `import * as mp from "parallel-typescript";\nawait using pool = new mp.Pool(1);`;
  /** What is wrong, in cells after that one, and all that is said of it below the line. */
  const words = {
    "pool.map((x: number) => x, [1]).length": [
      "1:33",
      "Property 'length' does not exist on type 'Promise<number[]>'.",
      "Did you forget to use 'await'?",
    ],
    "pool.map((x: number) => x)": [
      "1:6",
      "Expected 2-3 arguments, but got 1.",
      "An argument for 'items' was not provided.",
    ],
    'const ages = new Map<string, number>([["Ada", "36"]]);': [
      "1:18",
      "No overload matches this call.",
      "Type 'string' is not assignable to type 'number'.",
    ],
    "for (const x of mp.progress(pool.imap((y: number) => y, [1]))) x;": [
      "1:17",
      "Type 'AsyncIterableIterator<number>' must have a '[Symbol.iterator]()' method that returns an iterator.",
      "Its items come one by one, each with a wait: write `for await (const item of ...)`.",
    ],
    "later(3)": [
      "1:1",
      "Cannot find name 'later'.",
      "`later` is defined in the cell that begins with `const later = (x: number) => x;`. It has not been run in this kernel, or has failed: run it, then this one.",
    ],
    "nowhere(3)": ["1:1", "Cannot find name 'nowhere'.", "If another cell defines it, run that one first."],
    "pol.map": ["1:1", "Cannot find name 'pol'. Did you mean 'pool'?"],
    "!npm install parallel": [
      "1:1",
      "A cell cannot run a command of the system. Open a terminal for it: File, New, Terminal.",
    ],
    "!ls": ["1:2", "A cell cannot run a command of the system. Open a terminal for it: File, New, Terminal."],
    "%pip install parallel": [
      "1:1",
      "A cell cannot install packages. Open a terminal (File, New, Terminal), and write there: npm install NAME",
    ],
    "?pool": ["1:1", "To read about a name, put the cursor on it and press Shift and Tab."],
    "%matplotlib inline": ["1:1", "Of IPython's magics, this kernel knows %%timeit, %timeit, %%time and %time."],
    "%%timeit -p 3\n1": [
      "1:1",
      "%timeit does not know -p. It takes -n and -r with a number (calls a run, runs), -q (print nothing) and -o (give the result).",
    ],
    "%timeit -n 1 nowhere(3)": [
      "1:14",
      "Cannot find name 'nowhere'.",
      "If another cell defines it, run that one first.",
    ],
    "%%timeit\nnowhere(3)": ["2:1", "Cannot find name 'nowhere'.", "If another cell defines it, run that one first."],
    "@(await Promise.resolve((x: any) => x)) class D {}": [
      "1:3",
      "A decorator cannot await. Await first, in a line before the class, and decorate with what came.",
    ],
  };
  let seen;
  before(async () => {
    // As Jupyter saves it.
    const saved = join(mkdtempSync(join(tmpdir(), "words ü ")), "lesson.ipynb");
    const cell = (source) => ({ cell_type: "code", metadata: {}, outputs: [], execution_count: null, source });
    writeFileSync(
      saved,
      JSON.stringify({ cells: [cell(["// so\n", "const later = (x: number) => x;"]), cell("later(3)")] }),
    );
    const cells = Object.fromEntries([pool, ...Object.keys(words)].map((code) => [code, { code }]));
    const env = { ...jupyterVariables(), JPY_SESSION_NAME: saved };
    seen = (await seenOfKernel("kernel_cells.py", cells, inRoot("notebooks"), env)).cells;
    rmSync(dirname(saved), { recursive: true });
  });
  for (const [code, [place, ...said]] of Object.entries(words)) {
    it(JSON.stringify(code), () => {
      const [head, told, ...others] = stripVTControlCharacters(seen[code].error.traceback.join("\u0000")).split(
        "\u0000",
      );
      const [line, column] = place.split(":");
      assert.equal(seen[code].error.evalue, `${place} - ${said[0]}`);
      const [where, source, caret, ...sentences] = told.split("\n");
      assert.equal(head, "TypeScriptError: the cell was not run, since TypeScript found an error in it");
      assert.match(where, new RegExp(`^In \\[\\d+\\], line ${line}, column ${column}:$`));
      assert.equal(source, `---->   ${line} ${code.split("\n")[Number(line) - 1]}`);
      assert.match(caret, new RegExp(`^ {${9 + Number(column)}}\\^+$`));
      assert.ok(sentences.every((sentence) => sentence.length <= 76));
      assert.deepEqual([sentences.join(" "), others], [said.join(" "), []]);
    });
  }
});

describe("magics", () => {
  const cells = {
    "%%timeit": "%%timeit -n1 -r1\nlet sum = 0;\nfor (let i = 0; i < 1000; i++) sum += i;",
    "an await in it": "let calls = 0;\n%timeit -n 2 -r 3 await Promise.resolve(calls++)",
    calls: "calls",
    "%timeit with a target": "const timed = %timeit -o -q -n 4 -r 2 Math.sin(2)\n[timed.loops, timed.repeat]",
    "%%time": "%%time\nconst big = 12;\nbig",
    "names of %%time": "big",
    "%time": "%time const y = big * 2;\n%time y",
    "comments behind it":
      "%timeit -q -n 1 -r 1 1 + 1 // so\n%timeit -q -n 1 -r 1 'http://a' // b\n%time 'http://c' // d",
    "a comment in the first line": "%%timeit -q -o -n 1 -r 1 // so\n1 + 1",
    "after a line without a semicolon":
      "const list = [1, 2]\n%timeit -q -n 1 -r 1 [...list]\nlet text = 'x'\n%timeit -q -n1 -r1 (text += 'y')\ntext.length",
    "a remainder": "const time = 7, seconds = 25\nconst rest = seconds\n  % time\nrest",
    "in a text": "const text = `\n%timeit is a word here\n`;\ntext.length",
  };
  const TIMEIT =
    /^[\d.]+ (?:s|ms|μs|ns) ± [\d.]+ (?:s|ms|μs|ns) per loop \(mean ± std\. dev\. of (\d) runs?, (\d) loops? each\)\n$/;
  const TIME = /^CPU times: user .+, sys: .+, total: .+\nWall time: [\d.]+ [nμm]?s\n/;
  let seen;
  before(async () => {
    const asked = Object.fromEntries(Object.entries(cells).map(([name, code]) => [name, { code }]));
    seen = (await seenOfKernel("kernel_cells.py", asked)).cells;
  });

  it("%%timeit times the cell, and prints IPython's line", () =>
    assert.deepEqual(TIMEIT.exec(seen["%%timeit"].said)?.slice(1), ["1", "1"]));
  it("%timeit times a line, which may await", () => {
    assert.deepEqual(TIMEIT.exec(seen["an await in it"].said)?.slice(1), ["3", "2"]);
    assert.equal(seen.calls.said, "6\n");
  });
  it("%timeit after a line without a semicolon is no remainder", () => {
    assert.equal(seen["after a line without a semicolon"].said, "2\n");
    assert.equal(seen["a remainder"].said, "4\n");
  });
  it("%timeit -o -q gives the result", () => assert.equal(seen["%timeit with a target"].said, "[ 4, 2 ]\n"));
  it("%%time runs the cell once; its names and its value are the cell's", () => {
    assert.match(seen["%%time"].said, new RegExp(`${TIME.source}12\n$`));
    assert.equal(seen["names of %%time"].said, "12\n");
  });
  it("%time runs a line once, and hands on its value", () => {
    assert.equal(seen["%time"].said.match(/Wall time/g).length, 2);
    assert.equal(seen["%time"].result["text/plain"], "24");
  });
  it("a comment behind it is none of its business", () => {
    assert.equal(seen["comments behind it"].result["text/plain"], "http://c");
    assert.match(seen["a comment in the first line"].said, TIMEIT);
  });
  it("what only looks like one is left alone", () => assert.equal(seen["in a text"].said, "24\n"));
});

describe("a last value", () => {
  const cells = {
    comparison: `import * as mp from "parallel-typescript";
const compared = await mp.compare({ one: () => 1, other: () => 1 }, { n: 1, r: 3 });
compared`,
    later: "compared",
    table: '[{ name: "<Ada>", age: 36 }, { name: "Bo", age: null }]',
    "no table": "[{ list: [1] }, { list: [2] }]",
    display:
      '({ [Symbol.for("Jupyter.display")]: async () => ({ "text/markdown": "**bold**", "text/plain": "bold" }) })',
    svg: '({ toSVG: () => "<svg/>" })',
    html: '({ outerHTML: "<b>x</b>" })',
    wrong: '({ [Symbol.for("Jupyter.display")]() { throw new RangeError("nothing to see"); } })',
    text: '"plain"',
    nothing: "undefined",
  };
  let seen;
  before(async () => {
    const asked = Object.fromEntries(Object.entries(cells).map(([name, code]) => [name, { code }]));
    seen = (await seenOfKernel("kernel_cells.py", asked)).cells;
  });

  it("that is a comparison shows its chart, in another cell than its own, where it is there already", () => {
    assert.equal(seen.comparison.result, null);
    assert.match(seen.later.result["text/html"], /<img|<svg/);
    assert.match(seen.later.result["text/plain"], /one/);
  });
  it("that is a list of records is a table", () => {
    assert.match(
      seen.table.result["text/html"],
      /<th>name<\/th><th>age<\/th>.*<td>&lt;Ada&gt;<\/td><td>36<\/td>.*<td>Bo<\/td><td>null<\/td>/,
    );
    assert.match(seen.table.result["text/plain"], /name: '<Ada>'/);
    assert.deepEqual(Object.keys(seen["no table"].result), ["text/plain"]);
  });
  it("shows itself as it says", () => {
    assert.deepEqual(seen.display.result, { "text/markdown": "**bold**", "text/plain": "bold" });
    assert.equal(seen.svg.result["image/svg+xml"], "<svg/>");
    assert.equal(seen.html.result["text/html"], "<b>x</b>");
  });
  it("that fails to fails the cell", () => assert.equal(seen.wrong.error.evalue, "nothing to see"));
  it("is a text as it stands, and undefined is nothing", () => {
    assert.deepEqual(seen.text.result, { "text/plain": "plain" });
    assert.equal(seen.nothing.result, null);
  });
});

describe("input", () => {
  const lines = `import { createInterface } from "node:readline/promises";
const rl = createInterface({ input: process.stdin, output: process.stdout });`;
  const cells = {
    prompt: { code: 'prompt("Your name?")', answers: ["Ada"] },
    "a default": { code: 'prompt("Your age?", "36")', answers: [""] },
    confirm: { code: '[confirm("Go on?"), confirm("Really?")]', answers: ["y", "no"] },
    readline: {
      code: `${lines}\nconst two = [await rl.question("First? "), await rl.question("Then? ")];\nrl.close();\ntwo`,
      answers: ["a", "b"],
    },
    "a loop over lines": {
      code: `const all: string[] = [];\nfor await (const line of createInterface({ input: process.stdin })) {\n  all.push(line);\n  if (line === "end") break;\n}\nall`,
      answers: ["1", "2", "end"],
    },
    stopped: { code: 'prompt("Will it stop?")', answers: [] },
    nobody: { code: 'prompt("Anybody?")' },
    "nobody for readline": { code: "for await (const line of process.stdin) line;" },
    afterwards: { code: "1 + 1" },
  };
  let seen;
  before(async () => (seen = await seenOfKernel("kernel_input.py", cells)));
  const came = (name) => [seen[name].asked, seen[name].said];

  it("prompt and confirm ask, and wait", () => {
    assert.deepEqual(came("prompt"), [["Your name? "], "Ada\n"]);
    assert.deepEqual(came("a default"), [["Your age? "], "36\n"]);
    assert.deepEqual(came("confirm"), [["Go on? [y/N] ", "Really? [y/N] "], "[ true, false ]\n"]);
  });
  it("readline asks for a line at a time, and no longer than it is wanted", () => {
    assert.deepEqual(came("readline"), [["", ""], "First? Then? [ 'a', 'b' ]\n"]);
    assert.deepEqual(came("a loop over lines"), [["", "", ""], "[ '1', '2', 'end' ]\n"]);
  });
  it("Stop ends the wait", () => assert.equal(seen.stopped.error.ename, "Interrupted"));
  it("where nobody can be asked, a sentence says so", () => {
    for (const name of ["nobody", "nobody for readline"])
      assert.equal(
        seen[name].error.evalue,
        "Nobody can be asked for input here: the notebook is run without a person in front of it.",
      );
    assert.equal(seen.afterwards.said, "2\n");
  });
});
