// npm run test:package: the library as its users get it. A fresh project outside of the checkout installs the packed tarball, and runs the examples of lib/examples, as ES modules
// and as CommonJS. With `--short` that is all. Otherwise bundlers, coverage and checkers of packages are tried, too.
import assert from "node:assert/strict";
import { main as makePages } from "../../commands/docs.mjs";
import { inRoot } from "../../setup/checkout.mjs";
import { say } from "../../setup/log.mjs";
import { runNpm } from "../../setup/packages.mjs";
import { bundle } from "./bundlers.mjs";
import { checkCode, checkPackage } from "./checkers.mjs";
import { measureCoverage } from "./coverage.mjs";
import { runExamples } from "./examples.mjs";
import { inFreshProject } from "./project.mjs";
import { installTools } from "./tools.mjs";
import { runTraced } from "./traced.mjs";

async function main(short) {
  const failed = [];
  const step = async (name, work) => {
    try {
      const start = performance.now();
      await work();
      say(`✔ ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      failed.push(name);
      console.error(`✖ ${name}\n${error.stack}`);
    }
  };
  if (!short) await installTools();
  await inFreshProject(async (project) => {
    // As it was installed: the first program leaves V8's code in it.
    if (!short) await step("the package", () => checkPackage(project));
    await step("examples, as ES modules", () => runExamples(project, "module"));
    await step("examples, as CommonJS", () => runExamples(project, "commonjs"));
    if (short) return;
    await step("V8's code for the next programs", async () => checkCode(project));
    await step("npm publish --dry-run", () => runNpm(inRoot("lib"), "publish", "--dry-run", "--ignore-scripts"));
    await step("the pages of the names", async () => assert.equal(await makePages(), 0));
    await step("bundlers", () => bundle(project));
    await step("copied to a server", () => runTraced(project));
    await step("coverage", () => measureCoverage(project));
  });
  say(failed.length === 0 ? "\nThe package is right." : `\nThese parts failed: ${failed.join(", ")}.`);
  return failed.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.includes("--short"));
