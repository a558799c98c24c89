import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { Checkout, finished } from "./standin.mjs";

const parts = [
  "Node",
  "npm packages",
  "Python",
  "environment",
  "kernel spec",
  "library",
  "data",
  "import in kernel",
  "cores",
  "pool round trip",
];
const namesIn = (output, word) =>
  output.split("\n").flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(6, 23).trim()] : []));

describe("npm run doctor", () => {
  it("finds every part well in this checkout, the real kernel included", async () => {
    const { code, output } = await finished(spawn(process.execPath, [inRoot("scripts", "doctor.mjs")]));
    assert.deepEqual(namesIn(output, "ok  "), parts, output);
    assert.match(output, /two workers cubed 0 to 4: 0, 1, 8, 27, 64\nEverything is well\.\n$/);
    assert.equal(code, 0);
  });

  it(
    "names a remedy for each part that is missing, and installs nothing",
    { skip: process.platform === "win32" },
    async () => {
      const checkout = new Checkout();
      try {
        const { code, output } = await checkout.run("doctor.mjs");
        assert.equal(code, 1);
        assert.deepEqual(namesIn(output, "ok  "), ["Node", "Python"]);
        assert.deepEqual(
          namesIn(output, "FAIL"),
          parts.filter((name) => !["Node", "Python"].includes(name)),
        );
        for (const line of output.split("\n").filter((line) => line.startsWith("FAIL")))
          assert.match(line, /\. Remedy: npm /);
        assert.deepEqual(checkout.calls(), []);
      } finally {
        checkout.remove();
      }
    },
  );
});
