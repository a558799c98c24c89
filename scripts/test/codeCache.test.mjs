import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { after, it } from "node:test";
import { pathToFileURL } from "node:url";
import { inRoot } from "../setup/checkout.mjs";

const folder = inRoot(".cache", "kernel");
const filesOfAcorn = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("acorn-")) : []);
const remove = () => filesOfAcorn().forEach((name) => rmSync(`${folder}/${name}`));
after(remove);

/** What a program does that loads acorn, and keeps V8's code of it. In this one V8 would remember the text. */
function load() {
  const program = `
    import { loadWithCode } from ${JSON.stringify(pathToFileURL(inRoot("scripts", "kernel", "codeCache.mjs")).href)};
    const { exports, keepCode } = loadWithCode("acorn");
    if (exports.parse("1 + 1", { ecmaVersion: 2024 }).body.length !== 1) throw new Error("acorn does not parse");
    keepCode();`;
  execFileSync(process.execPath, ["--input-type=module", "-e", program]);
}

it("V8's code of a package is kept once, taken by the next start, and replaced where V8 refuses it", () => {
  remove();
  load();
  const [name] = filesOfAcorn();
  const kept = `${folder}/${name}`;
  const { ino, size } = statSync(kept);
  assert.ok(size > 10_000);
  load();
  assert.equal(statSync(kept).ino, ino);
  writeFileSync(kept, "no code of V8's");
  load();
  assert.ok(statSync(kept).size > 10_000);
  assert.deepEqual(filesOfAcorn(), [name]);
});
