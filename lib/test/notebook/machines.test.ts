import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import * as mp from "parallel-typescript";
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

test("each machine has a row: its name, its cores, its best speed-up, a point a variant", (t) => {
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
  mp.machines(files);
  const svg = shown[0].content;
  assertWellFormed(svg);
  const names = [
    ...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)"[^>]*text-anchor="end"[^>]*>(laptop-of[^<]*)<\/text>/g),
  ];
  const rows = names.map(([, x, y]) => [Number(x), Number(y)]);
  assert.equal(rows.length, 20);
  assert.ok(rows.every(([x, y], at) => x === rows[0][0] && (at === 0 || y - rows[at - 1][1] === 40)));
  assert.equal(svg.match(/>8 cores<\/text>/g)?.length, 20);
  const places = [...svg.matchAll(/<circle r="5" cy="([\d.]+)" cx="([\d.]+)"/g)].map(([, y, x]) => ({
    y: Number(y),
    x: Number(x),
  }));
  // The rows are in the order of their names, as all have as many cores.
  const order = Array.from({ length: 20 }, (_, index) => index).sort((one, other) =>
    `${one}`.localeCompare(`${other}`),
  );
  const best = places.sort((one, other) => one.y - other.y).map(({ x }, row) => ({ x, speedup: 4 + order[row] / 10 }));
  assert.equal(best.length, 20);
  assert.ok(best.every((point, at) => at === 0 || point.x > best[at - 1].x === point.speedup > best[at - 1].speedup));
});

test("a folder stands for the files in it that end in .jsonl, and the comparison that most of them have is shown", (t) => {
  const prints = catchPrints(t);
  const files = writeExports(t, [
    { file: join("room", "grace.jsonl"), name: "grace", cores: 8, speedup: 6 },
    { file: join("room", "ada.jsonl"), name: "ada", cores: 2, speedup: 1.5 },
  ]);
  const folder = dirname(files[0]);
  appendFileSync(files[1], readFileSync(files[1], "utf8").replaceAll("cubes", "own"));
  writeFileSync(join(folder, "notes.txt"), "not a comparison");
  const names = (results: mp.MachineResult[]) => results.map(({ machine }) => machine);
  assert.deepEqual(names(mp.machines(folder)), ["ada", "grace"]);
  assert.equal(prints[0], "cubes");
  assert.deepEqual(names(mp.machines(files[0])), ["grace"]);
});

test("a path that is missing, and a folder without files, are told", (t) => {
  const folder = dirname(pretendHistory(t));
  mkdirSync(folder, { recursive: true });
  assert.throws(
    () => mp.machines(folder),
    /There is no file that ends in \.jsonl in the folder .* .npm run timings -- export/,
  );
  assert.throws(
    () => mp.machines(join(folder, "romm")),
    /There is no file .*romm.* \(ENOENT\)\. A relative path starts at/,
  );
  assert.throws(() => mp.machines(7 as never), /machines expects a folder, or a list of files, .* the number 7 came/);
});
