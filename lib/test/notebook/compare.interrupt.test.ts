import { pressStop } from "../helpers/interrupt";
import assert from "node:assert/strict";
import { test } from "node:test";
import * as mp from "parallel-typescript";
import { catchPrints, pretendClock, pretendNotebook } from "../helpers/display";

test('Stop removes the "running" sign of a comparison at once', async (t) => {
  catchPrints(t);
  const shown = pretendNotebook(t);
  const pass = pretendClock(t);
  t.mock.method(Math, "random", () => 0.99);
  let runs = 0;
  const work = (): void => {
    pass(600);
    if (++runs !== 4) return;
    assert.match(shown.at(-1)!.content, /endless: b, round 2 of 9/);
    pressStop();
    assert.equal(shown.at(-1)!.content, "<span></span>");
  };
  await assert.rejects(mp.compare({ a: work, b: work }, { n: 1, r: 9, title: "endless" }), {
    message: /Stop was pressed/,
  });
  assert.equal(shown.at(-1)!.content, "<span></span>");
  assert.equal(runs, 4);
  assert.equal(process.listenerCount("SIGINT"), 0);
});
