/** What docs/serialize.md says of tests: that there are such, and that none of cloudpickle's was forgotten. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const lib = join(__dirname, "..", "..");
const page = readFileSync(join(lib, "..", "docs", "serialize.md"), "utf8");

/** The cells of the rows of the table that follows a heading or mark. */
function rowsAfter(mark: string): string[][] {
  const lines = page.slice(page.indexOf(mark)).split("\n");
  const first = lines.findIndex((line) => line.startsWith("| ---")) + 1;
  const length = lines.slice(first).findIndex((line) => !line.startsWith("|"));
  return lines.slice(first, length < 0 ? undefined : first + length).map((line) => line.slice(2, -2).split(" | "));
}

/** Does a file of tests have one with such a title? Three dots stand for what is left out. */
function hasTest(file: string, title: string): boolean {
  const path = join(lib, "test", "serialize", `${file}.test.ts`);
  if (!existsSync(path)) return false;
  const pattern = title
    .split("...")
    .map((part) => part.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^ *test\\(\\s*["\`]${pattern}`, "m").test(readFileSync(path, "utf8"));
}

test("each row of the table names a test that there is", () => {
  const rows = rowsAfter("<!-- table -->");
  assert.ok(rows.length > 25);
  for (const row of rows) {
    const [, file, title] = /^(\w+): (.+)$/.exec(row[row.length - 1]) ?? [];
    assert.ok(hasTest(file, title), `no test "${row[row.length - 1]}"`);
  }
});

test("each test of cloudpickle stands once in its table, with what covers it here", () => {
  const [, ...theirs] = readFileSync(join(lib, "test", "serialize", "fixtures", "cloudpickle.txt"), "utf8")
    .trim()
    .split(/\r?\n/);
  const rows = rowsAfter("## cloudpickle's own tests");
  assert.deepEqual(rows.flatMap(([names]) => names.match(/test_\w+/g) ?? []).sort(), theirs.sort());
  for (const [names, here] of rows) {
    // "file: title" for each test; "no: ..." and "no counterpart: ..." for what is not there, with the reason.
    if (/^no( counterpart)?: /.test(here)) continue;
    const named = [...here.matchAll(/(\w+): "([^"]+)"/g)];
    assert.ok(named.length > 0, `nothing covers ${names}`);
    for (const [whole, file, title] of named) assert.ok(hasTest(file, title), `no test ${whole}`);
  }
});
