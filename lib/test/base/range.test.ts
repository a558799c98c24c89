import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";
import * as mp from "parallel-typescript";

test("range equals Python's range for all small arguments", () => {
  const ends = [-7, -3, -1, 0, 1, 2, 5, 9];
  const steps = [-4, -2, -1, 1, 2, 3, 10];
  const script = `import json; print(json.dumps([list(range(a, b, s)) for a in ${JSON.stringify(ends)} for b in ${JSON.stringify(ends)} for s in ${JSON.stringify(steps)}]))`;
  const python = JSON.parse(
    execFileSync(process.platform === "win32" ? "python" : "python3", ["-c", script], { encoding: "utf8" }),
  );
  assert.deepEqual(
    ends.flatMap((start) => ends.flatMap((stop) => steps.map((step) => mp.range(start, stop, step)))),
    python,
  );
});

test("one argument is the stop, and the step is 1 unless given", () => {
  assert.deepEqual(mp.range(4), [0, 1, 2, 3]);
  assert.deepEqual(mp.range(0), []);
  assert.deepEqual(mp.range(-3), []);
  assert.deepEqual(mp.range(2, 5), [2, 3, 4]);
  assert.equal(mp.range(255).length, 255);
});

test("a step of 0, fractions and other types are refused by name", () => {
  assert.throws(() => mp.range(0, 5, 0), { name: "RangeError", message: /step must not be 0/ });
  assert.throws(() => mp.range(2.5), {
    name: "RangeError",
    message: /stop must be an integer, but is the number 2\.5/,
  });
  assert.throws(() => mp.range(0, 5, NaN), { name: "RangeError", message: /step .* the number NaN/ });
  assert.throws(() => mp.range(Infinity), RangeError);
  assert.throws(() => mp.range("3" as never), { name: "RangeError", message: /stop .* the string "3"/ });
  assert.throws(() => mp.range(2 ** 40), { name: "RangeError", message: /at most 4294967295 numbers/ });
});
