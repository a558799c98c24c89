import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type * as Library from "parallel-typescript";
import { temporaryFolder } from "../helpers/files";
import { catchPrints, pretendNotebook, wordsOf } from "../helpers/display";

test("without the packages that draw, a notebook shows the text of a picture, and what to install", async (t) => {
  const folder = temporaryFolder(t);
  const home = dirname(createRequire(__filename).resolve("parallel-typescript/package.json"));
  cpSync(join(home, "dist"), join(folder, "dist"), { recursive: true });
  cpSync(join(home, "package.json"), join(folder, "package.json"));
  mkdirSync(join(folder, "node_modules"));
  const packages = join(home, "..", "node_modules");
  for (const name of readdirSync(packages))
    if (!["@observablehq", "linkedom"].includes(name))
      symlinkSync(join(packages, name), join(folder, "node_modules", name));
  const copy = createRequire(__filename)(join(folder, "dist", "main.js")) as typeof Library;

  const prints = catchPrints(t);
  await copy.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });
  const printed = prints.join("\n");
  assert.doesNotMatch(printed, /install/);

  const shown = pretendNotebook(t);
  await copy.compare({ a: () => 1, b: () => 1 }, { n: 1, r: 2 });
  copy.amdahl({ 1: 1, 2: 1.9 });
  const pool = new copy.Pool(1);
  await pool.map((x) => x, [1]);
  copy.timeline(pool);
  await pool.terminate();
  assert.deepEqual([...new Set(shown.map(({ mime }) => mime))], ["text/html"]);
  const advice = shown.flatMap((one) => wordsOf(one)).filter((line) => line.includes("npm install"));
  assert.equal(advice.length, 3);
  for (const line of advice)
    assert.match(
      line,
      /^A picture of this needs packages that are not installed\. Run npm install @observablehq\/plot@[\d.]+ linkedom@[\d.]+, and restart the kernel\.$/,
    );
});
