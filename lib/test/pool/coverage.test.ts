/** What Node writes for c8 about functions that ran in workers. */
import assert from "node:assert/strict";
import type { Profiler } from "node:inspector";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder } from "../helpers/files";
import { runScript } from "../helpers/pool";

test("what workers say of coverage is about parts of the author's file", async (t) => {
  const folder = temporaryFolder(t);
  // Near the beginning of its file, a function must not be taken for what the library has put around it.
  const { code, stderr } = await runScript(
    t,
    `function twice(x) { if (x < 9) return 2 * x; return Math.max(x, 9); }
     mp.withPool(2, (pool) => pool.map(twice, [1, 2]));`,
    { wrapper: ["env", `NODE_V8_COVERAGE=${folder}`] },
  );
  assert.equal(code, 0, stderr);
  const parts = readdirSync(folder).flatMap((name) => {
    const report = JSON.parse(readFileSync(join(folder, name), "utf8")) as { result: Profiler.ScriptCoverage[] };
    return report.result.flatMap(({ url, functions }) => {
      if (!url.endsWith("/script.js")) return [];
      const text = readFileSync(fileURLToPath(url), "utf8");
      return functions.flatMap(({ ranges }) =>
        ranges.map(({ startOffset, endOffset, count }) => {
          assert.ok(startOffset >= 0 && endOffset <= text.length, `${startOffset} to ${endOffset}`);
          return `${count}: ${text.slice(startOffset, endOffset)}`;
        }),
      );
    });
  });
  assert.ok(parts.some((part) => /^[12]: function twice\(x\) {.*}$/.test(part)));
  assert.ok(parts.includes("0:  return Math.max(x, 9); "), parts.join("\n"));
});
