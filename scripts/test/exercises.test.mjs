// Each exercise: as it is shipped it is not solved, each mistake gets the message that is meant for it, and the solution is right.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { exercises, runCell } from "./exercises/cells.mjs";

async function judgementOf(exercise, code, options) {
  const said = await runCell(exercise, code, options);
  assert.equal(said.length, 1, "a cell has one check");
  return { isSolved: said[0].isSolved, text: said[0].lines.join("\n") };
}

for (const exercise of exercises)
  describe(`exercise ${exercise.id}`, () => {
    it("is not solved as it is shipped", async () => {
      const { isSolved, text } = await judgementOf(exercise, exercise.start);
      assert.ok(!isSolved, text);
      assert.match(text, /expected: .+\n {2}came: .+/);
    });

    for (const { what, code, says } of exercise.mistakes)
      it(`says what is wrong: ${what}`, async () => {
        const { isSolved, text } = await judgementOf(exercise, code);
        assert.ok(!isSolved && text.includes(says), text);
      });

    for (const workers of [2, 8])
      it(`is solved by its solution, by ${workers} workers`, async () => {
        const { isSolved, text } = await judgementOf(exercise, exercise.solution, { workers });
        assert.ok(isSolved, text);
      });
  });
