import { inRoot } from "../setup/checkout.mjs";
import { jupyterVariables } from "../setup/kernelspec.mjs";
import { askedPort, optionValue, requireFreePort } from "../setup/port.mjs";
import { run } from "../setup/run.mjs";
import { say } from "../setup/log.mjs";
import { setUp } from "../setup/setup.mjs";
import { trustNotebooks, trustOptions } from "../setup/trustNotebooks.mjs";
import { UserError } from "../setup/userError.mjs";

/** Resolves with JupyterLab's exit code. */
export async function main(args) {
  if (process.getuid?.() === 0 && !args.includes("--allow-root")) {
    throw new UserError(
      "JupyterLab does not start for the user root unless told to.",
      "Run npm start as another user, or, where root is all there is, npm start -- --allow-root",
    );
  }
  const port = askedPort(args);
  if (port) await requireFreePort(port, optionValue(args, "--ip", "--ServerApp.ip") ?? "localhost");
  const environment = await setUp();
  say(`Everything is in place (${environment.prefix}).`);
  await trustNotebooks(environment);
  say("Starting JupyterLab. Ctrl-C in this window ends it.");
  const { code } = await run(
    environment.python,
    ["-m", "jupyterlab", ...ourArguments(args, port, environment), ...args],
    { env: jupyterVariables(), show: true },
  );
  return code;
}

/** JupyterLab takes an option once only, so ours give way to the same ones of the command line. */
function ourArguments(args, port, environment) {
  const ours = [];
  if (!optionValue(args, "--notebook-dir", "--ServerApp.root_dir"))
    ours.push(`--ServerApp.root_dir=${inRoot("notebooks")}`);
  // Without this, JupyterLab would answer a port taken meanwhile by quietly choosing another.
  if (port && !optionValue(args, "--port-retries", "--ServerApp.port_retries")) ours.push("--ServerApp.port_retries=0");
  if (!optionValue(args, "--NotebookNotary.db_file", "--NotebookNotary.secret_file"))
    ours.push(...trustOptions(environment));
  return ours;
}
