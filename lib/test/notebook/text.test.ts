import assert from "node:assert/strict";
import { test } from "node:test";
import { fit, textWidth, withUnbreakableSpaces, wrap, wrapForTerminal } from "../../dist/internal";

test("a line never ends between a number and its unit, nor within options", () => {
  const shown = (sentence: string) => withUnbreakableSpaces(sentence).replaceAll("\u00a0", "_");
  assert.equal(
    shown("95 % of 2 workers took 40 ms, 1.9 times as long on 1 core: { chunkSize: 64 }."),
    "95_% of 2_workers took 40_ms, 1.9_times as long on 1_core: {_chunkSize:_64_}.",
  );
  assert.equal(shown("Node 24.1.0 became 22.1.0 over 7 runs"), "Node_24.1.0 became 22.1.0 over 7_runs");
  const hint =
    "98 % of the workers' time went into sending: an item takes 2 μs to compute, a task 87.4 μs to send. Use larger chunks: { chunkSize: 400 }.";
  for (const width of [150, 250, 350, 448]) {
    const lines = wrap(hint, width, 13);
    assert.ok(lines.length > 1 && lines.every((line) => textWidth(line, 13) <= width));
    assert.ok(
      lines.some((line) => line.includes("{\u00a0chunkSize:\u00a0400\u00a0}.")),
      lines.join("|"),
    );
    assert.equal(lines.join(" ").replaceAll("\u00a0", " "), hint);
  }
  assert.equal(wrapForTerminal(hint).replaceAll("\n  ", " "), hint, "a terminal gets plain spaces");
});

test("text is taken to be as wide as the widest of the usual fonts, and what does not fit ends with an ellipsis", () => {
  // Widths of DejaVu Sans, measured in a browser at 100 pixels.
  const measured = {
    "one item a chunk": 872,
    "sending back 10 %": 950,
    "3,837 times slower": 953,
    "time per loop:": 703,
    "KATHERINE'S LAPTOP": 1070,
    illimitable: 490,
    mammoth: 517,
  };
  for (const [text, width] of Object.entries(measured)) {
    const guess = textWidth(text, 100);
    assert.ok(guess > width * 0.95 && guess < width * 1.15, `${text}: ${guess}, but ${width}`);
  }
  assert.equal(fit("one item a chunk", textWidth("one item a chunk", 14), 14), "one item a chunk");
  assert.match(fit("a very long name of a variant", 100, 14), /^a very.*…$/);
});
