import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inRoot } from "../setup/checkout.mjs";
import { pins } from "../setup/environment.mjs";
import { asUser, Checkout } from "./standin.mjs";

const skip = process.platform === "win32" && "the stand-ins are shell scripts";

describe("npm start inside an active environment", { skip }, () => {
  let checkout;
  let prefix;
  before(() => {
    checkout = new Checkout();
    prefix = checkout.makeEnvironment("parallel-typescript");
  });
  after(() => checkout.remove());
  const start = (env, args = []) => checkout.run("start.mjs", [...asUser, ...args], { env });
  const kernelIn = (folder) => join(folder, "share", "jupyter", "kernels", "tslab", "kernel.json");

  it("uses conda's environment, with the kernel in it, and makes no .venv", async () => {
    const { code, output } = await start({ CONDA_PREFIX: prefix, CONDA_DEFAULT_ENV: "parallel-typescript" });
    assert.equal(code, 0, output);
    assert.equal(JSON.parse(output.split("\n").find((line) => line.startsWith("{"))).prefix, prefix);
    assert.equal(JSON.parse(readFileSync(kernelIn(prefix), "utf8")).argv[0], process.execPath);
    assert.equal(existsSync(checkout.path(".venv")), false);
    assert.doesNotMatch(output, /Installing JupyterLab/);
    checkout.calls();
  });

  it("does nothing the second time", async () => {
    const { output } = await start({ CONDA_PREFIX: prefix });
    assert.deepEqual(checkout.calls(), []);
    assert.doesNotMatch(output, /Installing|Registering/);
  });

  it("names what a conda environment lacks, and leaves it as it is", async () => {
    const bare = checkout.makeEnvironment("bare", pins(inRoot("requirements.txt")).slice(1));
    const { code, output } = await start({ CONDA_PREFIX: bare });
    assert.equal(code, 1);
    assert.match(
      output,
      /^\nThe active conda environment bare lacks jupyterlab \S+\.\nRemedy: .*conda env update -f environment\.yml.*\n$/,
    );
    assert.equal(existsSync(kernelIn(bare)), false);
  });

  it("uses another virtual environment that is active", async () => {
    const other = checkout.makeEnvironment("other");
    const { code, output } = await start({ VIRTUAL_ENV: other, CONDA_PREFIX: prefix });
    assert.equal(code, 0, output);
    assert.ok(existsSync(kernelIn(other)));
    assert.equal(existsSync(checkout.path(".venv")), false);
  });

  it("says that an active environment has neither JupyterLab nor pip", async () => {
    const empty = checkout.makeEnvironment("empty", []);
    const { code, output } = await start({ VIRTUAL_ENV: empty });
    assert.equal(code, 1);
    assert.match(
      output,
      /^\nThe active environment empty has no pip, and lacks jupyterlab .*\nRemedy: .*ensurepip.*deactivate.*\n$/,
    );
  });

  it("says that the Python of an active environment is gone", async () => {
    const { code, output } = await start({ VIRTUAL_ENV: join(checkout.parent, "gone") });
    assert.equal(code, 1);
    assert.match(
      output,
      /^\nThe active environment gone has no Python that starts .*\nRemedy: Leave it with `deactivate`.*\n$/,
    );
  });

  it("does not count conda's base as active", async () => {
    rmSync(checkout.path("programs/python3"));
    const { output } = await start({ CONDA_PREFIX: prefix, CONDA_DEFAULT_ENV: "base" });
    assert.match(output, /^\nNo Python was found/);
  });
});
