import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
import { placed } from "parallel-typescript/dist/notebook/draw/placeLabels";
import { catchPrints, pretendHistory, pretendNotebook } from "../helpers/display";
import { assertWellFormed } from "../helpers/svg";

interface Export {
  file: string;
  name: string;
  cores: number;
  speedup: number;
}

/** Files as `npm run timings -- export` writes them, one comparison each; returns their paths. */
function writeExports(t: TestContext, exports: Export[]): string[] {
  const folder = dirname(pretendHistory(t));
  return exports.map(({ file, name, cores, speedup }) => {
    const path = join(folder, file);
    const variant = (called: string, time: number) => ({
      name: called,
      code: "",
      loops: 1,
      timings: [time],
      workers: 0,
    });
    const entry = {
      date: "2026-01-02T03:04:05.000Z",
      title: "cubes",
      key: "cubes",
      machine: { name, processor: "p", cores, system: "s", node: "24.1.0" },
      variants: [variant("serial", 8), variant("map", 8 / speedup)],
    };
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${JSON.stringify(entry)}\n`);
    return path;
  });
}

test("machines of one name are told apart by their files, and one machine's settings by their cores", (t) => {
  catchPrints(t);
  const files = writeExports(t, [
    { file: "ada.jsonl", name: "laptop", cores: 2, speedup: 1.5 },
    { file: "grace.jsonl", name: "laptop", cores: 8, speedup: 6 },
    { file: join("a", "own.jsonl"), name: "own", cores: 4, speedup: 2 },
    { file: join("b", "own.jsonl"), name: "own", cores: 4, speedup: 3 },
  ]);
  assert.deepEqual(
    mp.machines(files).map(({ machine, cores, speedup }) => [machine, cores, speedup]),
    [
      ["laptop (ada.jsonl)", 2, 1.5],
      [`own (${files[2]})`, 4, 2],
      [`own (${files[3]})`, 4, 3],
      ["laptop (grace.jsonl)", 8, 6],
    ],
  );
});

test("the names of machines end within the card, and cover neither each other nor a point", (t) => {
  const shown = pretendNotebook(t);
  const files = writeExports(
    t,
    Array.from({ length: 20 }, (_, index) => ({
      file: `${index}.jsonl`,
      name: `laptop-of-somebody-${index}`,
      cores: 8,
      speedup: 4 + index / 10,
    })),
  );
  mp.machines(files.slice(0, 1));
  assert.equal([...shown[0].content.matchAll(/>laptop-of[^<]*<\/text>/g)].length, 1);
  mp.machines(files);
  const svg = shown[1].content;
  assertWellFormed(svg);
  const names = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*>laptop-of[^<]*<\/text>/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  assert.match(svg, new RegExp(`There is no room for the names of ${20 - names.length} of the machines;`));
  assert.ok(names.length > 2 && names.every(([x]) => x < 480 - 100), `${names.length} names`);
  assert.ok(names.every(([, y], index) => names.every(([, other], at) => at === index || Math.abs(y - other) >= 13)));
});

test("a name goes a little lower or higher where its place is taken, and is left out where all are", () => {
  const label = (x: number, y: number) => ({ x, y, width: 40 });
  assert.deepEqual(placed([label(0, 50), label(0, 52), label(0, 51), label(90, 50)], [], 200), [50, 65, 51 - 26, 50]);
  assert.deepEqual(placed([label(0, 50)], [{ x: 20, y: 48 }], 200), [63]);
  assert.deepEqual(
    placed(
      Array.from({ length: 7 }, () => label(0, 50)),
      [],
      200,
    ).filter((y) => y === undefined).length,
    2,
  );
  assert.deepEqual(placed([label(0, 50)], [{ x: 20, y: 52 }], 60), [37], "not below the axis");
});
