// In the kernel, with its types: the solution of each exercise is right, and each mistake gets its message.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { cellOf, exercises } from "./exercises/cells.mjs";
import { seenOfKernel } from "./pythonPrograms.mjs";

// What the cells that are used name and do not need here.
const unused = "const decode: any = undefined, countObjects: any = undefined;";
const cells = {
  library: {
    code: `import * as mp from "parallel-typescript"; import * as fs from "node:fs"; const pool = new mp.Pool(1); ${unused}`,
  },
  exercises: { code: `import { check, checkAll, hint, solution } from "parallel-typescript-exercises";` },
};
for (const exercise of exercises) {
  const { id, uses = [], solution, mistakes } = exercise;
  for (const name of uses) cells[`${id} ${name}`] = { code: cellOf(exercise, name) };
  cells[id] = { code: solution };
  mistakes.forEach(({ code }, place) => (cells[`${id} mistake ${place}`] = { code }));
}

// An answer that never ends is ended by Stop as any cell is.
const endless = {
  "an answer that never ends": `() => { console.log("on my way"); for (;;); }`,
  "a task that never ends": `(pool: mp.Pool) => { console.log("on my way"); return pool.map(() => { for (;;); }, [1, 2]); }`,
};
for (const [name, answer] of Object.entries(endless))
  cells[name] = { code: `await check("2.3", ${answer});`, stop: "during" };
cells["after Stop"] = { code: exercises[0].solution };

describe("in the kernel", () => {
  let seen;
  const said = (name) => {
    const { error, stderr, shown } = seen.cells[name];
    assert.deepEqual([error, stderr], [null, ""], name);
    return shown.map((data) => data["text/plain"]).join("\n");
  };
  before(async () => (seen = await seenOfKernel("kernel_cells.py", cells)));

  for (const { id, mistakes } of exercises)
    it(`exercise ${id} is solved by its solution, and by no mistake`, () => {
      assert.match(said(id), new RegExp(`^✓ ${id} is solved`));
      mistakes.forEach(({ says }, place) => {
        const text = said(`${id} mistake ${place}`);
        assert.ok(text.startsWith(`✗ ${id}`) && text.includes(says), text);
      });
    });

  it("Stop ends an answer that does not end, and the next check works", () => {
    for (const name of Object.keys(endless)) assert.equal(seen.cells[name].error.ename, "Interrupted", name);
    assert.match(said("after Stop"), /is solved/);
  });

  it("nothing is printed when the cells have ended", () => assert.equal(seen.strays, ""));
});
