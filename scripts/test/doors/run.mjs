// npm run test:doors: each way into the lesson, as far as it can be tried on one machine. With --all, the ways that take minutes, too.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { jupyterVariables } from "../../setup/kernelspec.mjs";
import { run } from "../../setup/run.mjs";
import { setUp } from "../../setup/setup.mjs";
import { inRoot } from "../../setup/checkout.mjs";
import { runCommand } from "../../setup/runCommand.mjs";
import { UserError } from "../../setup/userError.mjs";

const here = inRoot("scripts", "test", "doors");

async function main(args) {
  const all = args.includes("--all");
  const unknown = args.find((arg) => arg !== "--all");
  if (unknown)
    throw new UserError(`This command knows no ${unknown}.`, "npm run test:doors, or npm run test:doors -- --all");
  await setUp();
  const files = readdirSync(here).filter((name) => name.endsWith(".test.mjs"));
  // One at a time: some of them use what others make.
  const options = ["--test", "--test-reporter=spec", "--test-concurrency=1", "--test-timeout=1200000"];
  const env = {
    ...jupyterVariables(),
    PARALLEL_TYPESCRIPT_HISTORY: "none",
    ...(all ? { PARALLEL_TYPESCRIPT_DOORS: "all" } : {}),
  };
  const { code } = await run(process.execPath, [...options, ...files.map((name) => join(here, name))], {
    env,
    show: true,
  });
  return code;
}

runCommand(() => Promise.resolve({ main }));
