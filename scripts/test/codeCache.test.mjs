import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { after, it } from "node:test";
import { loadWithCode } from "../kernel/codeCache.mjs";
import { inRoot } from "../setup/checkout.mjs";

const folder = inRoot(".cache", "kernel");
const filesOfAcorn = () => (existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("acorn-")) : []);
const remove = () => filesOfAcorn().forEach((name) => rmSync(`${folder}/${name}`));
after(remove);

it("V8's code of a package is kept once, taken by the next start, and replaced where V8 refuses it", () => {
  remove();
  const first = loadWithCode("acorn");
  assert.equal(first.exports.parse("1 + 1", { ecmaVersion: 2024 }).body.length, 1);
  assert.deepEqual(filesOfAcorn(), []);
  first.keepCode();
  const [name] = filesOfAcorn();
  const kept = `${folder}/${name}`;
  assert.ok(statSync(kept).size > 10_000);

  const { ino } = statSync(kept);
  const second = loadWithCode("acorn");
  assert.notEqual(second.exports, first.exports);
  second.keepCode();
  assert.equal(statSync(kept).ino, ino);

  writeFileSync(kept, "no code of V8's");
  const third = loadWithCode("acorn");
  assert.equal(third.exports.parse("1 + 1", { ecmaVersion: 2024 }).body.length, 1);
  third.keepCode();
  assert.ok(readFileSync(kept).length > 10_000);
  assert.deepEqual(filesOfAcorn(), [name]);
});
