import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { projectionOf } from "../bench/projection.mjs";
import { markdownTable, summaryOf, textTable } from "../bench/report.mjs";
import { contest } from "../bench/rounds.mjs";
import { GROUPS } from "../bench/rows.mjs";
import { inRoot } from "../setup/checkout.mjs";
import { findPython } from "../setup/python.mjs";

const python = findPython().path;
const folder = mkdtempSync(join(tmpdir(), "bench ü "));
after(() => rmSync(folder, { recursive: true, force: true }));

const books = join(folder, "books.bin");
/** The benchmark's own lines, on less work each. */
function rowsOf(group) {
  const less = ([name, request]) => [
    name,
    Object.fromEntries(
      Object.entries(request).map(([key, value]) => [
        key,
        {
          repeats: Math.min(value, 20),
          calls: Math.min(value, 1000),
          size: Math.min(value, 50_000),
          count: 4,
          length: 1e6,
        }[key] ?? value,
      ]),
    ),
  ];
  return (
    GROUPS[group]
      .rowsOf({ quick: true, fileOf: () => books })
      // Only the benchmark itself installs loky.
      .filter(({ against }) => against !== "Python, loky")
      .map((row) => ({ ...row, ours: less(row.ours), theirs: less(row.theirs) }))
  );
}
const race = (rows, rounds) => contest(rows, { rounds, python, say: () => {} });

/** A ratio may be so many times smaller than what it is meant to be, on a busy machine and with little work. */
const GENEROUS = { reader: 10, pools: 20, start: 10 };

describe("npm run bench", () => {
  execFileSync(process.execPath, [inRoot("scripts", "data.mjs"), "--size", "6MB", "--out", books], { stdio: "ignore" });

  for (const [group, generous] of Object.entries(GENEROUS)) {
    it(`${group}: all give the same answers, and no ratio is far from where it belongs`, async () => {
      const found = await race(rowsOf(group), 3);
      assert.ok(found.length >= 3);
      for (const row of found) {
        assert.equal(row.ratios.length, 3);
        const { middle } = summaryOf(row);
        assert.ok(middle > 0);
        assert.ok(
          row.atLeast === undefined || middle >= row.atLeast / generous,
          `${row.what} against ${row.against}: ${middle}, meant to be ${row.atLeast} or more`,
        );
      }
    });
  }

  it("stops when two answers differ that should be the same", async () => {
    const row = { what: "a map", against: "Python", ours: ["library", { way: "map", size: 10, repeats: 1 }] };
    await assert.rejects(
      race([{ ...row, theirs: ["Python's pools", { way: "map", size: 11, repeats: 1 }] }], 1),
      /a map: .*found.*but.*size.*11.*found/,
    );
    assert.equal((await race([{ ...row, theirs: ["Python's pools", row.ours[1]] }], 1)).length, 1);
  });

  it("names the contestant that fails, and what it was asked for", async () => {
    for (const name of ["library", "Python's pools", "piscina"]) {
      const request = [name, { way: "fly" }];
      await assert.rejects(
        race([{ what: "flying", against: "all", ours: request, theirs: request }], 1),
        (error) => error.message.startsWith(name) && error.message.includes('{"way":"fly"}'),
      );
    }
  });

  it("divides by the workers where efficiency is meant, and tells the peak memory in bytes", async () => {
    const [efficiency, , , memory, ofThreads] = GROUPS.large.rowsOf({ fileOf: () => books });
    const [first, second, third] = await race([efficiency, memory, ofThreads], 1);
    assert.ok(Math.abs(first.ratios[0] - first.theirSeconds[0] / first.ourSeconds[0] / 2) < 1e-9);
    for (const { bytes } of [second, third]) assert.ok(bytes[0] > 30e6 && bytes[0] < 1e9, `${bytes[0]} bytes`);
  });

  it("projects speed-ups beyond the cores by Amdahl's law, and says that it does", () => {
    const shared = { what: "counting", sharedBy: 2, ratios: [1.5, 1.6, 1.7], ourSeconds: [1], theirSeconds: [1.6] };
    // 1.6 times as fast with 2 workers: 2 / 1.6 - 1 = 25 % serial; 1 / (0.25 + 0.75 / 4) = 2.3 with 4.
    const [title, , line] = projectionOf([shared]);
    assert.match(title, /not measured/);
    assert.match(
      line,
      /counting: 1\.60 times as fast as one, so 25 % is not shared; by Amdahl's law 2\.3 with 4, 2\.9 with 8, 3\.4 with 16 workers\./,
    );
    assert.match(projectionOf([{ ...shared, isEfficiency: true, ratios: [0.8] }])[2], /1\.60 times/);
    assert.match(projectionOf([{ ...shared, bytesRead: 4e9, ourSeconds: [0.5] }])[3], /8\.0 GB\/s/);
    assert.match(projectionOf([{ ...shared, ratios: [0.9] }])[2], /no speed-up was measured/);
    assert.deepEqual(projectionOf([{ ...shared, sharedBy: undefined }]), []);
  });

  it("writes one table as text and Markdown, and one picture", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [inRoot("scripts", "bench.mjs"), "--quick", "--only", "large,start", "--rounds", "1", "--out", folder],
      { encoding: "utf8" },
    );
    assert.equal(status, 0, stdout + stderr);
    const { found } = JSON.parse(readFileSync(join(folder, "bench.json"), "utf8"));
    assert.ok(stdout.includes(textTable(found)), stdout);
    const written = readFileSync(join(folder, "bench.md"), "utf8");
    assert.ok(written.includes(markdownTable(found)));
    assert.match(
      written,
      /^Measured on \d{4}-\d\d-\d\d: .+, \d+ cores?, .+\nNode [\d.]+, Python [\d.]+ \(.+\), workerpool [\d.]+, poolifier [\d.]+, tinypool [\d.]+, piscina [\d.]+\.\n/,
    );
    assert.match(written, /^Not measured: large files, because this is a quick run\.$/m);
    const cells = written
      .split("\n")
      .filter((line) => line.startsWith("| "))
      .map((line) => line.split("|").length);
    assert.deepEqual(
      cells,
      Array.from({ length: found.length + 2 }, () => 12),
    );
    const svg = readFileSync(join(folder, "bench.svg"), "utf8");
    for (const { what } of found) assert.ok(svg.includes(`>${what}</text>`), what);
    assert.doesNotMatch(svg, /NaN|undefined/);
  });

  it("says in a sentence what is wrong with the command line, and the remedy", () => {
    for (const [args, message] of [
      [["--only", "speed"], /^\nThere is no part "speed" of the benchmark\.\nRemedy: Write: npm run bench/],
      [["--rounds", "0"], /rounds must be a positive integer, but are "0"/],
      [["--fast"], /--fast.*\nRemedy: /s],
    ]) {
      const { status, stderr } = spawnSync(process.execPath, [inRoot("scripts", "bench.mjs"), ...args], {
        encoding: "utf8",
      });
      assert.deepEqual([status, message.test(stderr)], [1, true], stderr);
    }
  });
});
