// The Python programs beside the tests. Each drives a kernel with Jupyter's own client, and prints what it saw as one line of JSON.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { inRoot } from "../setup/checkout.mjs";
import { chooseEnvironment } from "../setup/environment.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";
import { finished } from "./standin.mjs";

/** The kernel that is tested. Another one to compare with, such as plain tslab, can be named. */
const kernel = process.env.PARALLEL_TYPESCRIPT_KERNEL ?? "tslab";

/** Runs a Python program of this folder to its end, which must be a good one; what it printed on standard output. */
export async function runPython(program, args, { input = "", env = jupyterVariables() } = {}) {
  const child = spawn(chooseEnvironment().python, [inRoot("scripts", "test", program), ...args], {
    cwd: inRoot("notebooks"),
    stdio: ["pipe", "pipe", "pipe"],
    // What tests measure and solve is not for the developer's own record, also when one of them is run alone.
    env: { ...env, PARALLEL_TYPESCRIPT_HISTORY: "none" },
  });
  child.stdin.end(input);
  // A warning on the other stream may come in the middle of a long line.
  let printed = "";
  child.stdout.on("data", (text) => (printed += text));
  const { code, output } = await finished(child);
  assert.equal(code, 0, output);
  return printed;
}

/** The line of JSON in what a program printed. */
export const jsonIn = (output) => JSON.parse(output.split("\n").find((line) => /^(\{"|\[\{)/.test(line)));

/** What a program sees of the kernel; `cells` is what it is to run there, in that folder. */
export async function seenOfKernel(program, cells, folder = inRoot("notebooks"), env = jupyterVariables()) {
  return jsonIn(await runPython(program, [kernel, folder], { input: JSON.stringify(cells) ?? "", env }));
}
