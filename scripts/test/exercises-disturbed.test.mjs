// Each exercise on one core, beside a program that wants it, too: what a check says does not depend on time.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { finished } from "./standin.mjs";

const linux = process.platform === "linux";
/** The first of the cores that this program may use. */
const firstCore = () => /(\d+)[^:]*$/.exec(execFileSync("taskset", ["-cp", `${process.pid}`], { encoding: "utf8" }))[1];

describe("the exercises", () => {
  it("are judged the same on one core that is busy", { skip: !linux }, async () => {
    const pinned = ["-c", firstCore(), process.execPath];
    const busy = spawn("taskset", [...pinned, "-e", "for (;;);"], { stdio: "ignore" });
    try {
      const env = { ...process.env, PARALLEL_TYPESCRIPT_HISTORY: "none" };
      delete env.NODE_TEST_CONTEXT; // tests within tests would not run
      const args = ["--test", "--test-name-pattern=solved", inRoot("scripts", "test", "exercises.test.mjs")];
      const { code, output } = await finished(spawn("taskset", [...pinned, ...args], { env }));
      assert.equal(code, 0, output);
      assert.ok(Number(/pass (\d+)/.exec(output)[1]) >= 99, output);
    } finally {
      busy.kill("SIGKILL");
    }
  });
});
