import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { chooseEnvironment } from "../setup/environment.mjs";
import { PLAIN, withPlainTslab } from "./plain.mjs";
import { finished } from "./standin.mjs";

describe("tslab without the launcher", () => {
  const env = withPlainTslab();
  it("runs the notebooks, too", async () => {
    const child = spawn(chooseEnvironment().python, [inRoot("scripts", "test", "notebooks.py"), "--kernel", PLAIN], {
      stdio: ["ignore", "pipe", "pipe"],
      env,
    });
    const { code, output } = await finished(child);
    assert.equal(code, 0, output);
    assert.equal(output.match(/a fresh run in the kernel plain-tslab/g).length, 4, output);
  });
});
